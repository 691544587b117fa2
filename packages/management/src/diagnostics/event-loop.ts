// (1) Reading changes nothing: two who scrape do not take each other's peaks away.
// (2) Times are delays: what the monitor measured without the interval it waits anyway.
import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';

/** Delays of the event loop in milliseconds. */
export interface DelayView {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** What is known of the event loop. */
export interface EventLoopView {
  /** How often the monitor looks. */
  readonly resolutionMs: number;
  /** Share of the time in which the loop was not idle, since the start, from 0 to 1. */
  readonly utilization: number;
  readonly sinceStart: DelayView;
  /** The minute that was last complete; null before there was one. */
  readonly lastMinute: DelayView | null;
  /** The minute that is running. */
  readonly thisMinute: DelayView;
}

/** Watches the event loop of its thread. */
export interface EventLoopMonitor {
  readonly read: () => EventLoopView;
  readonly stop: () => void;
}

const minuteMs = 60_000;

/** Starts to watch; it keeps no process alive. */
export function watchEventLoop(resolutionMs = 20): EventLoopMonitor {
  const always = monitorEventLoopDelay({ resolution: resolutionMs });
  const minute = monitorEventLoopDelay({ resolution: resolutionMs });
  let lastMinute: DelayView | null = null;
  always.enable();
  minute.enable();
  const turn = setInterval(() => {
    lastMinute = viewOf(minute, resolutionMs);
    minute.reset();
  }, minuteMs);
  turn.unref();
  return {
    read: () => ({
      resolutionMs,
      utilization: round(performance.eventLoopUtilization().utilization),
      sinceStart: viewOf(always, resolutionMs),
      lastMinute,
      thisMinute: viewOf(minute, resolutionMs),
    }),
    stop() {
      clearInterval(turn);
      always.disable();
      minute.disable();
    },
  };
}

function viewOf(histogram: IntervalHistogram, resolutionMs: number): DelayView {
  const { count, min, mean, max } = histogram;
  const delay = (nanoseconds: number): number => round(Math.max(0, nanoseconds / 1e6 - resolutionMs));
  const part = (percentile: number): number => (count === 0 ? 0 : delay(histogram.percentile(percentile)));
  return {
    count,
    minMs: count === 0 ? 0 : delay(min),
    meanMs: count === 0 ? 0 : delay(mean),
    maxMs: count === 0 ? 0 : delay(max),
    p50Ms: part(50),
    p90Ms: part(90),
    p99Ms: part(99),
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
