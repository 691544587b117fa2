// (1) stop() stops each resource at most once, however many ask for it.
// (2) Resources stop in the reverse order of start; one that fails or hangs never skips the others.
// (3) After graceMs nothing is awaited any more.
// (4) The state leaves `ready` before stop() returns its promise, so readiness is down at once.
// idle -> starting -> ready -> draining -> stopped      start fails: starting -> draining -> failed
import { bounded, pause } from './bounded.ts';
import { LifecycleErrors } from './errors.ts';
import { tellStopFinished } from './events.ts';
import type { InFlight } from './inflight.ts';
import type { Settings } from './options.ts';
import { createReport } from './report.ts';
import { startWaves, type StartResult } from './starting.ts';
import type { States } from './states.ts';
import { stopWaves } from './stopping.ts';
import type { ActiveReport, StopReport } from './types.ts';
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
}

/** Moves one set of resources through the states. */
export function createEngine(parts: EngineParts): Engine {
  const { states, resources } = parts;
  const life = new AbortController();
  const starting = new AbortController();
  let waves: ReturnType<typeof planWaves> = [];
  let startRun: Promise<StartResult> | undefined;
  let stopRun: Promise<StopReport> | undefined;
  let announce: (report: StopReport) => void;
  const stopped = new Promise<StopReport>((resolve) => (announce = resolve));

  async function start(): Promise<void> {
    if (states.current !== 'idle')
      throw new LifecycleErrors.ALREADY_STARTED({ action: 'start', state: states.current });
    waves = planWaves(resources);
    parts.onStarting();
    states.move('starting');
    startRun = startWaves(waves, starting.signal);
    const { failure } = await startRun;
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
    starting.abort();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), parts.settings.graceMs);
    const started = await whatStarted(startRun, deadline.signal);
    if (hasServed && [...resources.values()].some(({ isServer }) => isServer)) {
      await pause(parts.settings.lameDuckMs, deadline.signal);
    }
    life.abort(reason);
    const report = await stopStarted(parts, waves, started, { reason, startedAt, deadline: deadline.signal });
    clearTimeout(timer);
    finish(parts, report);
    announce(report);
    return report;
  }

  return { signal: life.signal, stopped, start, stop };
}

/** Waits for a start that is under way, but not longer than the stop may take. */
async function whatStarted(
  startRun: Promise<StartResult> | undefined,
  deadline: AbortSignal,
): Promise<ReadonlySet<NamedResource>> {
  let started: ReadonlySet<NamedResource> = new Set();
  await bounded(async () => void (started = (await startRun)?.started ?? started), {
    timeoutMs: 2 ** 31 - 1,
    parent: deadline,
  });
  return started;
}

async function stopStarted(
  parts: EngineParts,
  waves: readonly (readonly NamedResource[])[],
  started: ReadonlySet<NamedResource>,
  run: { readonly reason: string; readonly startedAt: number; readonly deadline: AbortSignal },
): Promise<StopReport> {
  const { settings, work } = parts;
  const plan = { reason: run.reason, deadline: run.deadline, work, workMs: settings.drainMs };
  const onlyStarted = waves.map((wave) => wave.filter((resource) => started.has(resource)));
  const reports = await stopWaves(onlyStarted, plan);
  await work.settled(settings.drainMs, run.deadline);
  const active: ActiveReport = { work: work.names(), connections: parts.connections() };
  return createReport(run.reason, run.startedAt, reports, active, settings.exitCodes);
}

function finish({ settings, states, onStopped }: EngineParts, report: StopReport): void {
  const { reason, exitCode, durationMs } = report;
  states.move(reason === 'start-failed' ? 'failed' : 'stopped');
  tellStopFinished({ reason, exitCode, durationMs, outcome: exitCode === 1 ? 'error' : 'ok' });
  for (const { name, outcome, durationMs: tookMs, error } of report.resources) {
    if (outcome !== 'ok')
      settings.logger.error({ resource: name, outcome, durationMs: tookMs, err: error }, 'did not stop cleanly');
  }
  settings.logger.info({ reason, exitCode, durationMs }, 'stopped');
  onStopped();
}
