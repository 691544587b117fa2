import { has, type CharSet } from './char-set.ts';
import { parseRegex, type Part, type Repeat } from './regex.ts';

/** Reads a text character by character; states are made when they are asked for. */
export interface Automaton {
  /** The sets of characters that it tells apart. */
  readonly sets: readonly CharSet[];
  readonly initial: number;
  next(state: number, point: number): number;
  accepts(state: number): boolean;
}

interface Machine {
  readonly steps: { readonly set: CharSet; readonly to: number }[][];
  readonly jumps: { readonly to: number; readonly only?: 'start' | 'end' }[][];
}

const maxStates = 3_000;

class TooLarge extends Error {}

/** The texts in which an expression finds something; undefined when the expression is not regular, or too large. */
export function automatonOf(pattern: { readonly source: string; readonly regex: RegExp }): Automaton | undefined {
  const part = parseRegex(pattern.source, pattern.regex.unicode);
  if (!part) return undefined;
  const machine: Machine = { steps: [], jumps: [] };
  try {
    const [first, last] = [newState(machine), newState(machine)];
    build(part, first, last, machine);
    return determinized(machine, first, last);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

function newState({ steps, jumps }: Machine): number {
  if (steps.length >= maxStates) throw new TooLarge();
  steps.push([]);
  return jumps.push([]) - 1;
}

function jump(machine: Machine, from: number, to: number, only?: 'start' | 'end'): void {
  machine.jumps[from]?.push(only ? { to, only } : { to });
}

function build(part: Part, from: number, to: number, machine: Machine): void {
  if (part.kind === 'set') machine.steps[from]?.push({ set: part.set, to });
  else if (part.kind === 'start' || part.kind === 'end') jump(machine, from, to, part.kind);
  else if (part.kind === 'repeat') buildRepeat(part, from, to, machine);
  else if (part.kind === 'sequence') buildSequence(part.parts, from, to, machine);
  else for (const choice of part.parts) build(choice, from, to, machine);
}

function buildSequence(parts: readonly Part[], from: number, to: number, machine: Machine): void {
  let at = from;
  for (const part of parts) {
    const next = newState(machine);
    build(part, at, next, machine);
    at = next;
  }
  jump(machine, at, to);
}

function buildRepeat(repeat: Repeat, from: number, to: number, machine: Machine): void {
  const { part, min, max } = repeat;
  let at = from;
  const once = (): void => {
    const next = newState(machine);
    build(part, at, next, machine);
    at = next;
  };
  for (let count = 0; count < min; count += 1) once();
  if (max === Infinity) {
    const loop = newState(machine);
    jump(machine, at, loop);
    build(part, loop, loop, machine);
    at = loop;
  }
  const spare = max === Infinity ? 0 : max - min;
  for (let count = 0; count < spare; count += 1) {
    jump(machine, at, to);
    once();
  }
  jump(machine, at, to);
}

interface State {
  readonly members: readonly number[];
  readonly accepts: boolean;
  readonly next: Map<number, number>;
}

/** Once the expression was found, the text goes on as it likes. */
const found = -1;

function determinized(machine: Machine, first: number, last: number): Automaton {
  const states: State[] = [];
  const known = new Map<string, number>();
  const add = (seeds: readonly number[], isStart: boolean): number => {
    const members = closure(machine, seeds, isStart, false);
    if (members.includes(last)) return found;
    const key = `${isStart ? '^' : ''}${members.join()}`;
    const old = known.get(key);
    if (old !== undefined) return old;
    const accepts = closure(machine, seeds, isStart, true).includes(last);
    known.set(key, states.length);
    return states.push({ members, accepts, next: new Map() }) - 1;
  };
  return {
    sets: machine.steps.flat().map(({ set }) => set),
    initial: add([first], true),
    accepts: (state) => state === found || (states[state]?.accepts ?? false),
    next(state, point) {
      const { members = [], next } = states[state] ?? {};
      const old = state === found ? found : next?.get(point);
      if (old !== undefined) return old;
      // The expression may begin anywhere: its first state is there again before each character.
      const seeds = members.flatMap((member) => stepsOf(machine, member, point));
      const to = add([...seeds, first], false);
      next?.set(point, to);
      return to;
    },
  };
}

function stepsOf(machine: Machine, state: number, point: number): readonly number[] {
  return (machine.steps[state] ?? []).filter(({ set }) => has(set, point)).map(({ to }) => to);
}

function closure(machine: Machine, seeds: readonly number[], isStart: boolean, isEnd: boolean): readonly number[] {
  const members = new Set(seeds);
  for (const member of members) {
    for (const { to, only } of machine.jumps[member] ?? []) {
      if (only === undefined || (only === 'start' ? isStart : isEnd)) members.add(to);
    }
  }
  return [...members].toSorted((left, right) => left - right);
}

/** The texts of a list and no others. */
export function automatonOfTexts(texts: readonly string[]): Automaton {
  const nodes: { readonly next: Map<number, number>; accepts: boolean }[] = [{ next: new Map(), accepts: false }];
  const points = new Set<number>();
  for (const text of texts) {
    let at = 0;
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0;
      points.add(point);
      const next = nodes[at]?.next.get(point) ?? nodes.push({ next: new Map(), accepts: false }) - 1;
      nodes[at]?.next.set(point, next);
      at = next;
    }
    const node = nodes[at];
    if (node) node.accepts = true;
  }
  return {
    sets: Array.from(points, (point) => [[point, point]]),
    initial: 0,
    accepts: (state) => nodes[state]?.accepts ?? false,
    next: (state, point) => nodes[state]?.next.get(point) ?? -1,
  };
}
