/**
 * The wait that an error or a result asks for by Retry-After (RFC 9110, section 10.2.3), in milliseconds.
 *
 * Looks at `retryAfterMs`, at `retryAfter` and at the header `retry-after`, of the value itself, of its `response`, and of
 * the `params` of an error. A header is a number of seconds or an HTTP date.
 *
 * @param nowMs Milliseconds since 1970, to compare dates with.
 */
export function retryAfterMs(value: unknown, nowMs: number): number | undefined {
  return (
    readWait(value, nowMs) ?? readWait(property(value, 'response'), nowMs) ?? readWait(property(value, 'params'), nowMs)
  );
}

function readWait(value: unknown, nowMs: number): number | undefined {
  const exact = property(value, 'retryAfterMs');
  if (typeof exact === 'number' && exact >= 0) return exact;
  return parseRetryAfter(property(value, 'retryAfter') ?? header(property(value, 'headers')), nowMs);
}

/** Reads seconds or an HTTP date; a date that has passed is no wait, nonsense is `undefined`. */
export function parseRetryAfter(value: unknown, nowMs: number): number | undefined {
  if (value instanceof Date) return untilDate(value.getTime(), nowMs);
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value * 1_000 : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // Date.parse also takes '-1' and '2': only what has a month in letters is an HTTP date.
  if (!/[A-Za-z]{3}/.test(text)) return undefined;
  // The oldest form ends with the year, and means GMT as the others do.
  return untilDate(Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text), nowMs);
}

function untilDate(dateMs: number, nowMs: number): number | undefined {
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function header(headers: unknown): unknown {
  // Not only the `Headers` of Node: those of undici and node-fetch are others.
  if (isReadable(headers)) return headers.get('retry-after') ?? undefined;
  return property(headers, 'retry-after') ?? property(headers, 'Retry-After');
}

function isReadable(headers: unknown): headers is { get(name: string): unknown } {
  return typeof property(headers, 'get') === 'function';
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
