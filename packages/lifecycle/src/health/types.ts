/** `degraded` means only checks that are not critical fail. */
export type HealthStatus = 'up' | 'degraded' | 'down';

/** Throws when down; an object it returns is shown as details, and `degraded(…)` makes it degraded. */
export type Check = (signal: AbortSignal) => unknown;

/** How one check is run and counted. */
export interface CheckOptions {
  /** Groups that ask this check: `live`, `ready`, `startup`, or names of your own. @default ['ready'] */
  readonly groups?: readonly string[];
  /** Counts as down when there is no answer after this long. @default 1000 */
  readonly timeoutMs?: number;
  /** An answer is reused for this long. @default 1000 */
  readonly ttlMs?: number;
  /** `false` makes a failure degrade the group instead of bringing it down. @default true */
  readonly critical?: boolean;
  /** So many worse answers in a row change its status. @default 1 */
  readonly failAfter?: number;
  /** So many better answers in a row change its status. @default 1 */
  readonly passAfter?: number;
}

/** The newest run of a check that failed or was degraded. */
export interface LastFailure {
  readonly error: string;
  /** When it ended, ISO 8601 in UTC. */
  readonly at: string;
}

/** The newest answer of one check. Errors come without what looks like a secret, in at most 500 characters. */
export interface CheckResult {
  readonly name: string;
  readonly status: HealthStatus;
  readonly durationMs: number;
  /** When the status became what it is, ISO 8601 in UTC. */
  readonly since?: string;
  /** When the check ended last, ISO 8601 in UTC. */
  readonly checkedAt?: string;
  /** Why the last run failed; also shown while `failAfter` still keeps the check up. */
  readonly error?: string;
  /** Stays after the check has recovered. */
  readonly lastFailure?: LastFailure;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The answer of a group, or of everything. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: readonly CheckResult[];
}

/** The health checks of a process. */
export interface Health {
  /** Registers a check and returns its undo. @throws LifecycleErrors.DUPLICATE_NAME, INVALID_OPTION, UNKNOWN_OPTION */
  add(name: string, check: Check, options?: CheckOptions): () => void;
  /** Runs what is due of a group, or everything; never rejects for a failing check. @throws LifecycleErrors.UNKNOWN_GROUP */
  check(group?: string): Promise<HealthReport>;
  /** Names of all groups, the built-in ones first. */
  groups(): readonly string[];
}
