import { bounded, type Settled } from './bounded.ts';
import { LifecycleErrors } from './errors.ts';
import { tellResourceStarted } from './events.ts';
import { describe } from './report.ts';
import type { NamedResource } from './waves.ts';

/** What a start got done. */
export interface StartResult {
  readonly started: ReadonlySet<NamedResource>;
  /** The first failure, if any. */
  readonly failure?: Error;
}

/** Starts wave after wave and ends early on the first failure or when the signal aborts. */
export async function startWaves(
  waves: readonly (readonly NamedResource[])[],
  signal: AbortSignal,
): Promise<StartResult> {
  const started = new Set<NamedResource>();
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal]);
  let failure: Error | undefined;
  for (const wave of waves) {
    if (stop.aborted) break;
    await Promise.all(
      wave.map(async (resource) => {
        const settled = await startOne(resource, stop);
        if (settled.outcome === 'ok') started.add(resource);
        else {
          failure ??= failureOf(resource, settled);
          broken.abort(failure);
        }
      }),
    );
  }
  return failure ? { started, failure } : { started };
}

async function startOne(resource: NamedResource, parent: AbortSignal): Promise<Settled> {
  const { name, start, startTimeoutMs, timeoutMs } = resource;
  let task: Promise<unknown> | undefined;
  const settled = await bounded((signal) => (task = begin(start, signal)), {
    timeoutMs: startTimeoutMs,
    parent,
    settleMs: timeoutMs,
  });
  if (settled.outcome === 'hung') task?.then(() => undo(resource), ignore);
  tellResourceStarted({ resource: name, durationMs: settled.durationMs, outcome: settled.outcome });
  return settled;
}

async function begin(start: NamedResource['start'], signal: AbortSignal): Promise<void> {
  await start?.({ signal });
}

/** A start that ends after it was given up on would leave something open that nobody stops. */
async function undo({ stop }: NamedResource): Promise<void> {
  const { signal } = new AbortController();
  await begin(stop && ((context) => stop({ ...context, reason: 'started too late' })), signal).catch(ignore);
}

function failureOf(resource: NamedResource, settled: Settled): Error {
  const { name, startTimeoutMs } = resource;
  if (settled.outcome === 'hung') return new LifecycleErrors.START_TIMEOUT({ name, timeoutMs: startTimeoutMs });
  return new LifecycleErrors.START_FAILED({ name, reason: describe(settled.error) }, { cause: settled.error });
}

function ignore(): void {}
