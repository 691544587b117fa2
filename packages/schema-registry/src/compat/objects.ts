import { rulesFor } from '../json/check-object.ts';
import type { Node, Pattern } from '../json/node.ts';
import { tried } from './arrays.ts';
import type { Solver } from './contains.ts';
import { noAnswer, unknown, type Answer, type Atom, type Goal, type NameRule } from './goal.ts';
import { literal, textNode } from './literal.ts';

/** A property that must be somewhere: its value, or its name, breaks a rule. */
interface Wanted {
  readonly where: NameRule | undefined;
  readonly value: readonly Node[];
  readonly name: readonly Node[];
}

interface Rules {
  readonly owners: readonly Node[];
  readonly names: readonly Node[];
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly wanted: readonly Wanted[];
  readonly min: number;
  readonly max: number;
  /** Every name that a rule speaks of. */
  readonly known: readonly string[];
  readonly patterns: readonly Pattern[];
}

interface Finding {
  readonly goal: Goal;
  readonly rules: Rules;
  readonly solver: Solver;
}

type Slots = ReadonlyMap<string, Goal>;

const limits = { patterns: 6, properties: 300 } as const;

/** Finds an object that fulfils the atoms. */
export function findObject(goal: Goal, atoms: readonly Atom[], solver: Solver): Answer {
  solver.fuel.spend(atoms.length);
  const rules = rulesOf(atoms);
  if (rules.min > rules.max || rules.present.size > rules.max) return noAnswer;
  const finding = { goal, rules, solver };
  const slots = new Map<string, Goal>();
  for (const name of rules.present) {
    if (rules.absent.has(name)) return noAnswer;
    const value = valueGoal(name, rules);
    // A doubt is no end: what else is wanted may be impossible.
    if (solveProperty(name, value, finding).kind === 'none') return noAnswer;
    slots.set(name, value);
  }
  return place(0, slots, finding);
}

function rulesOf(atoms: readonly Atom[]): Rules {
  const owners = atoms.flatMap((atom) => (atom.is === 'properties' ? [atom.node] : []));
  const named = (is: 'present' | 'absent'): string[] => atoms.flatMap((atom) => (atom.is === is ? [atom.name] : []));
  const sizes = (is: 'minSize' | 'maxSize'): number[] => atoms.flatMap((atom) => (atom.is === is ? [atom.size] : []));
  const wanted = atoms.flatMap(wantedBy);
  const speaking = [...owners, ...wanted.flatMap(({ where }) => (where && 'besides' in where ? [where.besides] : []))];
  const known = new Set([
    ...speaking.flatMap(({ properties }) => [...(properties?.keys() ?? [])]),
    ...wanted.flatMap(({ where }) => (where && 'name' in where ? [where.name] : [])),
    ...named('present'),
    ...named('absent'),
  ]);
  const patterns = [
    ...speaking.flatMap(({ patternProperties = [] }) => patternProperties.map(([pattern]) => pattern)),
    ...wanted.flatMap(({ where }) => (where && 'pattern' in where ? [where.pattern] : [])),
  ];
  return {
    owners,
    wanted,
    names: atoms.flatMap((atom) => (atom.is === 'names' ? [atom.node] : [])),
    present: new Set(named('present')),
    absent: new Set(named('absent')),
    min: Math.max(0, ...sizes('minSize')),
    max: Math.min(Infinity, ...sizes('maxSize')),
    known: [...known],
    patterns: [...new Map(patterns.map((pattern) => [pattern.source, pattern])).values()],
  };
}

function wantedBy(atom: Atom): readonly Wanted[] {
  if (atom.is === 'valueBreaks') return [{ where: atom.where, value: [atom.node], name: [] }];
  return atom.is === 'nameBreaks' ? [{ where: undefined, value: [], name: [atom.node] }] : [];
}

function valueGoal(name: string, { owners }: Rules): Goal {
  return { all: owners.flatMap((owner) => rulesFor(owner, name)), none: [] };
}

/** Whether the property may be there: its name is allowed, and its value has a value. */
function solveProperty(name: string, goal: Goal, { rules, solver }: Finding): Answer {
  const isAllowed = rules.names.length === 0 ? 'yes' : solver.fits({ all: rules.names, none: [] }, name);
  if (isAllowed === 'no') return noAnswer;
  const answer = solver.solve(goal);
  return answer.kind === 'found' && isAllowed === 'unknown' ? unknown('a rule in code has a say') : answer;
}

/** Tries every name for the next wanted property: a known one, one made before, or a new one of each kind. */
function place(next: number, slots: Slots, finding: Finding): Answer {
  const { rules, solver } = finding;
  const item = rules.wanted[next];
  if (!item) return pad(slots, finding);
  let answer: Answer = noAnswer;
  const attempt = (name: string): Answer => {
    const before = slots.get(name) ?? valueGoal(name, rules);
    const goal = { all: before.all, none: [...before.none, ...item.value] };
    if (solveProperty(name, goal, finding).kind === 'none') return noAnswer;
    const taken = new Map(slots).set(name, goal);
    return taken.size > rules.max ? noAnswer : place(next + 1, taken, finding);
  };
  for (const name of namesFor(item, slots, finding)) {
    solver.fuel.spend(1);
    const whole = typeof name === 'string' ? attempt(name) : name;
    if (whole.kind === 'found') return whole;
    if (whole.kind === 'unknown') answer = whole;
  }
  return answer;
}

function* namesFor(item: Wanted, slots: Slots, finding: Finding): Generator<string | Answer> {
  const { rules, solver } = finding;
  const { where } = item;
  if (where && 'name' in where) {
    if (!rules.absent.has(where.name)) yield where.name;
    return;
  }
  for (const name of new Set([...rules.known, ...slots.keys()])) {
    if (rules.absent.has(name) || (where && !isAt(where, name))) continue;
    const isBroken = item.name.length === 0 ? 'yes' : solver.fits({ all: [], none: item.name }, name);
    if (isBroken === 'yes') yield name;
    if (isBroken === 'unknown') yield unknown('a rule in code has a say');
  }
  yield* newNames(item, slots, finding);
}

function isAt(where: NameRule, name: string): boolean {
  if ('name' in where) return where.name === name;
  if ('pattern' in where) return where.pattern.regex.test(name);
  const { properties, patternProperties = [] } = where.besides;
  return !properties?.has(name) && !patternProperties.some(([pattern]) => pattern.regex.test(name));
}

/** Names that no rule names fall into kinds by the expressions they match: within a kind all have the same rules. */
function* newNames(item: Wanted, slots: Slots, finding: Finding): Generator<string | Answer> {
  const { rules } = finding;
  if (rules.patterns.length > limits.patterns) {
    yield unknown('too many patterns of names');
    return;
  }
  const taken = [...new Set([...rules.known, ...slots.keys()])];
  for (const held of subsetsOf(rules.patterns)) {
    if (!isKindAt(item.where, held)) continue;
    const name = nameOfKind(held, item.name, taken, finding);
    if (name.kind === 'found') yield String(name.value);
    else yield name;
  }
}

function nameOfKind(
  held: ReadonlySet<Pattern>,
  broken: readonly Node[],
  taken: readonly string[],
  finding: Finding,
): Answer {
  const { rules, solver } = finding;
  const refused = rules.patterns.filter((pattern) => !held.has(pattern));
  return solver.solve({
    all: [textNode(), ...[...held].map(textNode), ...rules.names],
    none: [...refused.map(textNode), ...broken, ...(taken.length > 0 ? [literal(taken)] : [])],
  });
}

function* subsetsOf(patterns: readonly Pattern[]): Generator<ReadonlySet<Pattern>> {
  for (let bits = 0; bits < 2 ** patterns.length; bits += 1) {
    yield new Set(patterns.filter((_, index) => (bits & (1 << index)) !== 0));
  }
}

function isKindAt(where: NameRule | undefined, held: ReadonlySet<Pattern>): boolean {
  if (!where) return true;
  if ('name' in where) return false;
  const sources = new Set([...held].map(({ source }) => source));
  if ('pattern' in where) return sources.has(where.pattern.source);
  return !(where.besides.patternProperties ?? []).some(([pattern]) => sources.has(pattern.source));
}

/** Adds properties that nobody asked for, until there are enough. */
function pad(slots: Slots, finding: Finding): Answer {
  const { rules, goal, solver } = finding;
  if (rules.min > limits.properties && rules.min > slots.size) return unknown('the object has too many properties');
  const all = new Map(slots);
  let doubt: Answer = noAnswer;
  for (const name of spareNames(all, finding)) {
    if (all.size >= rules.min) break;
    if (typeof name !== 'string') {
      doubt = name;
      continue;
    }
    const value = valueGoal(name, rules);
    const part = solveProperty(name, value, finding);
    if (part.kind === 'found') all.set(name, value);
    if (part.kind === 'unknown') doubt = part;
  }
  if (all.size < rules.min) return doubt;
  return tried(goal, valueOf(all, solver), solver);
}

function* spareNames(slots: Map<string, Goal>, finding: Finding): Generator<string | Answer> {
  const { rules } = finding;
  for (const name of rules.known) if (!slots.has(name) && !rules.absent.has(name)) yield name;
  const any: Wanted = { where: undefined, value: [], name: [] };
  for (let round = 0; round < limits.properties; round += 1) {
    const before = slots.size;
    yield* newNames(any, slots, finding);
    if (slots.size === before) return;
  }
}

function valueOf(slots: Slots, solver: Solver): unknown {
  const value: Record<string, unknown> = {};
  for (const [name, goal] of slots) {
    const part = solver.solve(goal);
    // Not an assignment: a key named `__proto__` would change the prototype.
    if (part.kind === 'found') {
      Object.defineProperty(value, name, { value: part.value, enumerable: true, writable: true, configurable: true });
    }
  }
  return value;
}
