// How an error crosses between two realms: as plain data, cut to a size, with its code and stack.

/** An error as data. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: WireError;
}

const longestText = 8_192;
const deepestCause = 4;

/** Reads what was thrown; getters of a hostile error cannot stop it. */
export function toWireError(thrown: unknown, depth = 0): WireError {
  if (typeof thrown !== 'object' || thrown === null) return { name: 'Error', message: textOf(thrown) };
  const code = textMember(thrown, 'code');
  const stack = textMember(thrown, 'stack');
  const cause = depth < deepestCause ? member(thrown, 'cause') : undefined;
  return {
    name: textMember(thrown, 'name') ?? 'Error',
    message: textMember(thrown, 'message') ?? textOf(thrown),
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: toWireError(cause, depth + 1) }),
  };
}

/** Makes an `Error` of the data; anything else that came instead of it becomes an error that says so. */
export function fromWireError(value: unknown, depth = 0): Error & { readonly code?: string } {
  if (typeof value !== 'object' || value === null) return new Error(`An error came as ${typeof value}.`);
  const cause = depth < deepestCause ? member(value, 'cause') : undefined;
  const error = new Error(
    textMember(value, 'message') ?? '',
    cause === undefined ? undefined : { cause: fromWireError(cause, depth + 1) },
  );
  define(error, 'name', textMember(value, 'name') ?? 'Error');
  define(error, 'stack', textMember(value, 'stack') ?? `${error.name}: ${error.message}`);
  const code = textMember(value, 'code');
  if (code !== undefined) Object.defineProperty(error, 'code', { value: code, enumerable: true });
  return error;
}

function define(error: Error, key: string, value: string): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function member(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function textMember(value: object, key: string): string | undefined {
  const text = member(value, key);
  return typeof text === 'string' ? text.slice(0, longestText) : undefined;
}

function textOf(value: unknown): string {
  try {
    return String(value).slice(0, longestText);
  } catch {
    return 'a value that cannot be printed';
  }
}
