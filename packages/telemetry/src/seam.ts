import type { Cells } from './cells.ts';
import type { Meter } from './define.ts';
import type { MetricType } from './types.ts';

/** One family as the exporters see it. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
  readonly bounds: readonly number[];
  readonly cells: Cells;
  /** Who defined it: the instrumentation scope of OpenTelemetry. */
  readonly meter: Meter;
}

/** The sampled span that a measurement happens in. */
export interface SampledSpan {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Where definitions and exporters meet. It hangs on `globalThis` under a registered symbol with the version of its
 * layout, so that two copies of this package in one process see the same families instead of half of them each.
 */
export interface Seam {
  readonly families: Set<Family>;
  /** How many exporters run; with none, recording returns at once. */
  running: number;
  /** Series that one family may have. */
  limit: number;
  /** Raised whenever the cells were emptied, so that bound instruments look theirs up again. */
  generation: number;
  /** Looks for the sampled span around a measurement; absent when no exemplars are wanted. */
  sampledSpan: (() => SampledSpan | undefined) | undefined;
  /** Raised by each page with exemplars: a slot takes one exemplar a round, so measuring looks for few spans. */
  round: number;
}

const key: unique symbol = Symbol.for('seaworthy.telemetry.seam.2');

export function seam(): Seam {
  const holder = globalThis as { [key]?: Seam };
  return (holder[key] ??= {
    families: new Set(),
    running: 0,
    limit: 2_000,
    generation: 0,
    sampledSpan: undefined,
    round: 0,
  });
}
