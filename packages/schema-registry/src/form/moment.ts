/** A moment in UTC, as a browser asks for it: without its zone. Undefined when it is of another zone, or none. */
export function toLocal(value: unknown): string | undefined {
  const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
  if (typeof text !== 'string') return undefined;
  return /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z$/.exec(text)?.[1];
}

/** The moment in UTC that a browser sent; anything else stays as it is. */
export function fromLocal(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text);
  return parts === null ? text : `${parts[1]}${parts[2] ?? ':00'}Z`;
}
