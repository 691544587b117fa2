// (1) At most one round is under way; what is asked for meanwhile is one more round after it.
// (2) A round begins when nobody has asked for `delayMs`.
// (3) No round and no timer outlives close().

/** Rounds of work in the background. */
export interface Rounds {
  /** Asks for a round that begins after so long, counted from now on. */
  request(delayMs: number): void;
  /** Ends when the rounds that were asked for so far are done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Makes rounds of a task that reports its own errors. */
export function createRounds(task: (signal: AbortSignal) => Promise<void>): Rounds {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWanted = false;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const request = (delayMs: number): void => {
    if (end.signal.aborted) return;
    if (timer === undefined && running === undefined) idle = Promise.withResolvers();
    clearTimeout(timer);
    timer = setTimeout(begin, delayMs);
  };
  const begin = (): void => {
    timer = undefined;
    if (running !== undefined) {
      isWanted = true;
      return;
    }
    running = task(end.signal).finally(() => {
      running = undefined;
      if (isWanted && timer === undefined) begin();
      else if (timer === undefined) idle.resolve();
      isWanted = false;
    });
  };
  return {
    request,
    settled: () => idle.promise,
    async close() {
      end.abort();
      clearTimeout(timer);
      timer = undefined;
      await running;
      idle.resolve();
    },
  };
}
