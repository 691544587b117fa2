const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** What is not kept apart any more, as OpenTelemetry's semantic conventions write it. */
export const other = '_OTHER';

/** A method of the standards, else `_OTHER`: clients may send any word. */
export function methodName(method: string | undefined): string {
  return method !== undefined && methods.has(method) ? method : other;
}

/** Lets the first `most` different names pass; later ones become `_OTHER`. */
export function boundedNames(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= most) return other;
    known.add(name);
    return name;
  };
}
