import { trace } from '@opentelemetry/api';
import { toSpanException, type ReportSink } from '@seaworthy/errors';
import { boundedNames } from './bounded.ts';
import { defineMetrics } from './define.ts';
import { expectKnown, expectWhole } from './expect-option.ts';
import type { Instruments } from './types.ts';

const definitions = {
  'seaworthy.errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Errors by code, or by class where they have no code.',
    attributes: { 'error.type': 'string', severity: 'string' },
  },
} as const;

export interface ErrorCountOptions {
  /** Different codes that are kept apart; the others count as `_OTHER`. @default 500 */
  readonly maxCodes?: number;
}

export interface ErrorCounts extends ReportSink {
  /** Counts one error, and marks the active span with it. Takes any thrown value, and never throws. */
  count(error: unknown, severity?: string): void;
}

let defined: Instruments<typeof definitions> | undefined;

/**
 * Counts errors by code: as a sink of `reporter()` of `@seaworthy/errors`, or called by hand.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function countErrors(options: ErrorCountOptions = {}): ErrorCounts {
  expectKnown('', options, ['maxCodes']);
  const { maxCodes = 500 } = options;
  expectWhole('maxCodes', maxCodes);
  defined ??= defineMetrics({ name: 'seaworthy.errors' }, definitions);
  const counter = defined['seaworthy.errors'];
  const bounded = boundedNames(maxCodes);
  return {
    name: 'telemetry',
    send({ problem: { code, severity }, count, droppedBefore }) {
      counter.add(count, { 'error.type': bounded(code), severity });
      // What the reporter's rate limit dropped happened too; of which kind is not known any more.
      if (droppedBefore > 0) counter.add(droppedBefore, { 'error.type': 'dropped', severity });
    },
    count(error, severity = 'error') {
      const { 'error.type': type } = toSpanException(error);
      counter.add(1, { 'error.type': bounded(type), severity });
      trace.getActiveSpan()?.setAttribute('error.type', type);
    },
  };
}
