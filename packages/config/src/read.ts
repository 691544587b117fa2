import type { Environment } from './environment.ts';
import { failureName } from './failure.ts';
import { longestTimerMs } from './options.ts';
import type { Problem } from './problems.ts';
import type { CompiledShape } from './shape.ts';
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
  let files = 0;
  for (const { isCurrent } of readings) files += isCurrent?.length ?? 0;
  return files < 2 || readings.every(({ isCurrent = [] }) => isCurrent.every((check) => check()));
}

/**
 * Reads all sources side by side; what fails becomes a problem, what hangs is given up after `timeoutMs`. A promise only if
 * a source has to be waited for, or files changed while they were read.
 */
export function readLayers(
  sources: readonly Source[],
  context: Omit<ReadContext, 'signal'> & { readonly signal: AbortSignal | undefined },
  timeoutMs: number,
): Layers | Promise<Layers> {
  const { signal } = context;
  const deadline = new Deadline(signal, timeoutMs);
  const given = new GivenContext(context, deadline);
  signal?.throwIfAborted();
  const readAll = (): Started => sources.map((source) => readOne(source, given, deadline));
  const started = readAll();
  if (!areSettled(started) || !isOfOneMoment(started)) return readUntilOfOneMoment(started, readAll, deadline, signal);
  deadline.clear();
  return stack(started);
}

type Started = readonly (Reading | Promise<Reading>)[];

async function readUntilOfOneMoment(
  first: Started,
  readAll: () => Started,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<Layers> {
  try {
    let started = first;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const readings = await Promise.all(started.map(async (each) => each));
      signal?.throwIfAborted();
      if (isOfOneMoment(readings)) return stack(readings);
      started = attempt < maxAttempts ? readAll() : [];
    }
    return stack([failedReading('', `the files changed while they were read, ${maxAttempts} times in a row.`)]);
  } finally {
    deadline.clear();
  }
}

function areSettled(readings: Started): readings is readonly Reading[] {
  return !readings.some((each) => each instanceof Promise);
}

/** The signal is made for a source that waits: most are read at once, and need neither a timer nor a signal. */
class GivenContext implements ReadContext {
  readonly shape: CompiledShape;
  readonly environment: Environment;
  readonly cwd: string;
  readonly #deadline: Deadline;

  constructor({ shape, environment, cwd }: Omit<ReadContext, 'signal'>, deadline: Deadline) {
    this.shape = shape;
    this.environment = environment;
    this.cwd = cwd;
    this.#deadline = deadline;
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }
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
      this.#timer = setTimeout(this.#onAbort, Math.min(this.timeoutMs, longestTimerMs));
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

/** Settles like the promise, or rejects with the reason of the signal as soon as that aborts. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function stack(readings: readonly Reading[]): Layers {
  const candidates = new Map<string, Candidate[]>();
  const add = (candidate: Candidate, key: string): void => {
    const known = candidates.get(key);
    if (known === undefined) candidates.set(key, [candidate]);
    else known.push(candidate);
  };
  const problems: Problem[] = [];
  let soonest = Infinity;
  for (const { values, problems: found, refreshAfterMs = Infinity } of readings) {
    values.forEach(add);
    problems.push(...found);
    soonest = Math.min(soonest, refreshAfterMs);
  }
  return { candidates, problems, refreshAfterMs: soonest === Infinity ? undefined : soonest };
}
