import { snapshot } from './snapshot.ts';
import type { ErrorJson } from './snapshot.ts';

/** Attributes by OpenTelemetry's semantic conventions for exceptions, and `error.type`. */
export interface SpanException {
  readonly 'exception.type': string;
  readonly 'exception.message': string;
  readonly 'exception.stacktrace'?: string;
  /** The code, else the error's name: few values, so that metrics can carry it. */
  readonly 'error.type': string;
}

/** Turns any thrown value into the attributes of a span's exception event; never throws. */
export function toSpanException(error: unknown): SpanException {
  const json = snapshot(error, 'readable');
  const attributes = {
    'exception.type': json.name,
    'exception.message': json.message,
    'error.type': json.code ?? json.name,
  };
  return json.stack === undefined ? attributes : { ...attributes, 'exception.stacktrace': traceOf(json) };
}

function traceOf(json: ErrorJson): string {
  const own = json.stack ?? `${json.name}: ${json.message}`;
  return json.cause === undefined ? own : `${own}\nCaused by: ${traceOf(json.cause)}`;
}
