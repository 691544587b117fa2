// (1) One export is on its way at a time, however slow a collector is and however often a flush is asked for.
// (2) What comes due meanwhile is put off before anything is collected: the next export has all of it, as totals and as deltas.

export interface PushOptions {
  readonly intervalMs: number;
  /** Collects and sends; ends by itself. */
  readonly run: () => Promise<void>;
  /** Told of each export that came due while another one was on its way. */
  readonly onPutOff: () => void;
}

export interface Push {
  readonly start: () => void;
  /** Exports what is there now, after what is on its way. */
  readonly flush: () => Promise<void>;
  /** Exports the rest, and nothing after it. */
  readonly stop: () => Promise<void>;
}

export function createPush({ intervalMs, run, onPutOff }: PushOptions): Push {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const begin = (): Promise<void> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const onDue = (): void => {
    if (running === undefined) void begin();
    else onPutOff();
  };
  const flush = (): Promise<void> => {
    if (running === undefined) return begin();
    // All who ask meanwhile wait for the same one: it begins after each of them has asked.
    next ??= running.then(() => {
      next = undefined;
      return running ?? begin();
    });
    return next;
  };
  return {
    start: () => {
      timer = setInterval(onDue, intervalMs).unref();
    },
    flush,
    stop: () => {
      clearInterval(timer);
      return flush();
    },
  };
}
