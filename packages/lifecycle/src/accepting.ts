// (1) A turn of the event loop accepts what its poll found, so the first whole turn that accepts nothing has found the
//     kernel's queue empty. The turn in which the wait begins does not count: its poll was over before.
// (2) What the kernel takes between that poll and the close is reset, so the close comes in the same callback and
//     only after a short turn. A busy server has longer turns; what counts as short grows with the wait.
// (3) After `longestMs` the wait is over, however busy the server is.

/** What counts as a short turn at first, in milliseconds. */
const shortMs = 0.02;
/** A busy server gets this many times its waiting time as the length of a short turn. */
const patience = 0.005;
/** The longest wait, in milliseconds. */
const longestMs = 2_000;

/** What is known of a server that accepts connections. */
export interface Accepting {
  /** How many connections were accepted so far. */
  readonly accepted: () => number;
  /** Stops accepting. */
  readonly close: () => void;
}

/** Calls `close` when no connection waits in the kernel's queue: closing would reset those that do. */
export function closeWhenAllAccepted({ accepted, close }: Accepting, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const beganAt = performance.now();
    let turnBeganAt = NaN;
    let before = NaN;
    const look = (): void => {
      const now = performance.now();
      const waitedMs = now - beganAt;
      const isShort = now - turnBeganAt <= Math.max(shortMs, waitedMs * patience);
      if ((isShort && accepted() === before) || waitedMs >= longestMs || signal.aborted) {
        close();
        return resolve();
      }
      before = accepted();
      turnBeganAt = performance.now();
      setImmediate(look);
    };
    setImmediate(look);
  });
}
