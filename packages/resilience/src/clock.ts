/** Time, as this package sees it; tests give a clock of their own. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Milliseconds since 1970, to compare with dates that others send. */
  date(): number;
  /** Runs something once, later; the answer undoes it. */
  schedule(delayMs: number, run: () => void): () => void;
}

// A longer delay overflows in Node, which would run at once.
const longestDelayMs = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, longestDelayMs));
    return () => clearTimeout(timer);
  },
};

// Measured with answers that lay in a socket: one turn of the event loop reads nearly all, TLS and long bodies take another.
const turnsToRead = 2;

/**
 * Runs something when a wait has been too long; the answer undoes it. Node runs timers before it reads from sockets: after the
 * event loop was held up, what came in time may lie there unread. So a limit that is late lets that be read first.
 */
export function scheduleLimit(clock: Clock, delayMs: number, run: () => void): () => void {
  const dueAt = clock.now() + delayMs;
  let reading: NodeJS.Immediate | undefined;
  const readFirst = (turns: number): void => {
    reading = setImmediate(() => (turns === 1 ? run() : readFirst(turns - 1)));
  };
  const cancel = clock.schedule(delayMs, () => (clock.now() > dueAt ? readFirst(turnsToRead) : run()));
  return () => {
    cancel();
    clearImmediate(reading);
  };
}

let lastDate = Number.NaN;
let lastNow = 0;

/**
 * The time of a clock, up to a millisecond late: enough for windows of seconds, and a third cheaper. The clock of the machine
 * that only grows is asked once in each millisecond of the one that is cheap to read.
 */
export function coarseNow(clock: Clock): number {
  if (clock !== systemClock) return clock.now();
  const date = Date.now();
  if (date !== lastDate) {
    lastDate = date;
    lastNow = performance.now();
  }
  return lastNow;
}
