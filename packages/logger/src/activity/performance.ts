import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { expectLog, expectNumber, expectOptions, longestMs } from '../expect-option.ts';
import type { ActivityLog } from './http.ts';

export interface PerformanceLoggerOptions {
  readonly log: ActivityLog;
  /** Logs a summary each time this has passed. By default only when asked. */
  readonly everyMs?: number;
}

/** What one kind of operation took. */
export interface OperationSummary {
  readonly name: string;
  readonly count: number;
  /** How many of them threw or rejected. */
  readonly failures: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface PerformanceSummary {
  /** By name. */
  readonly operations: readonly OperationSummary[];
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly externalBytes: number };
  /** Processor time of the process so far. */
  readonly cpu: { readonly userMs: number; readonly systemMs: number };
  readonly uptimeMs: number;
}

/** Measures operations and sums them up. */
export interface PerformanceLogger {
  /** Runs a function, takes its time, and gives what it gives; names are few. */
  measure<T>(name: string, run: () => T): T;
  summary(): PerformanceSummary;
  /** Logs the summary at `info`, and begins to count anew. */
  logSummary(): void;
  /** Stops the regular summaries. */
  close(): void;
}

interface Operation {
  readonly durations: RecordableHistogram;
  failures: number;
}

/** Creates a summary of how long things take and how much memory there is. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function performanceLogger(options: PerformanceLoggerOptions): PerformanceLogger {
  expectOptions<PerformanceLoggerOptions>('options', options, { log: true, everyMs: true });
  const { log, everyMs } = options;
  expectLog(log, ['info']);
  expectNumber('everyMs', everyMs, 0, longestMs);
  const operations = new Map<string, Operation>();
  const summary = (): PerformanceSummary => ({ operations: summarize(operations), ...processUse() });
  const logSummary = (): void => {
    log.info(summary(), 'performance summary');
    operations.clear();
  };
  const timer = everyMs === undefined ? undefined : setInterval(logSummary, everyMs).unref();
  return {
    measure: (name, run) => measure(operationOf(operations, name), run),
    summary,
    logSummary,
    close: () => clearInterval(timer),
  };
}

function operationOf(operations: Map<string, Operation>, name: string): Operation {
  const known = operations.get(name);
  if (known) return known;
  const operation: Operation = { durations: createHistogram(), failures: 0 };
  operations.set(name, operation);
  return operation;
}

function measure<T>(operation: Operation, run: () => T): T {
  const startedAt = process.hrtime.bigint();
  const end = (failures: 0 | 1): void => {
    const taken = process.hrtime.bigint() - startedAt;
    operation.failures += failures;
    operation.durations.record(taken > 0n ? taken : 1n);
  };
  try {
    const result = run();
    // Watched beside the caller, who gets the promise itself and with it every rejection.
    if (result instanceof Promise)
      result.then(
        () => end(0),
        () => end(1),
      );
    else end(0);
    return result;
  } catch (error) {
    end(1);
    throw error;
  }
}

function summarize(operations: ReadonlyMap<string, Operation>): readonly OperationSummary[] {
  const named = [...operations].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return named.map(([name, { durations, failures }]) => ({
    name,
    count: durations.count,
    failures,
    meanMs: inMs(durations.mean),
    p50Ms: inMs(durations.percentile(50)),
    p95Ms: inMs(durations.percentile(95)),
    maxMs: inMs(durations.max),
  }));
}

function processUse(): Omit<PerformanceSummary, 'operations'> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    memory: { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external },
    cpu: { userMs: Math.round(user / 1000), systemMs: Math.round(system / 1000) },
    uptimeMs: Math.round(process.uptime() * 1000),
  };
}

function inMs(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}
