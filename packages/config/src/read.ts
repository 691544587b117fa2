import { failureName } from './failure.ts';
import type { Problem } from './problems.ts';
import { failedReading, type Candidate, type ReadContext, type Reading, type Source } from './sources/source.ts';

/** All the sources said: for each key its candidates, the winner last. */
export interface Layers {
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  readonly problems: readonly Problem[];
  /** The shortest time that a source gave. */
  readonly refreshAfterMs: number | undefined;
}

const maxAttempts = 10;

/** One file is read at once; of several, the first may have been replaced before the last was read. */
function isOfOneMoment(readings: readonly Reading[]): boolean {
  const checks = readings.flatMap(({ isCurrent = [] }) => isCurrent);
  return checks.length < 2 || checks.every((isCurrent) => isCurrent());
}

/** Reads all sources side by side; what fails becomes a problem, what hangs is given up after `timeoutMs`. */
export async function readLayers(
  sources: readonly Source[],
  context: Omit<ReadContext, 'signal'> & { readonly signal: AbortSignal | undefined },
  timeoutMs: number,
): Promise<Layers> {
  const { signal, shape, environment, cwd } = context;
  const deadline = new Deadline(signal, timeoutMs);
  // Made for a source that waits: most are read at once, and need neither a timer nor a signal.
  const given: ReadContext = {
    shape,
    environment,
    cwd,
    get signal() {
      return deadline.signal;
    },
  };
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      signal?.throwIfAborted();
      const started = sources.map((source) => readOne(source, given, deadline));
      const readings = areSettled(started) ? started : await Promise.all(started.map(async (each) => each));
      signal?.throwIfAborted();
      if (isOfOneMoment(readings)) return stack(readings);
    }
    return stack([failedReading('', `the files changed while they were read, ${maxAttempts} times in a row.`)]);
  } finally {
    deadline.clear();
  }
}

function areSettled(readings: readonly (Reading | Promise<Reading>)[]): readings is readonly Reading[] {
  return !readings.some((each) => each instanceof Promise);
}

/** Tied to the caller's signal by hand, so that nothing stays registered with it after the reading. */
class Deadline {
  readonly timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  #stop: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onAbort: () => void = () => {};

  constructor(outer: AbortSignal | undefined, timeoutMs: number) {
    this.#outer = outer;
    this.timeoutMs = timeoutMs;
  }

  get isOver(): boolean {
    return this.#stop?.signal.aborted === true;
  }

  get signal(): AbortSignal {
    if (this.#stop === undefined) {
      const stop = new AbortController();
      this.#stop = stop;
      this.#onAbort = () => stop.abort();
      this.#timer = setTimeout(this.#onAbort, this.timeoutMs);
      this.#outer?.addEventListener('abort', this.#onAbort, { once: true });
      if (this.#outer?.aborted === true) this.#onAbort();
    }
    return this.#stop.signal;
  }

  clear(): void {
    if (this.#stop === undefined) return;
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }
}

function readOne(source: Source, context: ReadContext, deadline: Deadline): Reading | Promise<Reading> {
  try {
    const reading = source.read(context);
    if (!(reading instanceof Promise)) return reading;
    return untilAborted(reading, deadline.signal).catch((error: unknown) => failed(source, deadline, error));
  } catch (error) {
    return failed(source, deadline, error);
  }
}

function failed({ name }: Source, { isOver, timeoutMs }: Deadline, error: unknown): Reading {
  if (isOver) return failedReading(name, `did not answer within ${timeoutMs} ms.`);
  // A foreign message may quote what it read; the name of the error does not.
  return failedReading(name, `could not be read (${failureName(error)}).`);
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
  const times = readings.flatMap(({ refreshAfterMs = [] }) => refreshAfterMs);
  return {
    candidates,
    problems: readings.flatMap((reading) => reading.problems),
    refreshAfterMs: times.length === 0 ? undefined : Math.min(...times),
  };
}
