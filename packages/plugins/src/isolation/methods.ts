/** The names of all methods of an object, inherited ones of its class included. */
export function methodsOf(implementation: object): readonly string[] {
  const names = new Set<string>();
  for (
    let level = implementation;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object
  ) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name !== 'constructor' && typeof (implementation as Record<string, unknown>)[name] === 'function')
        names.add(name);
    }
  }
  return [...names];
}
