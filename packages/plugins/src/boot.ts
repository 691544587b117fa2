import { PluginErrors } from './errors.ts';
import { tellHostStarted } from './events.ts';
import { messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import type { ResolveProblem } from './resolve.ts';
import type { Unit } from './unit.ts';
import { walk } from './walk.ts';

type Units = ReadonlyMap<string, Unit>;

export interface BootParts {
  readonly settings: Settings;
  /** Aborted when the host is to stop. */
  readonly cancel: AbortController;
  /** Ids of the plugins that start with the host. */
  readonly eager: ReadonlySet<string>;
  /** Lets one of the others wait. */
  readonly rest: (unit: Unit) => void;
}

/** Starts the units in dependency order and returns the error that stops the host, if there is one. */
export async function boot(
  units: Units,
  problems: readonly ResolveProblem[],
  { settings, cancel, eager, rest }: BootParts,
): Promise<Error | undefined> {
  const startedAt = performance.now();
  skipProblems(units, problems);
  await examineAll(units, settings, cancel.signal);
  const waiting = [...units.values()].filter(({ state }) => state === 'waiting');
  const nodes = waiting.filter(({ plugin }) => eager.has(plugin.id));
  for (const unit of waiting) if (!eager.has(unit.plugin.id)) rest(unit);
  const isFailed = [...units.values()].find((unit) => isRequired(unit) && unit.state === 'failed');
  if (isFailed && !cancel.signal.aborted) cancel.abort(requiredFailed(isFailed));
  const onDone = (unit: Unit): void => {
    if (isRequired(unit) && unit.state !== 'started' && !cancel.signal.aborted) cancel.abort(requiredFailed(unit));
  };
  await startUnits(units, nodes, settings, cancel.signal, { onDone });
  const count = (state: string): number => [...units.values()].filter((unit) => unit.state === state).length;
  const durationMs = performance.now() - startedAt;
  tellHostStarted({ started: count('started'), failed: count('failed'), skipped: count('skipped'), durationMs });
  return cancel.signal.aborted ? cancel.signal.reason : undefined;
}

/** Starts some units in dependency order, in parallel where the graph allows; one whose needs are not there is held. */
export async function startUnits(
  units: Units,
  nodes: readonly Unit[],
  settings: Settings,
  cancel: AbortSignal,
  {
    onDone = () => {},
    start = (unit) => unit.start(cancel),
  }: { readonly onDone?: (unit: Unit) => void; readonly start?: (unit: Unit) => Promise<void> } = {},
): Promise<void> {
  const among = new Set(nodes);
  const before = (unit: Unit): readonly Unit[] => (unit.plugin.after.length === 0 ? none : earlier(unit, among, units));
  await walk({ nodes, before }, settings.concurrency, async (unit) => {
    const obstacle = cancel.aborted ? messageOf(cancel.reason) : missingNeed(unit, units);
    if (obstacle === undefined) await start(unit);
    else unit.skip(obstacle, { isHeld: !cancel.aborted });
    onDone(unit);
  });
}

const none: readonly Unit[] = [];

/** Those among the nodes that a unit comes after, also by way of plugins that wait: to wake one of them it needs theirs. */
function earlier({ plugin }: Unit, among: ReadonlySet<Unit>, units: Units): readonly Unit[] {
  const found = new Set<Unit>();
  const seen = new Set<Unit>();
  const look = (ids: readonly string[]): void => {
    for (const other of known(ids, units)) {
      if (among.has(other)) found.add(other);
      else if (other.state === 'dormant' && !seen.has(other)) {
        seen.add(other);
        look(other.plugin.after);
      }
    }
  };
  look(plugin.after);
  return [...found];
}

/** Stops units in reverse dependency order, in parallel where the graph allows. @throws TEARDOWN_FAILED at the end. */
export async function stopUnits(
  units: Units,
  affected: readonly Unit[],
  reasonOf: (unit: Unit) => StopReason,
  settings: Settings,
): Promise<void> {
  for (const unit of affected) if (unit.state === 'dormant') void stop(unit, reasonOf(unit));
  const nodes = affected.filter(({ state }) => state === 'started').toReversed();
  const stopping = new Set(nodes);
  const dependants = new Map<Unit, Unit[]>(nodes.map((unit) => [unit, []]));
  for (const unit of nodes) {
    for (const other of known(unit.plugin.after, units)) if (stopping.has(other)) dependants.get(other)?.push(unit);
  }
  const before = (unit: Unit): readonly Unit[] => dependants.get(unit) ?? [];
  await walk({ nodes, before }, settings.concurrency, (unit) => stop(unit, reasonOf(unit)));
  const failures = nodes.flatMap(({ teardownFailures }) => teardownFailures);
  if (failures.length === 0) return;
  const list = failures.map((failure) => `- ${messageOf(failure)}`).join('\n');
  const cause = new AggregateError(failures, 'Failures while stopping plugins');
  throw new PluginErrors.TEARDOWN_FAILED({ count: failures.length, list }, { cause });
}

/** Why a plugin stops, and whether only until what it needs is back. */
export interface StopReason {
  readonly reason: string;
  readonly isHeld: boolean;
}

function stop(unit: Unit, { reason, isHeld }: StopReason): Promise<void> {
  return unit.stop(reason, { isHeld });
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

/** Why a plugin cannot run now. */
export function missingNeed({ plugin }: Unit, units: Units): string | undefined {
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

/** The error of a host whose required plugin does not run. */
export function requiredFailed(unit: Unit): Error {
  const { error: cause } = unit;
  const reason = cause?.message ?? unit.reason ?? unit.state;
  return new PluginErrors.REQUIRED_FAILED({ plugin: unit.plugin.id, reason }, cause && { cause });
}

export function isRequired({ plugin }: Unit): boolean {
  return plugin.manifest.failure === 'required';
}

function known(ids: readonly string[], units: Units): readonly Unit[] {
  return ids.flatMap((id) => units.get(id) ?? []);
}
