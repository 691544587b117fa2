import { PluginErrors } from './errors.ts';
import { tellHostStarted } from './events.ts';
import { messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import type { ResolveProblem } from './resolve.ts';
import type { Unit } from './unit.ts';
import { walk } from './walk.ts';

type Units = ReadonlyMap<string, Unit>;

/** Starts the units in dependency order and returns the error that stops the host, if there is one. */
export async function boot(
  units: Units,
  problems: readonly ResolveProblem[],
  settings: Settings,
  cancel: AbortController,
): Promise<Error | undefined> {
  const startedAt = performance.now();
  skipProblems(units, problems);
  await examineAll(units, settings, cancel.signal);
  const nodes = [...units.values()].filter(({ state }) => state === 'waiting');
  const before = ({ plugin }: Unit): readonly Unit[] =>
    plugin.after.length === 0 ? [] : known(plugin.after, units).filter(({ state }) => state === 'waiting');
  const isFailed = [...units.values()].find((unit) => isRequired(unit) && unit.state === 'failed');
  if (isFailed && !cancel.signal.aborted) cancel.abort(requiredFailed(isFailed));
  await walk({ nodes, before }, settings.concurrency, async (unit) => {
    const obstacle = cancel.signal.aborted ? messageOf(cancel.signal.reason) : missingNeed(unit, units);
    if (obstacle === undefined) await unit.start(cancel.signal);
    else unit.skip(obstacle);
    if (isRequired(unit) && unit.state !== 'started' && !cancel.signal.aborted) cancel.abort(requiredFailed(unit));
  });
  const count = (state: string): number => [...units.values()].filter((unit) => unit.state === state).length;
  const durationMs = performance.now() - startedAt;
  tellHostStarted({ started: count('started'), failed: count('failed'), skipped: count('skipped'), durationMs });
  return cancel.signal.aborted ? cancel.signal.reason : undefined;
}

/** Stops units in reverse dependency order, in parallel where the graph allows. @throws TEARDOWN_FAILED at the end. */
export async function stopUnits(
  units: Units,
  affected: readonly Unit[],
  reasonOf: (unit: Unit) => string,
  settings: Settings,
): Promise<void> {
  const nodes = affected.filter(({ state }) => state === 'started').toReversed();
  const stopping = new Set(nodes);
  const dependants = new Map<Unit, Unit[]>(nodes.map((unit) => [unit, []]));
  for (const unit of nodes) {
    for (const other of known(unit.plugin.after, units)) if (stopping.has(other)) dependants.get(other)?.push(unit);
  }
  const before = (unit: Unit): readonly Unit[] => dependants.get(unit) ?? [];
  await walk({ nodes, before }, settings.concurrency, (unit) => unit.stop(reasonOf(unit)));
  const failures = nodes.flatMap(({ teardownFailures }) => teardownFailures);
  if (failures.length === 0) return;
  const list = failures.map((failure) => `- ${messageOf(failure)}`).join('\n');
  const cause = new AggregateError(failures, 'Failures while stopping plugins');
  throw new PluginErrors.TEARDOWN_FAILED({ count: failures.length, list }, { cause });
}

/** All are examined before any code runs. */
async function examineAll(units: Units, { policy, concurrency }: Settings, cancel: AbortSignal): Promise<void> {
  if (!policy.examiners?.length) return;
  const nodes = [...units.values()].filter(({ state, plugin }) => state === 'waiting' && plugin.code !== undefined);
  await walk({ nodes, before: () => [] }, concurrency, (unit) => unit.examine(cancel));
}

function skipProblems(units: Units, problems: readonly ResolveProblem[]): void {
  for (const { plugins, message } of problems) {
    for (const unit of known(plugins, units)) if (unit.state === 'waiting') unit.skip(message);
  }
}

function missingNeed({ plugin }: Unit, units: Units): string | undefined {
  for (const id of plugin.needs) {
    const unit = units.get(id);
    if (unit?.state !== 'started') return `it needs "${id}", which ${explain(unit)}`;
  }
  return undefined;
}

function explain(unit: Unit | undefined): string {
  if (unit?.error) return `failed: ${unit.error.message}`;
  return unit ? `is ${unit.state}: ${unit.reason ?? 'no reason given'}` : 'is not there';
}

function requiredFailed(unit: Unit): Error {
  const { error: cause } = unit;
  const reason = cause?.message ?? unit.reason ?? unit.state;
  return new PluginErrors.REQUIRED_FAILED({ plugin: unit.plugin.id, reason }, cause && { cause });
}

function isRequired({ plugin }: Unit): boolean {
  return plugin.manifest.failure === 'required';
}

function known(ids: readonly string[], units: Units): readonly Unit[] {
  return ids.flatMap((id) => units.get(id) ?? []);
}
