import type { Clock } from '../../src/index.ts';

/** A clock that has to be stopped. */
export interface LoopClock extends Clock, Disposable {}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

const stepMs = 10;

/**
 * The time of a machine that never stalls: it goes on by ten milliseconds when the event loop has had as many to do its work.
 * While a process is held up or waits for a processor it stands still, for the servers in the same process as for their callers.
 */
export function startLoopClock(): LoopClock {
  let now = 0;
  const timers = new Set<Timer>();
  const ticking = setInterval(() => {
    now += stepMs;
    const due = [...timers].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
    for (const timer of due) if (timers.delete(timer)) timer.run();
  }, stepMs);
  return {
    now: () => now,
    date: () => Date.now(),
    schedule(delayMs, run) {
      const timer: Timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    [Symbol.dispose]: () => clearInterval(ticking),
  };
}
