import { pause } from './bounded.ts';
import { checkName, invalid } from './options.ts';

/** Work that a stop waits for. */
export interface InFlight {
  readonly track: <T>(work: Promise<T>, name?: string) => Promise<T>;
  /** Waits until nothing is tracked, at most `timeoutMs` and until the signal aborts. */
  settled(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Names of what has not ended, in the order it was tracked. */
  names(): readonly string[];
}

/** Remembers promises until they settle. */
export function createInFlight(): InFlight {
  const running = new Map<symbol, string>();
  const waiting = new Set<() => void>();
  return {
    track(work, name = 'unnamed work') {
      if (typeof (work as Partial<typeof work> | undefined)?.then !== 'function')
        throw invalid('work', 'a promise', work);
      checkName('name', name);
      const id = Symbol(name);
      running.set(id, name);
      const forget = (): void => {
        running.delete(id);
        if (running.size === 0) for (const wake of waiting) wake();
      };
      work.then(forget, forget);
      return work;
    },
    async settled(timeoutMs, signal) {
      if (running.size === 0) return;
      const enough = new AbortController();
      const wake = (): void => enough.abort();
      waiting.add(wake);
      await pause(timeoutMs, AbortSignal.any([signal, enough.signal]));
      waiting.delete(wake);
    },
    names: () => [...running.values()],
  };
}
