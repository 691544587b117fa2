import { tellListenerFailed } from './events.ts';

/** Is told the new value and the old one. */
export type Listener = (now: unknown, was: unknown) => unknown;

/** Who wants to know of changes, by key. */
export interface Listeners {
  /** The answer undoes it. */
  add(key: string, listener: Listener): () => void;
  /** Tells all listeners of a key; one that throws, at once or later, is reported on a channel and keeps none from hearing. */
  notify(key: string, now: unknown, was: unknown): void;
  clear(): void;
}

export function createListeners(): Listeners {
  const byKey = new Map<string, Set<Listener>>();
  return {
    add(key, listener) {
      const listeners = byKey.get(key) ?? new Set();
      byKey.set(key, listeners.add(listener));
      return () => listeners.delete(listener);
    },
    notify(key, now, was) {
      for (const listener of byKey.get(key) ?? []) {
        const fail = (error: unknown): void => tellListenerFailed({ key, error });
        try {
          // A function that waits may be given too, and nobody else would catch what it throws.
          Promise.resolve(listener(now, was)).catch(fail);
        } catch (error) {
          fail(error);
        }
      }
    },
    clear: () => byKey.clear(),
  };
}
