import type { JsonValue } from './plain.ts';
import { snapshot } from './snapshot.ts';
import type { ErrorJson } from './snapshot.ts';

/** An error as the value of a log record's `err` field. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly params?: Readonly<Record<string, JsonValue>>;
  readonly properties?: Readonly<Record<string, JsonValue>>;
  readonly cause?: LoggedError;
  readonly errors?: readonly LoggedError[];
}

/** Turns any thrown value into the fields of a log record, bounded and redacted; never throws. */
export function toLogFields(error: unknown): { readonly err: LoggedError } {
  return { err: loggedError(snapshot(error, 'readable')) };
}

function loggedError(json: ErrorJson): LoggedError {
  const { name, cause, errors, value: _value, ...rest } = json;
  return {
    type: name,
    ...rest,
    ...(cause === undefined ? {} : { cause: loggedError(cause) }),
    ...(errors === undefined ? {} : { errors: errors.map(loggedError) }),
  };
}
