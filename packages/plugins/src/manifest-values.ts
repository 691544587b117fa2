/** Manifests come from files: every value in them can be anything. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

/** A value as it is shown in a problem. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
}

/** The names in a record that are not known, each as a problem. */
export function unknownNames(where: string, value: unknown, known: readonly string[]): readonly string[] {
  const names = isRecord(value) ? Object.keys(value).filter((name) => !known.includes(name)) : [];
  return names.map((name) => `has the unknown field \`${where}.${name}\`; known are ${known.join(', ')}`);
}
