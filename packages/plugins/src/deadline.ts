/** A moment after which nothing is awaited any more. */
export interface Deadline {
  readonly timeoutMs: number;
  remainingMs(): number;
}

/** Counts from now, or from another moment of `performance.now()`. */
export function startDeadline(timeoutMs: number, from: number = performance.now()): Deadline {
  const endsAt = from + timeoutMs;
  return { timeoutMs, remainingMs: () => Math.max(0, endsAt - performance.now()) };
}

interface Limits {
  readonly deadline: Deadline;
  readonly signal?: AbortSignal;
  /** Another signal that ends the wait. */
  readonly gone?: AbortSignal;
  /** Makes the error of a missed deadline. */
  readonly late: () => Error;
}

/** Runs `work` and answers as it does, or rejects at the deadline or when the signal aborts. */
export async function within<T>(work: () => T | PromiseLike<T>, limits: Limits): Promise<T> {
  limits.signal?.throwIfAborted();
  limits.gone?.throwIfAborted();
  const answer = work();
  return isThenable(answer) ? await race(answer, limits) : answer;
}

function race<T>(answer: PromiseLike<T>, { deadline, signal, gone, late }: Limits): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => settle(() => reject(signal?.aborted ? signal.reason : gone?.reason));
    // One more turn of the loop: input that had arrived while another plugin blocked the thread still counts.
    let grace: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      grace = setImmediate(() => settle(() => reject(late())));
    }, deadline.remainingMs());
    function settle(answerWith: () => void): void {
      clearTimeout(timer);
      clearImmediate(grace);
      signal?.removeEventListener('abort', abort);
      gone?.removeEventListener('abort', abort);
      answerWith();
    }
    // The work may have aborted it itself, before there was a listener.
    if (signal?.aborted || gone?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    gone?.addEventListener('abort', abort);
    answer.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return canHold && typeof (value as { then?: unknown }).then === 'function';
}
