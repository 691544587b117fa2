import type { StopReason } from './boot.ts';
import type { Unit } from './unit.ts';

export type Units = ReadonlyMap<string, Unit>;

/** Why each plugin has to stop that cannot run without the given one; units are in dependency order. */
export function blameDependants(id: string, what: string, units: Units): ReadonlyMap<string, string> {
  return blameAll([id], what, units);
}

/** The same, when it happens to several. */
export function blameAll(ids: readonly string[], what: string, units: Units): ReadonlyMap<string, string> {
  const blame = new Map(ids.map((id) => [id, `it ${what}`]));
  for (const { plugin } of units.values()) {
    const gone = plugin.needs.find((other) => blame.has(other));
    if (gone !== undefined && !blame.has(plugin.id)) blame.set(plugin.id, `it needs "${gone}", which ${what}`);
  }
  return blame;
}

/** The units that are blamed, in dependency order. */
export function affectedBy(blame: ReadonlyMap<string, string>, units: Units): readonly Unit[] {
  return [...units.values()].filter(({ plugin }) => blame.has(plugin.id));
}

/** The reason for each unit; those that are held start again with what they need. */
export function reasonIn(blame: ReadonlyMap<string, string>, isHeld: boolean): (unit: Unit) => StopReason {
  return ({ plugin }) => ({ reason: blame.get(plugin.id) ?? 'the host stops it', isHeld });
}

/** Those that do not run only because they need one of the given plugins, or one that needs it. */
export function heldBehind(given: readonly Unit[], units: Units): readonly Unit[] {
  const ids = given.map(({ plugin }) => plugin.id);
  const behind = affectedBy(blameAll(ids, 'is there again', units), units);
  return behind.filter((other) => !given.includes(other) && other.isHeld);
}
