import { AsyncLocalStorage } from 'node:async_hooks';

/** A request, as far as it matters where it is read for it. */
export interface Asker {
  /** Whether it only looks: what it is told may be a little old. */
  readonly isLooking: boolean;
  /** By what it is known who asks: a token or an address, and an account once that is known. */
  readonly who: Set<string>;
}

/** Who asks, through all that a request awaits. */
export interface Askers {
  run<Result>(asker: Asker, work: () => Result): Result;
  /** Undefined outside of requests. */
  current(): Asker | undefined;
}

export function createAskers(): Askers {
  const storage = new AsyncLocalStorage<Asker>();
  return {
    run: (asker, work) => storage.run(asker, work),
    current: () => storage.getStore(),
  };
}
