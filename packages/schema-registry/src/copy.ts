type Container = Record<PropertyKey, unknown> | unknown[];

/**
 * Copies plain objects and arrays at any depth, cycles included; other values are shared.
 *
 * A work list in place of recursion: stored data may be deeper than the call stack.
 */
export function copyData(value: unknown): unknown {
  const copies = new Map<object, Container>();
  const pending: [source: object, copy: Container][] = [];
  const copyOf = (part: unknown): unknown => {
    if (!isContainer(part)) return part;
    const known = copies.get(part);
    if (known) return known;
    const copy: Container = Array.isArray(part) ? [] : (Object.create(Object.getPrototypeOf(part)) as Container);
    copies.set(part, copy);
    pending.push([part, copy]);
    return copy;
  };
  const root = copyOf(value);
  for (let next = pending.pop(); next; next = pending.pop()) fill(next[0], next[1], copyOf);
  return root;
}

function fill(source: object, copy: Container, copyOf: (part: unknown) => unknown): void {
  if (Array.isArray(source)) (copy as unknown[]).length = source.length;
  for (const key of Object.keys(source)) {
    const value = copyOf((source as Record<string, unknown>)[key]);
    // Not an assignment: a key named `__proto__` would change the prototype.
    Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true });
  }
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
