import { within, type Deadline } from './deadline.ts';
import { isolate } from './isolate.ts';

// (1) Every undo runs at most once, by its own dispose or by close().
// (2) close() runs them last in first out; a failing or hanging one never skips the others.
// (3) A closed scope keeps nothing: what comes late is undone on the spot.
// open -> closed

/** All that one plugin has registered, so that it can be undone. */
export interface Scope {
  readonly signal: AbortSignal;
  readonly isClosed: boolean;
  /** Remembers an undo; disposing runs it early. */
  add(undo: () => unknown): Disposable;
  /** Aborts the signal. */
  abort(reason: unknown): void;
  /** Undoes everything and returns what went wrong. */
  close(deadline: Deadline, late: () => Error): Promise<readonly unknown[]>;
}

/** @param onFailure Told of an undo that failed outside close(). */
export function createScope(onFailure: (error: unknown) => void): Scope {
  const controller = new AbortController();
  const undos = new Set<() => unknown>();
  let isClosed = false;
  return {
    signal: controller.signal,
    get isClosed() {
      return isClosed;
    },
    add(undo) {
      const own = (): unknown => undo();
      if (isClosed) isolate(own, onFailure);
      else undos.add(own);
      return {
        [Symbol.dispose]: () => {
          if (undos.delete(own)) isolate(own, onFailure);
        },
      };
    },
    abort: (reason) => controller.abort(reason),
    async close(deadline, late) {
      isClosed = true;
      const failures: unknown[] = [];
      for (const undo of [...undos].toReversed()) {
        if (undos.delete(undo)) await within(undo, { deadline, late }).catch((error: unknown) => failures.push(error));
      }
      return failures;
    },
  };
}
