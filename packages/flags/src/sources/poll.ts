import { backoffMs, jittered } from './backoff.ts';

/** How the last request ended, and so when the next one is due. */
export class Pace {
  readonly #settled: Set<() => void> = new Set();
  /** A request is under way. */
  isBusy = false;
  /** How many requests failed in a row. */
  failures = 0;
  /** The server asked to be left alone for so long, in milliseconds. */
  retryAfterMs: number | undefined;

  succeed(): void {
    this.failures = 0;
    this.retryAfterMs = undefined;
    this.#tell();
  }

  fail(retryAfterMs: number | undefined): void {
    this.failures += 1;
    this.retryAfterMs = retryAfterMs;
    this.#tell();
  }

  /** Calls the listener after each request; the answer ends it. */
  onSettled(listener: () => void): () => void {
    this.#settled.add(listener);
    return () => void this.#settled.delete(listener);
  }

  #tell(): void {
    this.isBusy = false;
    for (const listener of this.#settled) listener();
  }
}

export interface PollTimes {
  /** Between two requests. */
  readonly pollMs: number;
  /** The longest wait after failures. */
  readonly maxBackoffMs: number;
}

const firstBackoffMs = 500;

/**
 * Looks again and again until it is disposed, counted from the last request, whoever made it. The wait after a failure is its
 * own, and never shorter than the server asked for.
 */
export function poll(changed: () => void, pace: Pace, times: PollTimes): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const schedule = (): void => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(look, waitMs(pace, times)).unref();
  };
  const look = (): void => {
    if (!pace.isBusy) changed();
    schedule();
  };
  const undo = pace.onSettled(schedule);
  schedule();
  return {
    [Symbol.dispose]() {
      isOver = true;
      undo();
      clearTimeout(timer);
    },
  };
}

/** The time until the next request, in milliseconds. */
function waitMs({ failures, retryAfterMs }: Pace, { pollMs, maxBackoffMs }: PollTimes): number {
  const own = failures === 0 ? jittered(pollMs) : backoffMs(failures, Math.min(firstBackoffMs, pollMs), maxBackoffMs);
  return Math.max(own, retryAfterMs ?? 0);
}
