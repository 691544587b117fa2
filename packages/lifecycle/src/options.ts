import { LifecycleErrors } from './errors.ts';
import { guardLogger } from './guarded-logger.ts';
import type { LifecycleLogger, LifecycleOptions } from './types.ts';

/** The longest delay a Node timer can hold, in milliseconds; more would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Options with every default filled in and checked. */
export interface Settings {
  readonly graceMs: number;
  readonly lameDuckMs: number;
  /** How long a server may drain when it does not say so itself. */
  readonly drainMs: number;
  readonly onUncaught: 'drain' | 'off';
  readonly logger: LifecycleLogger;
  /** Without a logger, uncaught errors are printed: a crash must not become silent because something drains it. */
  readonly printsCrashes: boolean;
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly exit: (code: number) => void;
  readonly signals: readonly string[];
}

/** Fills in the defaults. @throws LifecycleErrors.INVALID_OPTION */
export function readOptions(options: LifecycleOptions): Settings {
  const { graceMs = 25_000, lameDuckMs = 5_000, onUncaught = 'drain' } = options;
  checkMs('graceMs', graceMs, 1);
  checkMs('lameDuckMs', lameDuckMs, 0);
  if (lameDuckMs >= graceMs) throw invalid('lameDuckMs', `less than graceMs (${graceMs})`, lameDuckMs);
  if (onUncaught !== 'drain' && onUncaught !== 'off') throw invalid('onUncaught', "'drain' or 'off'", onUncaught);
  return {
    graceMs,
    lameDuckMs,
    drainMs: Math.ceil((graceMs - lameDuckMs) * 0.75),
    onUncaught,
    logger: guardLogger(options.logger),
    printsCrashes: options.logger === undefined,
    exitCodes: { uncaughtException: 1, unhandledRejection: 1, ...options.exitCodes },
    exit: options.exit ?? ((code) => process.exit(code)),
    signals: options.signals ?? ['SIGTERM', 'SIGINT'],
  };
}

/** Checks a time in milliseconds. @throws LifecycleErrors.INVALID_OPTION */
export function checkMs(option: string, value: unknown, least: 0 | 1): void {
  if (typeof value === 'number' && value >= least && value <= longestTimerMs) return;
  throw invalid(option, `a number from ${least} to ${longestTimerMs}`, value);
}

/** Checks a whole number of at least 1. @throws LifecycleErrors.INVALID_OPTION */
export function checkCount(option: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw invalid(option, 'a whole number above 0', value);
}

/** The error for a wrong option, in one sentence shape. */
export function invalid(option: string, expected: string, value: unknown): Error {
  return new LifecycleErrors.INVALID_OPTION({ option, expected, value: String(value), type: typeof value });
}
