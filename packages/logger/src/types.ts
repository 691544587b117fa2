import type winston from 'winston';
import type { LevelName } from './levels/vocabulary.ts';
import type { EventOptions, EventSchema, LogEvent } from './event.ts';
import type { RedactOptions } from './redact.ts';
import type { Serializers } from './serializers.ts';
import type { SinkStats } from './sinks/sink.ts';
import type { Timed, TimeOptions } from './time.ts';

/** Logs one record; message first, fields first and error first all work. */
export interface LogMethod {
  (message: string, fields?: object): Logger;
  (fields: object, message?: string, ...values: unknown[]): Logger;
  (message: string, ...values: unknown[]): Logger;
  (message: unknown): Logger;
}

export interface ChildOptions {
  /** Another logger name, with a level of its own in the registry. Names are few: a category, never an id. */
  readonly name?: string | undefined;
  /** A level of its own; without it the parent's applies. */
  readonly level?: string | undefined;
  /** More to hide in its records, besides what its parent hides. A censor given here applies to all of it. */
  readonly redact?: readonly (string | RegExp)[] | RedactOptions | undefined;
  /** How its fields of these names are written, besides those of its parent. */
  readonly serializers?: Serializers | undefined;
}

export interface FlushOptions {
  /** Gives up waiting after this long. @default 5000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How flushing or closing went. */
export interface FlushReport {
  /** `done` when nothing waits any more, `timeout` when time ran out first. */
  readonly outcome: 'done' | 'timeout';
  readonly stats: LoggerStats;
}

/** What a logger and its children have done so far. */
export interface LoggerStats {
  /** Records that were logged. */
  readonly records: number;
  /** Records that a sink or transport gave up, in all. */
  readonly dropped: number;
  /** Sinks, formats and trace functions that threw. */
  readonly failures: number;
  readonly sinks: readonly SinkStats[];
}

/**
 * A winston logger: every winston transport and everything written for `winston.Logger` works with it.
 *
 * Levels are fatal, error, warn, info, debug and trace unless `levels` says otherwise; winston's npm and syslog words go
 * to the nearest of them.
 */
export interface Logger extends winston.Logger {
  fatal: LogMethod;
  error: LogMethod;
  warn: LogMethod;
  info: LogMethod;
  debug: LogMethod;
  trace: LogMethod;
  /**
   * A logger that adds fields to every record; its fields win over its parent's.
   *
   * @throws UNKNOWN_LEVEL, INVALID_OPTION, INVALID_REDACT_PATH
   */
  child(fields?: object, options?: ChildOptions): this;
  /** The fields of every record, as they are written; not those that a preset adds by itself, such as the process id. */
  bindings(): Record<string, unknown>;
  /** Adds fields to every record from now on; children that exist stay as they are. */
  setBindings(fields: object): void;
  /** True when a record of that level would be written. */
  isLevelEnabled(level: LevelName | (string & {})): boolean;
  /** Takes the time until `end()`, which logs the label with `durationMs`. */
  time(label: string, options?: TimeOptions): Timed;
  /** A typed function for one kind of event, whose records all have the same fields. @throws INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_LEVEL */
  event<const Schema extends EventSchema>(name: string, schema: Schema, options?: EventOptions): LogEvent<Schema>;
  /** Resolves when everything logged so far is written; times out rather than throws. */
  flush(options?: FlushOptions): Promise<FlushReport>;
  /** The same; calls back when it is done or 5 seconds are over. */
  flush(done: () => void): Promise<FlushReport>;
  /** Writes everything to the sinks before it returns, as far as the operating system takes it. */
  flushSync(): void;
  /** Flushes and lets go of sinks and transports; on a child it only flushes. Can be awaited. */
  close(options?: FlushOptions): this & PromiseLike<FlushReport>;
  stats(): LoggerStats;
}
