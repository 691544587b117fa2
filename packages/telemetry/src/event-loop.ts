// (1) Reading changes nothing: any number of scrapers see the same, and none can hide a stall from another.
// (2) At every time one monitor has watched for `windowMs` or, at the start, from the first moment on.
// (3) A stall is seen for one to two windows.
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

export interface LoopDelay {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export interface LoopMonitor {
  /** In seconds, over the last one to two windows. */
  read(): LoopDelay;
  close(): void;
}

export interface LoopMonitorOptions {
  /** How often the loop is looked at. @default 10 */
  readonly resolutionMs?: number;
  /** @default 30000 */
  readonly windowMs?: number;
}

/**
 * Watches how late the event loop is. Node's monitor forgets where it was when it is reset, and with it a stall that
 * begins then, such as one inside a scrape. So there are two: one is reset and watches on while the other one is read.
 */
export function monitorLoop({ resolutionMs = 10, windowMs = 30_000 }: LoopMonitorOptions = {}): LoopMonitor {
  let watched = monitorEventLoopDelay({ resolution: resolutionMs });
  let next = monitorEventLoopDelay({ resolution: resolutionMs });
  watched.enable();
  next.enable();
  // Before its first look a monitor knows nothing; a stall right at the start is measured by hand.
  let firstDelayMs = 0;
  const startedAt = performance.now();
  const first = setTimeout(() => {
    firstDelayMs = Math.max(0, performance.now() - startedAt - resolutionMs);
  }, resolutionMs).unref();
  const turn = setInterval(() => {
    [watched, next] = [next, watched];
    next.reset();
    firstDelayMs = 0;
  }, windowMs).unref();
  return {
    read: () => delayOf(watched, resolutionMs, firstDelayMs),
    close() {
      clearTimeout(first);
      clearInterval(turn);
      watched.disable();
      next.disable();
    },
  };
}

/** Node records the time between two looks; what is above the time that was asked for is the delay. */
function delayOf(histogram: IntervalHistogram, resolutionMs: number, firstDelayMs: number): LoopDelay {
  if (histogram.count === 0) {
    const only = firstDelayMs / 1_000;
    return { min: only, max: only, mean: only, stddev: 0, p50: only, p90: only, p99: only };
  }
  const delay = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1_000);
  return {
    min: delay(histogram.min),
    max: Math.max(delay(histogram.max), firstDelayMs / 1_000),
    mean: delay(histogram.mean),
    stddev: histogram.stddev / 1e9,
    p50: delay(histogram.percentile(50)),
    p90: delay(histogram.percentile(90)),
    p99: delay(histogram.percentile(99)),
  };
}
