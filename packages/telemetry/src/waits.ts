// Every wait of this package ends, whatever it waits for.

/** Waits for work, but not longer than this. The timer keeps the process alive meanwhile, which connections do not. */
export async function within(milliseconds: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  const timer = setTimeout(stop, signal?.aborted === true ? 0 : milliseconds);
  signal?.addEventListener('abort', stop, { once: true });
  // What went wrong is counted where it did.
  await Promise.race([work.catch(() => undefined), timeIsUp]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
}

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Made when the time is up. */
  readonly late: () => Error;
}

/** What the work gives, or the reason that its signal is aborted with: of `signal`, or what `late` makes. */
export async function beforeDeadline<Result>(
  { timeoutMs, signal, late }: Limits,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    stop.abort(reason);
    reject(reason);
  };
  const onAbort = (): void => end(signal?.reason);
  const timer = setTimeout(() => end(late()), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(stop.signal), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
