// Is every value that one schema accepts accepted by another? Looks for a value that is not.
// (1) `none` is said only when every way to such a value was closed; a rule that cannot be asked is taken as fulfilled.
// (2) `found` is said only of a value that was tried: all of the schemas that must accept it do, and no other does.
// (3) Values are finite. A goal that needs itself for a part of the value has no smaller value, and counts as closed.
import { SchemaErrors } from '../errors.ts';
import type { Node } from '../json/node.ts';
import { typeOf } from '../json/type.ts';
import { checkRoot, type Run } from '../validate.ts';
import { findArray } from './arrays.ts';
import type { Fuel } from './fuel.ts';
import { found, noAnswer, unknown, type Answer, type Atom, type Goal, type ValueType } from './goal.ts';
import { acceptsAll, isSecret, resolved, type Classes } from './normalize.ts';
import { findNumbers } from './numbers.ts';
import { findObject } from './objects.ts';
import { createSearch, type Cell } from './search.ts';
import { findTexts } from './texts.ts';

export interface SolverOptions {
  readonly classes: Classes;
  readonly formats: boolean;
  readonly fuel: Fuel;
}

/** Finds values, or proves that there are none. */
export interface Solver {
  readonly fuel: Fuel;
  readonly classes: Classes;
  readonly formats: boolean;
  /** Throws `OutOfFuel`. */
  solve(goal: Goal): Answer;
  /** Whether a value is what the goal wants; unknown where a rule in code has a say. */
  fits(goal: Goal, value: unknown): 'yes' | 'no' | 'unknown';
}

const valueTypes: readonly ValueType[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

export function createSolver(options: SolverOptions): Solver {
  const { classes, formats, fuel } = options;
  const memo = createMemo();
  const search = createSearch(options);
  const solver: Solver = {
    classes,
    formats,
    fuel,
    fits: (goal, value) => fits(goal, value, formats),
    solve(given) {
      fuel.spend(1);
      const goal = simplified(given, classes);
      if (!goal) return noAnswer;
      return memo.answer(keyOf(goal, classes), () => solveTypes(goal));
    },
  };
  const leaves = leavesOf(solver);
  const solveTypes = (goal: Goal): Answer => {
    let answer: Answer = noAnswer;
    for (const type of valueTypes) {
      const next = search(goal, type, (cell) => leaves[type](goal, cell));
      if (next.kind === 'found') return next;
      if (next.kind === 'unknown') answer = next;
    }
    return answer;
  };
  return solver;
}

/** Without repetitions and what says nothing; undefined when it contradicts itself. */
function simplified({ all, none }: Goal, { idOf }: Classes): Goal | undefined {
  const held = new Map(all.map((node) => [idOf(node), resolved(node)]));
  const refused = new Map(none.map((node) => [idOf(node), resolved(node)]));
  for (const [id, node] of refused) if (held.has(id) || acceptsAll(node)) return undefined;
  const wanted = [...held.values()].filter((node) => !acceptsAll(node));
  if (wanted.some((node) => !node.accepts)) return undefined;
  return { all: wanted, none: [...refused.values()].filter((node) => node.accepts) };
}

function keyOf({ all, none }: Goal, { idOf }: Classes): string {
  const ids = (nodes: readonly Node[]): string =>
    nodes
      .map(idOf)
      .toSorted((left, right) => left - right)
      .join();
  return `${ids(all)}|${ids(none)}`;
}

interface Entry {
  answer: Answer;
  /** The outermost goal in progress that this answer rests on; Infinity when it rests on none. */
  restsOn: number;
}

interface Memo {
  answer(key: string, work: () => Answer): Answer;
}

/** Keeps answers; one that rests on a goal in progress falls with it when that goal has a value after all. */
function createMemo(): Memo {
  const known = new Map<string, Entry>();
  const open = new Map<string, number>();
  let provisional: string[] = [];
  let lowest = Infinity;
  const settle = (key: string, answer: Answer, depth: number, before: number): void => {
    const restsOn = lowest >= depth ? Infinity : lowest;
    const inner = provisional.filter((name) => (known.get(name)?.restsOn ?? Infinity) >= depth);
    if (answer.kind !== 'none') for (const name of inner) known.delete(name);
    else for (const name of inner) known.set(name, { ...(known.get(name) as Entry), restsOn });
    provisional =
      restsOn === Infinity || answer.kind !== 'none'
        ? provisional.filter((name) => !inner.includes(name))
        : provisional;
    if (answer.kind === 'found') known.set(key, { answer, restsOn: Infinity });
    else known.set(key, { answer, restsOn });
    if (restsOn !== Infinity && answer.kind !== 'found') provisional.push(key);
    lowest = answer.kind === 'found' ? before : Math.min(before, restsOn);
  };
  return {
    answer(key, work) {
      const entry = known.get(key);
      if (entry) {
        lowest = Math.min(lowest, entry.restsOn);
        return entry.answer;
      }
      const running = open.get(key);
      if (running !== undefined) {
        lowest = Math.min(lowest, running);
        return noAnswer;
      }
      const [depth, before] = [open.size, lowest];
      if (depth > 200) return unknown('it is nested too deeply');
      open.set(key, depth);
      lowest = Infinity;
      try {
        const answer = work();
        settle(key, answer, depth, before);
        return answer;
      } finally {
        open.delete(key);
      }
    },
  };
}

type Leaf = (goal: Goal, cell: Cell) => Answer;

function leavesOf(solver: Solver): Readonly<Record<ValueType, Leaf>> {
  const listed =
    (values: readonly unknown[]): Leaf =>
    (goal) =>
      firstThatFits(goal, values, solver, true);
  const scalars: Readonly<Record<'null' | 'boolean' | 'number' | 'string', Leaf>> = {
    null: listed([null]),
    boolean: listed([true, false]),
    number: (goal, { atoms }) => fromCandidates(goal, findNumbers(atoms, solver.fuel), solver),
    string: (goal, { atoms }) => fromCandidates(goal, findTexts(atoms, solver.fuel), solver),
  };
  const leaf =
    (type: ValueType, otherwise: Leaf): Leaf =>
    (goal, cell) => {
      if (contradicts(cell)) return noAnswer;
      const list = cell.atoms.find((atom) => atom.is === 'in');
      if (!list) return otherwise(goal, cell);
      return firstThatFits(
        goal,
        list.values.filter((value) => typeOf(value) === type),
        solver,
        true,
      );
    };
  return {
    null: leaf('null', scalars.null),
    boolean: leaf('boolean', scalars.boolean),
    number: leaf('number', scalars.number),
    string: leaf('string', scalars.string),
    array: leaf('array', (goal, { atoms }) => findArray(goal, atoms, solver)),
    object: leaf('object', (goal, { atoms }) => findObject(goal, atoms, solver)),
  };
}

type Opaque = Atom & { readonly is: 'opaque' };

/** The same rule in code, both held and refused. */
function contradicts({ atoms }: Cell): boolean {
  const opaque = atoms.filter((atom) => atom.is === 'opaque' && !isSecret(atom.name)) as Opaque[];
  return opaque.some((one) => opaque.some((other) => one.name === other.name && one.isHeld !== other.isHeld));
}

interface Candidates {
  readonly values: readonly unknown[];
  readonly isEmpty: boolean;
}

function fromCandidates(goal: Goal, { values, isEmpty }: Candidates, solver: Solver): Answer {
  return isEmpty ? noAnswer : firstThatFits(goal, values, solver, false);
}

/** A value is tried against the whole goal, not the branch it was made for: any that fits will do. */
function firstThatFits(goal: Goal, values: readonly unknown[], solver: Solver, areAll: boolean): Answer {
  let answer: Answer = areAll ? noAnswer : unknown('no value that was tried fits');
  for (const value of values) {
    solver.fuel.spend(1);
    const isFit = solver.fits(goal, value);
    if (isFit === 'yes') return found(value);
    if (isFit === 'unknown') answer = unknown('a rule in code has a say');
  }
  return answer;
}

function fits({ all, none }: Goal, value: unknown, formats: boolean): 'yes' | 'no' | 'unknown' {
  const met = { isOpaque: false };
  try {
    for (const node of all) if (!accepts(node, value, formats, met)) return met.isOpaque ? 'unknown' : 'no';
    for (const node of none) if (accepts(node, value, formats, met)) return met.isOpaque ? 'unknown' : 'no';
  } catch (error) {
    if (SchemaErrors.DATA_TOO_DEEP.is(error) || SchemaErrors.CYCLIC_SCHEMA.is(error)) return 'unknown';
    throw error;
  }
  return met.isOpaque ? 'unknown' : 'yes';
}

function accepts(node: Node, value: unknown, formats: boolean, met: { isOpaque: boolean }): boolean {
  const run: Run = { formats, limit: 500, issues: undefined, path: [], depth: 0, still: 0, scope: undefined, met };
  return checkRoot(node, value, run);
}
