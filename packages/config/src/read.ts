import { failureName } from './failure.ts';
import type { Problem } from './problems.ts';
import { failedReading, type Candidate, type ReadContext, type Reading, type Source } from './sources/source.ts';

/** All the sources said: for each key its candidates, the winner last. */
export interface Layers {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  readonly problems: readonly Problem[];
}

/** Reads all sources side by side; what fails becomes a problem, what hangs is given up after `timeoutMs`. */
export async function readLayers(sources: readonly Source[], context: ReadContext, timeoutMs: number): Promise<Layers> {
  // Tied together by hand, so that nothing is registered with a long-lived signal after the reading.
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  context.signal.addEventListener('abort', onAbort, { once: true });
  if (context.signal.aborted) onAbort();
  const timer = setTimeout(onAbort, timeoutMs);
  try {
    const { signal } = stop;
    const readings = await Promise.all(sources.map((source) => readOne(source, { ...context, signal }, timeoutMs)));
    context.signal.throwIfAborted();
    return stack(readings);
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', onAbort);
  }
}

async function readOne(source: Source, context: ReadContext, timeoutMs: number): Promise<Reading> {
  const { signal } = context;
  try {
    signal.throwIfAborted();
    const reading = source.read(context);
    return reading instanceof Promise ? await untilAborted(reading, signal) : reading;
  } catch (error) {
    if (signal.aborted) return failedReading(source.name, `did not answer within ${timeoutMs} ms.`);
    // A foreign message may quote what it read; the name of the error does not.
    return failedReading(source.name, `could not be read (${failureName(error)}).`);
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function stack(readings: readonly Reading[]): Layers {
  const candidates = new Map<string, Candidate[]>();
  for (const { values } of readings) {
    for (const [key, candidate] of values) {
      const known = candidates.get(key);
      if (known === undefined) candidates.set(key, [candidate]);
      else known.push(candidate);
    }
  }
  return { candidates, problems: readings.flatMap((reading) => reading.problems) };
}
