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
  // One function may be given twice, and each time undone on its own.
  const byKey = new Map<string, Set<{ readonly listener: Listener }>>();
  return {
    add(key, listener) {
      const listeners = byKey.get(key) ?? new Set();
      const added = { listener };
      byKey.set(key, listeners.add(added));
      return () => listeners.delete(added);
    },
    notify(key, now, was) {
      const listeners = byKey.get(key);
      // Who is added by a listener hears of the next change; who is undone by one hears nothing more.
      for (const added of Array.from(listeners ?? [])) {
        if (listeners?.has(added) !== true) continue;
        const { listener } = added;
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
