/** A property that is made when it is first read. */
export function lazily(make: () => unknown): PropertyDescriptor {
  let made: unknown;
  return { get: () => (made ??= make()), enumerable: true };
}

type Trap = (target: object, ...rest: unknown[]) => unknown;

/**
 * An object that is filled, and then frozen, when anything is first asked of it. Whatever is asked, `Reflect` has a function
 * of that name; afterwards there are no traps.
 */
export function onceAsked(fill: (target: object) => void): object {
  let isFilled = false;
  const trapOf = (_traps: object, ask: PropertyKey): Trap | undefined => {
    if (isFilled) return undefined;
    return (target, ...rest) => {
      fill(target);
      isFilled = true;
      return Reflect.apply(Reflect.get(Reflect, ask) as Trap, undefined, [target, ...rest]);
    };
  };
  return new Proxy({}, new Proxy({}, { get: trapOf }));
}
