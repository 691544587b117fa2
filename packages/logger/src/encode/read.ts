/** A value read from an object, whatever reading it does. */
export function readMember(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return unreadable(error);
  }
}

/** The note in place of a value that cannot be read. */
export function unreadable(error: unknown): string {
  try {
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`;
  } catch {
    return '[unreadable]';
  }
}

/** True for an object that was written `{ … }`. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  } catch {
    return false;
  }
}

/** True for an error, of this realm or an heir of its class. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/**
 * An object to go through with `for … in`: the fastest way through the keys of a plain object, which would show inherited
 * ones in any other.
 */
export function ownFields(fields: object): Record<string, unknown> {
  if (Object.getPrototypeOf(fields) === Object.prototype) return fields as Record<string, unknown>;
  return guardedMembers(fields);
}

/** The own members of an object that can be listed, each read under guard. */
export function guardedMembers(object: object): Record<string, unknown> {
  const own = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(object)) own[key] = readMember(object, key);
  return own;
}
