import type { Clock } from './clock.ts';

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /** Moves on, and runs what is due on the way, in order; settled promises are followed up before the next one. */
  advance(byMs: number): Promise<void>;
  /** How many scheduled things have neither run nor been undone. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Makes a clock for tests; it starts at `startMs`, also as a date. */
export function createFakeClock(startMs = 0): FakeClock {
  let now = startMs;
  const timers = new Set<Timer>();
  const nextDue = (until: number): Timer | undefined => {
    const due = [...timers].filter((timer) => timer.at <= until);
    return due.toSorted((a, b) => a.at - b.at)[0];
  };
  return {
    now: () => now,
    date: () => now,
    schedule(delayMs, run) {
      const timer: Timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(byMs) {
      const until = now + byMs;
      await settled();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        now = timer.at;
        timer.run();
        await settled();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Lets promises that are settled run all their reactions. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
