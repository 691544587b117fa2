import { pause } from './bounded.ts';

/** Work that a stop waits for. */
export interface InFlight {
  readonly track: <T>(work: Promise<T>, name?: string) => Promise<T>;
  /** Waits for what is tracked now, at most `timeoutMs` and until the signal aborts. */
  settled(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Names of what has not ended, in the order it was tracked. */
  names(): readonly string[];
}

/** Remembers promises until they settle. */
export function createInFlight(): InFlight {
  const running = new Map<Promise<unknown>, string>();
  return {
    track(work, name = 'unnamed work') {
      running.set(work, name);
      const forget = (): void => void running.delete(work);
      work.then(forget, forget);
      return work;
    },
    async settled(timeoutMs, signal) {
      if (running.size === 0) return;
      const enough = new AbortController();
      const all = Promise.allSettled(running.keys());
      await Promise.race([all, pause(timeoutMs, AbortSignal.any([signal, enough.signal]))]);
      enough.abort();
    },
    names: () => [...running.values()],
  };
}
