import type { Report, ReportSink } from './types.ts';

/** The queue of one sink: one report at a time, so that a slow sink delays nobody else. */
export interface Lane {
  push(report: Report): void;
  /** Resolves when the queue is empty or the time is over; the last drain then aborts what is under way. */
  drain(timeoutMs: number, isLast: boolean): Promise<void>;
  failed(): number;
  waiting(): number;
}

export function createLane(sink: ReportSink, most: number, onError: (error: unknown, sink: string) => void): Lane {
  const queue: Report[] = [];
  const abort = new AbortController();
  let failures = 0;
  let running: Promise<void> | undefined;

  const fail = (error: unknown): void => {
    failures += 1;
    tell(onError, error, sink.name);
  };
  const run = async (): Promise<void> => {
    for (let next = queue[0]; next !== undefined && !abort.signal.aborted; next = queue[0]) {
      try {
        await sink.send(next, abort.signal);
      } catch (error) {
        fail(error);
      }
      queue.shift();
    }
    running = undefined;
  };
  return {
    push(report) {
      if (queue.length >= most || abort.signal.aborted) {
        failures += 1;
        return;
      }
      queue.push(report);
      running ??= Promise.resolve().then(run);
    },
    async drain(timeoutMs, isLast) {
      if (running !== undefined) await within(running, timeoutMs);
      if (isLast) abort.abort();
    },
    failed: () => failures,
    waiting: () => queue.length,
  };
}

/** A listener that throws must not end the queue. */
function tell(onError: (error: unknown, sink: string) => void, error: unknown, sink: string): void {
  try {
    onError(error, sink);
  } catch {
    return;
  }
}

const longestMs = 2 ** 31 - 1;

async function within(task: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    // What no timer can wait for would end it at once.
    timer = setTimeout(resolve, Math.min(Math.max(timeoutMs, 0) || 0, longestMs));
  });
  await Promise.race([task, late]);
  clearTimeout(timer);
}
