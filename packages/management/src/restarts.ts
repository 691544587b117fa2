const firstDelayMs = 200;
const longestDelayMs = 30_000;
/** Who has run this long has not died of its start. */
const steadyMs = 60_000;

/** Counts the deaths of the worker, and spaces its restarts so that a worker that cannot live costs next to nothing. */
export interface Restarts {
  readonly started: () => void;
  /** The deaths in a row, this one included, and the wait before the next start in milliseconds: 200, doubled up to 30,000. */
  readonly died: () => { readonly restarts: number; readonly delayMs: number };
}

/** @param now - Milliseconds of a clock that is never set back. */
export function createRestarts(now: () => number): Restarts {
  let restarts = 0;
  let startedAt: number | undefined;
  return {
    started() {
      startedAt = now();
    },
    died() {
      if (startedAt !== undefined && now() - startedAt >= steadyMs) restarts = 0;
      startedAt = undefined;
      restarts += 1;
      return { restarts, delayMs: Math.min(firstDelayMs * 2 ** (restarts - 1), longestDelayMs) };
    },
  };
}
