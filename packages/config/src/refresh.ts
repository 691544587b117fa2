// (1) There is at most one timer.
// (2) After a reading that failed the pauses grow from `firstRetryMs` to `maxRetryMs`; one that succeeds resets them.
// (3) The timer keeps no process alive.
import { longestTimerMs } from './options.ts';

const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

/** Reads again before what was read expires. */
export interface Refresher {
  /** After a reading that succeeded: when to read again, if ever. */
  succeeded(refreshAfterMs: number | undefined): void;
  /** After a reading that failed. */
  failed(): void;
  stop(): void;
}

export function createRefresher(refresh: () => void): Refresher {
  let timer: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;
  let isLeased = false;
  const schedule = (afterMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(refresh, Math.min(afterMs, longestTimerMs)).unref();
  };
  return {
    succeeded(refreshAfterMs) {
      retryMs = firstRetryMs;
      isLeased = refreshAfterMs !== undefined;
      if (refreshAfterMs === undefined) clearTimeout(timer);
      else schedule(refreshAfterMs);
    },
    failed() {
      if (!isLeased) return;
      schedule(retryMs);
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    },
    stop: () => clearTimeout(timer),
  };
}
