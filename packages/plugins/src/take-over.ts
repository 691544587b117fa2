import type { Activation } from './activation.ts';
import { startUnits } from './boot.ts';
import { blameAll, heldBehind } from './dependants.ts';
import { messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import type { Renewal } from './reload.ts';
import type { ResolvedPlugin } from './resolve.ts';
import type { Prepared, Unit } from './unit.ts';

// (1) All new code is loaded before any old code stops; when one of them does not load, nothing has changed.
// (2) When one of the new ones does not start, all are the old ones again, where the old code of all is still there.
// (3) What waits is not started by a reload, unless something that starts with the host needs it now.

export interface TakeOverParts {
  readonly units: ReadonlyMap<string, Unit>;
  readonly activation: Activation;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Ids of those that start with the host; changes with `reorder`. */
  readonly isEager: (unit: Unit) => boolean;
  /** Puts the units into the order of the plugins. */
  readonly reorder: (plugins: readonly ResolvedPlugin[]) => void;
  /** Stops those that are blamed until what they need is back. */
  readonly stop: (blame: ReadonlyMap<string, string>) => Promise<void>;
  /** Starts those again that were only waiting. */
  readonly startAgain: (units: readonly Unit[]) => Promise<void>;
  /** Forgets the attempt that is to come. */
  readonly forget: (unit: Unit) => void;
}

/** What went wrong, and how it is now. */
export interface TakeOverFailure {
  readonly cause: unknown;
  readonly outcome: string;
}

/** Puts the next versions of some plugins into their places, and restarts those that need them. */
export async function takeOver(
  reloaded: Unit,
  renewal: Renewal,
  parts: TakeOverParts,
): Promise<TakeOverFailure | undefined> {
  const before = Array.from(parts.units.values(), ({ plugin }) => plugin);
  const changes = renewal.renewed.flatMap((next) => {
    const unit = parts.units.get(next.id);
    return unit ? [{ unit, next, old: unit.plugin }] : [];
  });
  // Those that do not run get their new manifest, and are started as they would have been with the old one.
  const starting = changes.filter(({ unit }) => isToStart(unit, reloaded));
  const others = changes.filter((change) => !starting.includes(change));
  for (const { unit } of starting) parts.forget(unit);
  const prepared = new Map<Unit, Prepared>();
  try {
    for (const { unit, next } of starting) prepared.set(unit, await unit.prepare(next, parts.signal));
  } catch (cause) {
    await end(prepared, cause);
    return { cause, outcome: reloaded.isThere ? 'The old one runs on.' : 'It does not run.' };
  }
  const units = starting.map(({ unit }) => unit);
  const old = new Map(units.map((unit) => [unit, unit.remember()]));
  await stop(units, parts);
  parts.reorder(renewal.plugins);
  for (const { unit, next } of others) renewWaiting(unit, next, parts);
  const failed = await start(units, prepared, parts);
  let isBack = false;
  const remembered = [...old].filter((each): each is [Unit, Prepared] => each[1] !== undefined);
  if (failed && remembered.length === units.length && !parts.signal.aborted) {
    await stop(units, parts);
    parts.reorder(before);
    for (const { unit, old: former } of others) renewWaiting(unit, former, parts);
    for (const unit of units) parts.forget(unit);
    isBack = (await start(units, new Map(remembered), parts)) === undefined;
  }
  await parts.startAgain(
    heldBehind(
      units.filter(({ isThere }) => isThere),
      parts.units,
    ),
  );
  return failed && { cause: failed, outcome: isBack ? 'The old one was started again.' : 'It does not run.' };
}

function isToStart(unit: Unit, reloaded: Unit): boolean {
  if (unit.state === 'dormant') return false;
  return unit === reloaded || unit.state === 'started';
}

function renewWaiting(unit: Unit, next: ResolvedPlugin, { activation }: TakeOverParts): void {
  const isDormant = unit.state === 'dormant';
  unit.renew(next);
  if (isDormant) activation.rest(unit);
}

async function stop(units: readonly Unit[], { units: all, settings, ...parts }: TakeOverParts): Promise<void> {
  const blame = blameAll(
    units.map(({ plugin }) => plugin.id),
    'is reloaded',
    all,
  );
  await parts.stop(blame).catch((error: unknown) => {
    settings.logger.error({ err: error, plugins: [...blame.keys()] }, 'The old plugin failed to stop');
  });
}

/** Starts what was prepared, and what it needs that waits, in dependency order; answers with what went wrong. */
async function start(
  units: readonly Unit[],
  prepared: Map<Unit, Prepared>,
  { units: all, activation, settings, signal, isEager }: TakeOverParts,
): Promise<Error | undefined> {
  const needed = [...all.values()].filter((unit) => unit.state === 'dormant' && isEager(unit));
  const among = new Set([...needed, ...units]);
  const nodes = [...all.values()].filter((unit) => among.has(unit));
  await startUnits(all, nodes, settings, signal, {
    start: async (unit) => {
      const own = prepared.get(unit);
      prepared.delete(unit);
      if (own) await unit.start(signal, own);
      // Somebody may have asked for it meanwhile; why it does not start is said by those that need it.
      else await activation.wake(unit).catch((error: unknown) => void messageOf(error));
    },
  });
  await end(prepared, new Error('what it needs is not there'));
  const failed = units.find((unit) => !unit.isThere);
  return failed && (failed.error ?? new Error(failed.reason));
}

async function end(prepared: ReadonlyMap<Unit, Prepared>, why: unknown): Promise<void> {
  await Promise.all(Array.from(prepared.values(), ({ life }) => life.end(why)));
}
