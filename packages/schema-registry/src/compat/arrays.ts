import type { Node } from '../json/node.ts';
import type { Solver } from './contains.ts';
import { found, noAnswer, unknown, type Answer, type Atom, type Goal } from './goal.ts';
import { literal } from './literal.ts';

/** An item that must be somewhere. */
interface Wanted {
  readonly all: readonly Node[];
  readonly none: readonly Node[];
  readonly from: number;
  readonly orLater: boolean;
  /** Wanted items of one group lie at different places. */
  readonly group: number;
}

interface Rules {
  readonly owners: readonly Node[];
  readonly never: readonly Node[];
  readonly wanted: readonly Wanted[];
  readonly min: number;
  readonly max: number;
  readonly isUnique: boolean;
  readonly hasEqual: boolean;
  /** From this place on every place has the same rules. */
  readonly rest: number;
}

interface Slot {
  readonly goal: Goal;
  readonly groups: readonly number[];
}

type Slots = ReadonlyMap<number, Slot>;

const limits = { places: 64, length: 2_000, wanted: 32 } as const;

/** Finds an array that fulfils the atoms. */
export function findArray(goal: Goal, atoms: readonly Atom[], solver: Solver): Answer {
  const rules = rulesOf(atoms);
  if (rules.min > rules.max) return noAnswer;
  if (rules.rest > limits.places || rules.wanted.length > limits.wanted) return unknown('the array is too long');
  if (!rules.hasEqual) return place(0, new Map(), { goal, rules, solver });
  return findEqual({ goal, rules, solver });
}

interface Finding {
  readonly goal: Goal;
  readonly rules: Rules;
  readonly solver: Solver;
}

function rulesOf(atoms: readonly Atom[]): Rules {
  const owners = atoms.flatMap((atom) => (atom.is === 'items' ? [atom.node] : []));
  const wanted = atoms.flatMap((atom, group) => wantedBy(atom, group));
  const sizes = (is: 'minSize' | 'maxSize'): number[] => atoms.flatMap((atom) => (atom.is === is ? [atom.size] : []));
  const unique = atoms.filter((atom) => atom.is === 'unique');
  const ends = wanted.map(({ from, orLater }) => (orLater ? from : from + 1));
  return {
    owners,
    wanted,
    never: atoms.flatMap((atom) => (atom.is === 'containsNone' ? [atom.node] : [])),
    min: Math.max(0, ...sizes('minSize')),
    max: Math.min(Infinity, ...sizes('maxSize')),
    isUnique: unique.some(({ isHeld }) => isHeld),
    hasEqual: unique.some(({ isHeld }) => !isHeld),
    rest: Math.max(0, ...ends, ...owners.map(({ prefixItems = [] }) => prefixItems.length)),
  };
}

function wantedBy(atom: Atom, group: number): readonly Wanted[] {
  if (atom.is === 'contains') {
    const one: Wanted = { all: [atom.node], none: [], from: 0, orLater: true, group };
    return Array.from({ length: Math.min(atom.count, limits.wanted + 1) }, () => one);
  }
  if (atom.is !== 'itemBreaks') return [];
  return [{ all: [], none: [atom.node], from: atom.index, orLater: atom.orLater, group }];
}

function goalAt(index: number, { owners, never }: Rules): Goal {
  const rules = owners.map(({ prefixItems = [], items }) => prefixItems[index] ?? items);
  return { all: rules.filter((rule) => rule !== undefined), none: never };
}

/** Tries every place for the next wanted item: one of the first, one that has an item already, or a new one. */
function place(next: number, slots: Slots, finding: Finding): Answer {
  const { rules, solver } = finding;
  const item = rules.wanted[next];
  if (!item) return fill(slots, finding);
  let answer: Answer = noAnswer;
  for (const index of placesFor(item, slots, rules)) {
    const slot = slots.get(index) ?? { goal: goalAt(index, rules), groups: [] };
    if (index >= rules.max || slot.groups.includes(item.group)) continue;
    const goal = { all: [...slot.goal.all, ...item.all], none: [...slot.goal.none, ...item.none] };
    if (solver.solve(goal).kind === 'none') continue;
    const taken = new Map(slots).set(index, { goal, groups: [...slot.groups, item.group] });
    const whole = place(next + 1, taken, finding);
    if (whole.kind === 'found') return whole;
    if (whole.kind === 'unknown') answer = whole;
  }
  return answer;
}

function placesFor({ from, orLater }: Wanted, slots: Slots, { rest }: Rules): readonly number[] {
  if (!orLater) return [from];
  const first = Array.from({ length: Math.max(0, rest - from) }, (_, index) => from + index);
  const used = [...slots.keys()].filter((index) => index >= Math.max(rest, from));
  return [...new Set([...first, ...used, Math.max(rest, from, ...used.map((index) => index + 1))])];
}

function fill(slots: Slots, { goal, rules, solver }: Finding): Answer {
  const length = Math.max(rules.min, ...[...slots.keys()].map((index) => index + 1));
  if (length > rules.max) return noAnswer;
  if (length > limits.length) return unknown('the array is too long');
  const items: unknown[] = [];
  let doubt: Answer | undefined;
  for (let index = 0; index < length; index += 1) {
    const own = slots.get(index)?.goal ?? goalAt(index, rules);
    const others = rules.isUnique && items.length > 0 ? [literal(items)] : [];
    const item = solver.solve({ all: own.all, none: [...own.none, ...others] });
    if (item.kind === 'none' && others.length > 0 && !isUniform(slots, rules)) {
      // With other items before it there might have been one left.
      return solver.solve(own).kind === 'none' ? noAnswer : unknown('the items must differ');
    }
    if (item.kind === 'none') return noAnswer;
    if (item.kind === 'unknown') doubt = item;
    else items.push(item.value);
  }
  return doubt ?? tried(goal, items, solver);
}

/** Every place has the same rules: when one has no further value, there are not enough values. */
function isUniform(slots: Slots, { rest }: Rules): boolean {
  return slots.size === 0 && rest === 0;
}

export function tried(goal: Goal, value: unknown, solver: Solver): Answer {
  const isFit = solver.fits(goal, value);
  if (isFit === 'yes') return found(value);
  return unknown(isFit === 'unknown' ? 'a rule in code has a say' : 'no value that was tried fits');
}

/** Two places with one value. */
function findEqual({ goal, rules, solver }: Finding): Answer {
  const places = Array.from({ length: rules.rest + 2 }, (_, index) => index).filter((index) => index < rules.max);
  let answer: Answer = noAnswer;
  for (const [first, second] of places.flatMap((one) =>
    places.filter((two) => two > one).map((two) => [one, two] as const),
  )) {
    const [left, right] = [goalAt(first, rules), goalAt(second, rules)];
    const both = { all: [...left.all, ...right.all], none: [...left.none, ...right.none] };
    const value = solver.solve(both);
    if (value.kind === 'none') continue;
    answer = unknown('no value that was tried fits');
    if (value.kind !== 'found') continue;
    const slot: Slot = { goal: { all: [literal([value.value])], none: [] }, groups: [] };
    const slots = new Map([
      [first, slot],
      [second, slot],
    ]);
    const whole = place(0, slots, { goal, rules: { ...rules, isUnique: false }, solver });
    if (whole.kind === 'found') return whole;
  }
  return answer;
}
