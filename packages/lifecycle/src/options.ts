import { constants } from 'node:os';
import { LifecycleErrors } from './errors.ts';
import { guardLogger } from './guarded-logger.ts';
import { printError } from './standard-error.ts';
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
  readonly printCrash: ((text: string) => void) | undefined;
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly exit: (code: number) => void;
  readonly signals: readonly string[];
}

/** The names of all options of a type: one that is added and not named here, or only named here, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

const optionNames: OptionNames<LifecycleOptions> = {
  graceMs: true,
  lameDuckMs: true,
  onUncaught: true,
  logger: true,
  exitCodes: true,
  exit: true,
  signals: true,
};

/** Fills in the defaults. @throws LifecycleErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function readOptions(options: LifecycleOptions, print: (text: string) => void = printError): Settings {
  checkKnown('options', options, optionNames);
  const { graceMs = 25_000, lameDuckMs = 5_000, onUncaught = 'drain', logger, exit, exitCodes = {} } = options;
  const { signals = ['SIGTERM', 'SIGINT'] } = options;
  checkMs('graceMs', graceMs, 1);
  checkMs('lameDuckMs', lameDuckMs, 0);
  if (lameDuckMs >= graceMs) throw invalid('lameDuckMs', `less than graceMs (${graceMs})`, lameDuckMs);
  if (onUncaught !== 'drain' && onUncaught !== 'off') throw invalid('onUncaught', "'drain' or 'off'", onUncaught);
  checkFunction('exit', exit);
  checkLogger(logger);
  checkSignals(signals);
  checkExitCodes(exitCodes);
  return {
    graceMs,
    lameDuckMs,
    drainMs: Math.ceil((graceMs - lameDuckMs) * 0.75),
    onUncaught,
    logger: guardLogger(logger, print),
    printCrash: logger === undefined ? print : undefined,
    exitCodes: { uncaughtException: 1, unhandledRejection: 1, 'start-failed': 1, ...exitCodes },
    exit: exit ?? ((code) => process.exit(code)),
    signals: [...new Set(signals)],
  };
}

function checkLogger(logger: Partial<LifecycleLogger> | undefined): void {
  if (logger === undefined) return;
  if (typeof logger?.info === 'function' && typeof logger.error === 'function') return;
  throw invalid('logger', 'an object with `info` and `error`', logger);
}

function checkSignals(signals: readonly string[]): void {
  if (!Array.isArray(signals)) throw invalid('signals', 'a list of signal names', signals);
  for (const signal of signals) {
    const isKnown = Object.hasOwn(constants.signals, signal) && signal !== 'SIGKILL' && signal !== 'SIGSTOP';
    if (!isKnown) throw invalid('signals', 'names of signals that a process can listen to', signal);
  }
}

function checkExitCodes(exitCodes: Readonly<Record<string, number>>): void {
  if (typeof exitCodes !== 'object' || exitCodes === null) throw invalid('exitCodes', 'an object', exitCodes);
  for (const [reason, code] of Object.entries(exitCodes)) {
    if (Number.isInteger(code) && code >= 0 && code <= 255) continue;
    throw invalid(`exitCodes.${reason}`, 'a whole number from 0 to 255', code);
  }
}

/** Checks an object of options: a misspelt one would do nothing. @throws LifecycleErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function checkKnown<Options>(place: string, options: unknown, names: OptionNames<Options>): void {
  if (typeof options !== 'object' || options === null) throw invalid(place, 'an object', options);
  const option = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (option === undefined) return;
  throw new LifecycleErrors.UNKNOWN_OPTION({ option, known: Object.keys(names).join(', ') });
}

/** Checks something optional to be called. @throws LifecycleErrors.INVALID_OPTION */
export function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw invalid(option, 'a function', value);
}

/** Checks a name. @throws LifecycleErrors.INVALID_OPTION */
export function checkName(option: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw invalid(option, 'a text that is not empty', value);
}

/** Checks a list of names. @throws LifecycleErrors.INVALID_OPTION */
export function checkNames(option: string, value: unknown): void {
  if (!Array.isArray(value)) throw invalid(option, 'a list of names', value);
  for (const name of value) checkName(option, name);
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
  return new LifecycleErrors.INVALID_OPTION({
    option,
    expected,
    value: show(value),
    type: value === null ? 'null' : typeof value,
  });
}

function show(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that cannot be printed';
  }
}
