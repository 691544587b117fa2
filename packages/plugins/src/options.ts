import { PluginErrors } from './errors.ts';
import { isTimeout, timeoutRule } from './manifest.ts';
import type { PluginLogger } from './plugin.ts';
import type { PluginSource } from './sources.ts';

/** What the host asks of a logger: fields first, then the message. */
export interface PluginsLogger {
  info(fields: object, message: string): void;
  /** Without it, warnings go to `info`. */
  warn?(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface PluginHostOptions {
  readonly sources: readonly PluginSource[];
  /** Silent without it. Plugins get it with their id bound. */
  readonly logger?: PluginsLogger;
  /** For `onInit` and `onStart` together, counted per plugin from when that plugin runs. @default 30000 */
  readonly startTimeoutMs?: number;
  /** For all that happens when one plugin stops, counted from when that plugin stops. @default 10000 */
  readonly stopTimeoutMs?: number;
  /** How many plugins start at the same time. @default 64 */
  readonly concurrency?: number;
  /** Plugins that do not fit: refuse them all, or leave out those named in a problem. @default 'reject' */
  readonly onProblems?: 'reject' | 'skip';
  /** Closes the host when it aborts. */
  readonly signal?: AbortSignal;
}

export interface Settings {
  readonly sources: readonly PluginSource[];
  readonly logger: PluginLogger;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly concurrency: number;
  readonly onProblems: 'reject' | 'skip';
  readonly signal: AbortSignal | undefined;
}

/** @throws INVALID_OPTION */
export function checkOptions(options: PluginHostOptions): Settings {
  const { sources, logger, startTimeoutMs = 30_000, stopTimeoutMs = 10_000, concurrency = 64 } = options;
  const { onProblems = 'reject', signal } = options;
  expectOption('sources', 'a list of plugin sources', sources, Array.isArray(sources));
  expectOption('startTimeoutMs', timeoutRule, startTimeoutMs, isTimeout(startTimeoutMs));
  expectOption('stopTimeoutMs', timeoutRule, stopTimeoutMs, isTimeout(stopTimeoutMs));
  expectOption('concurrency', 'a whole number above 0', concurrency, Number.isInteger(concurrency) && concurrency > 0);
  expectOption('onProblems', '"reject" or "skip"', onProblems, onProblems === 'reject' || onProblems === 'skip');
  return { sources, logger: quietLogger(logger), startTimeoutMs, stopTimeoutMs, concurrency, onProblems, signal };
}

/** Binds fields to every line. */
export function boundLogger(logger: PluginLogger, bound: object): PluginLogger {
  return {
    info: (fields, message) => logger.info({ ...fields, ...bound }, message),
    warn: (fields, message) => logger.warn({ ...fields, ...bound }, message),
    error: (fields, message) => logger.error({ ...fields, ...bound }, message),
  };
}

function quietLogger(logger: PluginsLogger | undefined): PluginLogger {
  return {
    info: (fields, message) => logger?.info(fields, message),
    warn: (fields, message) => (logger?.warn ? logger.warn(fields, message) : logger?.info(fields, message)),
    error: (fields, message) => logger?.error(fields, message),
  };
}

function expectOption(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new PluginErrors.INVALID_OPTION({ option, expected, received: `${String(received)} (${typeof received})` });
}
