/** A value, now or soon. */
export type Eventually<T> = T | Promise<T>;

/** One health check's newest answer. */
export interface CheckView {
  readonly name: string;
  readonly status: 'up' | 'degraded' | 'down';
  readonly durationMs?: number;
  readonly error?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The answer of a group of checks. */
export interface HealthView {
  readonly status: 'up' | 'degraded' | 'down';
  readonly checks: readonly CheckView[];
}

/** What `/health` and `/shutdown` ask. A group it does not know is an error with `httpStatus` 404, or one missing in `groups()`. */
export interface LifecycleContributor {
  readonly health: {
    check(group?: string): Eventually<HealthView>;
    groups?(): readonly string[];
  };
  /** What POST `/shutdown` calls; without it there is no such endpoint. Nothing waits for it. */
  stop?(reason: string): unknown;
}

/** One logger with the level it was given and the one in force. */
export interface LoggerView {
  readonly name: string;
  readonly configuredLevel: string | null;
  readonly effectiveLevel: string;
}

/** What `/loggers` asks. */
export interface LoggersContributor {
  list(): Eventually<readonly LoggerView[]>;
  /** `null` gives the logger back to its parent; `ttlMs` undoes the change later. */
  set(name: string, level: string | null, options?: { readonly ttlMs?: number }): unknown;
  /** The words for levels, most severe first. */
  readonly names: readonly string[];
}

/** What `/metrics` asks: an exposition in the format that suits the `Accept` header. */
export interface MetricsContributor {
  render(accept?: string): Eventually<{ readonly contentType: string; readonly body: string }>;
}

/** One configuration value, secrets already redacted, and where it came from. */
export interface ConfigRow {
  readonly key: string;
  readonly value: unknown;
  readonly source: unknown;
}

/** What `/config` asks, all rows or one. */
export interface ConfigContributor {
  describe(): Eventually<readonly ConfigRow[]>;
}

/** What `/flags` and `/schemas` ask. */
export interface ListContributor {
  list(): Eventually<readonly object[]>;
}

/** What `/plugins` asks. */
export interface PluginsContributor {
  status(): Eventually<readonly object[]>;
}

/** One named protection with its counters; those with a `breaker` are shown at `/circuitbreakers`. */
export interface ProtectionView {
  readonly name: string;
  /** `closed`, `open`, `half-open`, `forced-open` or `disabled`. */
  readonly breaker?: string;
  readonly calls?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly refused?: number;
}

/** What `/circuitbreakers` asks. */
export interface ResilienceContributor {
  list(): Eventually<readonly ProtectionView[]>;
}

/** One error that happened, without its stack. */
export interface ErrorView {
  /** ISO 8601. */
  readonly time: string;
  readonly code: string;
  readonly message: string;
  /** How many occurrences this stands for. */
  readonly count: number;
  readonly severity?: string;
}

/** All errors of one code since the start. */
export interface ErrorCountView {
  readonly code: string;
  readonly count: number;
  /** ISO 8601. */
  readonly lastTime: string;
}

/** What `/errors` asks. */
export interface ErrorsContributor {
  /** The newest first. */
  recent(): Eventually<readonly ErrorView[]>;
  counts(): Eventually<readonly ErrorCountView[]>;
}

/** What a `read` or `write` function of your own endpoint receives. */
export interface EndpointContext {
  /** Aborts when the time is over or the client has gone. */
  readonly signal: AbortSignal;
  readonly query: Readonly<Record<string, string>>;
}

/** An endpoint of your own; what it returns is shown as JSON. */
export interface Endpoint {
  readonly read: (context: EndpointContext) => unknown;
  /** Receives the parsed JSON body; without it POST is refused. */
  readonly write?: (body: unknown, context: EndpointContext) => unknown;
}

/** What this package needs of a logger. */
export interface ManagementLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
