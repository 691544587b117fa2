/** Why a value would not come back from JSON as it is, if so. */
export function whyNotJson(value: unknown): string | undefined {
  try {
    return whyNot(value);
  } catch {
    return 'it contains itself, or is too deep';
  }
}

function whyNot(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value} is no JSON value`;
  if (typeof value !== 'object') return `${typeof value} is no JSON value`;
  if (Array.isArray(value)) return firstOf(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects that come from another realm have a prototype without a prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return 'an object of a class is no JSON value';
  return firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const why = whyNot(value);
    if (why !== undefined) return why;
  }
  return undefined;
}
