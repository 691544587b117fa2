/** A property that is made when it is first read. */
export function lazily(make: () => unknown): PropertyDescriptor {
  let made: unknown;
  return { get: () => (made ??= make()), enumerable: true };
}

/** An object that is filled, and then frozen, when anything is first asked of it. */
export function onceAsked(fill: (target: object) => void): object {
  const filled = (target: object): object => {
    if (!Object.isFrozen(target)) fill(target);
    return target;
  };
  return new Proxy(
    {},
    {
      get: (target, key) => Reflect.get(filled(target), key),
      has: (target, key) => Reflect.has(filled(target), key),
      ownKeys: (target) => Reflect.ownKeys(filled(target)),
      getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(filled(target), key),
      defineProperty: (target, key, property) => Reflect.defineProperty(filled(target), key, property),
      isExtensible: (target) => Reflect.isExtensible(filled(target)),
      preventExtensions: (target) => Reflect.preventExtensions(filled(target)),
      deleteProperty: (target, key) => Reflect.deleteProperty(filled(target), key),
      setPrototypeOf: (target, prototype) => Reflect.setPrototypeOf(filled(target), prototype),
    },
  );
}
