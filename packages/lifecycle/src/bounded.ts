/** How a bounded task ended. */
export interface Settled {
  readonly outcome: 'ok' | 'error' | 'hung';
  readonly durationMs: number;
  readonly error?: unknown;
}

/** How long a task is waited for. */
export interface Bounds {
  readonly timeoutMs: number;
  /** Aborts the task as well. */
  readonly parent?: AbortSignal;
  /** How long a task may still settle after `parent` aborted it. @default 0 */
  readonly settleMs?: number;
}

/** Runs a task that may fail or hang, and always answers within its bounds. */
export function bounded(task: (signal: AbortSignal) => unknown, bounds: Bounds): Promise<Settled> {
  const { timeoutMs, parent, settleMs = 0 } = bounds;
  const controller = new AbortController();
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const finish = (settled: Omit<Settled, 'durationMs'>): void => {
      clearTimeout(timer);
      parent?.removeEventListener('abort', onParentAbort);
      resolve({ ...settled, durationMs: performance.now() - startedAt });
    };
    const giveUp = (): void => {
      controller.abort();
      finish({ outcome: 'hung' });
    };
    const onParentAbort = (): void => {
      controller.abort(parent?.reason);
      clearTimeout(timer);
      if (settleMs === 0) giveUp();
      else timer = setTimeout(giveUp, settleMs);
    };
    let timer = setTimeout(giveUp, timeoutMs);
    if (parent?.aborted) onParentAbort();
    else parent?.addEventListener('abort', onParentAbort, { once: true });
    attempt(task, controller.signal).then(
      () => finish({ outcome: 'ok' }),
      (error: unknown) => finish({ outcome: 'error', error }),
    );
  });
}

async function attempt(task: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<void> {
  await task(signal);
}

/** Waits, or returns early without an error when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0 || signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
