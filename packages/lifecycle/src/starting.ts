// (1) What came up is known at any time: a stop that cannot wait for the rest still stops all of it.
// (2) What comes up after it was given up on is stopped again: nobody else would.
// (3) Only the first failure is thrown; every failure is logged and told.
import { bounded, type Settled } from './bounded.ts';
import { LifecycleErrors } from './errors.ts';
import { tellResourceStarted } from './events.ts';
import { describe } from './report.ts';
import type { LifecycleLogger, ResourceReport } from './types.ts';
import type { NamedResource } from './waves.ts';

/** A start that goes on beside whoever wants to stop it. */
export interface Start {
  /** Starts wave after wave and ends early on the first failure or when the signal aborts; answers that failure. */
  run(waves: readonly (readonly NamedResource[])[]): Promise<Error | undefined>;
  /** Aborts what is starting, waits for it at most this long, and answers what is up and what still hangs. */
  end(reason: string, waitMs: number): Promise<Started>;
}

/** What is to be stopped after a start. */
export interface Started {
  readonly resources: ReadonlySet<NamedResource>;
  /** Starts that did not end; what they opened is not known. */
  readonly hung: readonly ResourceReport[];
}

/** Prepares the one start of a lifecycle. */
export function createStart(logger: LifecycleLogger): Start {
  const broken = new AbortController();
  const started = new Set<NamedResource>();
  const starting = new Map<NamedResource, number>();
  const hung: ResourceReport[] = [];
  let running: Promise<Error | undefined> | undefined;
  let failure: Error | undefined;
  let isOver = false;

  async function startOne(resource: NamedResource): Promise<void> {
    const { name } = resource;
    starting.set(resource, performance.now());
    const settled = await settleStart(resource, broken.signal);
    starting.delete(resource);
    const { outcome, durationMs } = settled;
    tellResourceStarted({ resource: name, durationMs, outcome });
    if (outcome === 'ok') return void (isOver ? undo(resource, logger) : started.add(resource));
    const error = failureOf(resource, settled, broken.signal.aborted);
    if (outcome === 'hung') hung.push({ name, outcome, durationMs, error });
    if (isAbortOf(broken.signal, settled.error)) return;
    logger.error({ resource: name, outcome, durationMs, err: error }, 'did not start');
    if (broken.signal.aborted) return;
    failure = error;
    broken.abort(error);
  }

  async function runAll(waves: readonly (readonly NamedResource[])[]): Promise<Error | undefined> {
    for (const wave of waves) {
      if (broken.signal.aborted) break;
      await Promise.all(wave.map(startOne));
    }
    return failure;
  }

  return {
    run: (waves) => (running = runAll(waves)),
    async end(reason, waitMs) {
      if (!broken.signal.aborted) broken.abort(new LifecycleErrors.STOPPED_WHILE_STARTING({ reason }));
      const wait = await bounded(() => running, { timeoutMs: waitMs });
      isOver = true;
      const still = wait.outcome === 'hung' ? [...starting].map(([resource, at]) => stillStarting(resource, at)) : [];
      for (const { name, ...fields } of still) logger.error({ resource: name, ...fields }, 'did not start');
      return { resources: new Set(started), hung: [...hung, ...still] };
    },
  };

  async function settleStart(resource: NamedResource, parent: AbortSignal): Promise<Settled> {
    const { start, startTimeoutMs, timeoutMs } = resource;
    let task: Promise<unknown> | undefined;
    const begin = async (signal: AbortSignal): Promise<void> => void (await start?.({ signal }));
    const settled = await bounded((signal) => (task = begin(signal)), {
      timeoutMs: startTimeoutMs,
      parent,
      settleMs: timeoutMs,
    });
    if (settled.outcome === 'hung') task?.then(() => undo(resource, logger), ignore);
    return settled;
  }
}

async function undo({ name, stop, timeoutMs }: NamedResource, logger: LifecycleLogger): Promise<void> {
  const { outcome, durationMs, error } = await bounded((signal) => stop?.({ signal, reason: 'started too late' }), {
    timeoutMs,
  });
  if (outcome !== 'ok') logger.error({ resource: name, outcome, durationMs, err: error }, 'did not stop cleanly');
}

/** A start that ends because it was told to has not failed. */
function isAbortOf(signal: AbortSignal, error: unknown): boolean {
  if (!signal.aborted || error === undefined) return false;
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function failureOf(resource: NamedResource, { outcome, durationMs, error }: Settled, wasTold: boolean): Error {
  const { name, startTimeoutMs } = resource;
  if (outcome !== 'hung') {
    // The message goes on after the reason, which may be a sentence already.
    const reason = describe(error).replace(/\.$/, '');
    return new LifecycleErrors.START_FAILED({ name, reason }, { cause: error });
  }
  if (wasTold) return new LifecycleErrors.STILL_STARTING({ name, durationMs: Math.round(durationMs) });
  return new LifecycleErrors.START_TIMEOUT({ name, timeoutMs: startTimeoutMs });
}

function stillStarting({ name }: NamedResource, startedAt: number): ResourceReport {
  const durationMs = performance.now() - startedAt;
  const error = new LifecycleErrors.STILL_STARTING({ name, durationMs: Math.round(durationMs) });
  return { name, outcome: 'hung', durationMs, error };
}

function ignore(): void {}
