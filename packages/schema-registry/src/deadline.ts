import { SchemaErrors } from './errors.ts';

/** Something that is waited for, in words that follow "to". */
export interface Waited {
  readonly doing: string;
  readonly position: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits for a task, but not for ever, also when it does not listen to its signal.
 *
 * @throws BATCH_TIMED_OUT, or the reason of the signal.
 */
export async function withDeadline<T>(waited: Waited, task: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
  const { timeoutMs, signal } = waited;
  signal?.throwIfAborted();
  const stop = new AbortController();
  let abort: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason as Error);
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
  });
  const { doing, position } = waited;
  const expire = (): void => stop.abort(new SchemaErrors.BATCH_TIMED_OUT({ doing, position, timeoutMs }));
  const timer = setTimeout(expire, timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    return await Promise.race([task(both), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
