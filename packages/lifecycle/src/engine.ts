// (1) stop() stops each resource at most once, however many ask for it.
// (2) Resources stop in the reverse order of start; one that fails or hangs never skips the others.
// (3) After graceMs nothing is awaited any more.
// (4) The state leaves `ready` before stop() returns its promise, so readiness is down at once.
// idle -> starting -> ready -> draining -> stopped      start fails: starting -> draining -> failed
import { pause } from './bounded.ts';
import { LifecycleErrors } from './errors.ts';
import { tellStopFinished } from './events.ts';
import type { InFlight } from './inflight.ts';
import type { Settings } from './options.ts';
import { createReport, isClean } from './report.ts';
import { createStart, type Started } from './starting.ts';
import type { States } from './states.ts';
import { stopWaves, type StopPlan } from './stopping.ts';
import type { ResourceReport, StopReport } from './types.ts';
import { planWaves, type NamedResource } from './waves.ts';

/** What the engine works on. */
export interface EngineParts {
  readonly settings: Settings;
  readonly states: States;
  readonly resources: ReadonlyMap<string, NamedResource>;
  readonly work: InFlight;
  /** Connections that had to be cut, by server name. */
  readonly connections: () => Readonly<Record<string, number>>;
  /** Runs once, when the resources fit together and before the first starts. */
  readonly onStarting: () => void;
  /** Runs once, just before the stop is reported as finished. */
  readonly onStopped: () => void;
}

/** Starts and stops everything. */
export interface Engine {
  readonly signal: AbortSignal;
  readonly stopped: Promise<StopReport>;
  readonly start: () => Promise<void>;
  readonly stop: (reason: string) => Promise<StopReport>;
  /** Names of resources and tracked work that a stop still waits for. */
  readonly unfinished: () => readonly string[];
}

/** Moves one set of resources through the states. */
export function createEngine(parts: EngineParts): Engine {
  const { settings, states, resources, work } = parts;
  const life = new AbortController();
  const starting = createStart(settings.logger);
  const unstopped = new Set<string>();
  let waves: ReturnType<typeof planWaves> = [];
  let stopRun: Promise<StopReport> | undefined;
  let announce: (report: StopReport) => void;
  const stopped = new Promise<StopReport>((resolve) => (announce = resolve));

  async function start(): Promise<void> {
    if (states.current !== 'idle')
      throw new LifecycleErrors.ALREADY_STARTED({ action: 'start', state: states.current });
    waves = planWaves(resources);
    parts.onStarting();
    states.move('starting');
    const failure = await starting.run(waves);
    if (stopRun) throw new LifecycleErrors.STOPPED_WHILE_STARTING({ reason: (await stopRun).reason });
    if (!failure) return states.move('ready');
    await stop('start-failed');
    throw failure;
  }

  function stop(reason: string): Promise<StopReport> {
    return (stopRun ??= run(reason));
  }

  async function run(reason: string): Promise<StopReport> {
    const startedAt = performance.now();
    const hasServed = states.current === 'ready';
    states.move('draining');
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), settings.graceMs);
    const started = await starting.end(reason, settings.drainMs);
    for (const { name } of started.resources) unstopped.add(name);
    if (hasServed && [...resources.values()].some(({ isServer }) => isServer)) {
      await pause(settings.lameDuckMs, deadline.signal);
    }
    life.abort(reason);
    const plan = planStop(parts, reason, { startedAt, deadline: deadline.signal });
    const stops = await stopStarted(waves, started, { ...plan, onStopped: (name) => unstopped.delete(name) });
    await work.settled(plan.drainEndsAt - performance.now(), deadline.signal);
    clearTimeout(timer);
    const active = { work: work.names(), connections: parts.connections(), handles: countHandles() };
    const report = createReport(reason, startedAt, stops, active, settings.exitCodes);
    finish(parts, report);
    announce(report);
    return report;
  }

  return { signal: life.signal, stopped, start, stop, unfinished: () => [...unstopped, ...work.names()] };
}

function planStop(
  { settings, work }: EngineParts,
  reason: string,
  { startedAt, deadline }: { readonly startedAt: number; readonly deadline: AbortSignal },
): Omit<StopPlan, 'onStopped'> {
  const { graceMs, lameDuckMs, drainMs, logger } = settings;
  return {
    reason,
    deadline,
    endsAt: startedAt + graceMs,
    drainEndsAt: performance.now() + drainMs,
    stopMs: graceMs - lameDuckMs,
    work,
    logger,
  };
}

async function stopStarted(
  waves: readonly (readonly NamedResource[])[],
  { resources, hung }: Started,
  plan: StopPlan,
): Promise<readonly ResourceReport[]> {
  const started = waves.map((wave) => wave.filter((resource) => resources.has(resource)));
  return [...hung, ...(await stopWaves(started, plan))];
}

/** What still keeps the event loop busy, by Node's own names, such as `{ Timeout: 1 }`. */
function countHandles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function finish({ settings, states, onStopped }: EngineParts, report: StopReport): void {
  const { reason, exitCode, durationMs, active } = report;
  states.move(reason === 'start-failed' ? 'failed' : 'stopped');
  tellStopFinished({ reason, exitCode, durationMs, outcome: isClean(report) ? 'ok' : 'error' });
  if (active.work.length > 0 || Object.keys(active.connections).length > 0)
    settings.logger.error(active, 'left unfinished');
  settings.logger.info({ reason, exitCode, durationMs, handles: active.handles }, 'stopped');
  onStopped();
}
