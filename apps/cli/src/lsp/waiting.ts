import type { CancellationToken } from 'vscode-languageserver';

/** Waits that end in time: with what is waited for, when the asker does not want to know any more, or after the longest wait. */
export interface Waiting {
  until(promise: Promise<unknown>, token: CancellationToken): Promise<void>;
  /** Until somebody calls `wake`. */
  untilWoken(token: CancellationToken): Promise<void>;
  /** Ends the waits that wait for it. */
  wake(): void;
}

export function createWaiting(longestMs: number): Waiting {
  let woken = Promise.withResolvers<void>();
  const until: Waiting['until'] = async (promise, token) => {
    const end = Promise.withResolvers<void>();
    const timer = setTimeout(end.resolve, longestMs);
    const cancelled = token.onCancellationRequested(() => end.resolve());
    try {
      await Promise.race([promise, end.promise]);
    } finally {
      clearTimeout(timer);
      cancelled.dispose();
    }
  };
  return {
    until,
    untilWoken: (token) => until(woken.promise, token),
    wake() {
      woken.resolve();
      woken = Promise.withResolvers();
    },
  };
}
