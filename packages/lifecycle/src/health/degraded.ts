const mark: unique symbol = Symbol.for('seaworthy.degraded') as never;

/** What a check returns to say that it works, but not well. */
export interface Degraded {
  readonly [mark]: true;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Makes a check degraded, with the reason as its error and values to show. */
export function degraded(reason: string, details: Readonly<Record<string, unknown>> = {}): Degraded {
  return { [mark]: true, reason, details };
}

/** True for what `degraded()` made, also by another copy of this package. */
export function isDegraded(value: unknown): value is Degraded {
  return typeof value === 'object' && value !== null && mark in value;
}
