/** A value as JSON; big integers, which it does not have, become text. `undefined` for what has no JSON. */
export function jsonText(value: unknown, indent?: number): string | undefined {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each), indent);
}

/** A value as it comes back from JSON. */
export function throughJson(value: unknown): unknown {
  const text = jsonText(value);
  return text === undefined ? undefined : JSON.parse(text);
}
