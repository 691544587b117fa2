import { equalityKey } from '../canonical.ts';
import { gcd, lcm, toNumber, toScale } from '../json/decimal.ts';
import type { Fuel } from './fuel.ts';
import type { Atom } from './goal.ts';

interface Bound {
  readonly value: number;
  readonly isOpen: boolean;
}

interface Rules {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
  readonly multiples: readonly number[];
  readonly refused: readonly number[];
  readonly excluded: ReadonlySet<string>;
}

/** Numbers to try. When `isEmpty`, there is none that fulfils the atoms; otherwise at least one should. */
export interface Candidates {
  readonly values: readonly number[];
  readonly isEmpty: boolean;
}

const maxCandidates = 2_000n;

export function findNumbers(atoms: readonly Atom[], fuel: Fuel): Candidates {
  const rules = rulesOf(atoms);
  if (isOutside(rules)) return { values: [], isEmpty: true };
  if (rules.multiples.length > 0) return findOnGrid(rules, fuel);
  const { low, high } = rules;
  if (low && high && low.value === high.value) return only([low.value], rules);
  return { values: between(rules).filter((value) => isFine(value, rules)), isEmpty: false };
}

function rulesOf(atoms: readonly Atom[]): Rules {
  let [low, high]: [Bound | undefined, Bound | undefined] = [undefined, undefined];
  const multiples: number[] = [];
  const refused: number[] = [];
  const excluded = new Set<string>();
  for (const atom of atoms) {
    if (atom.is === 'min' && isTighter(atom, low, 1)) low = atom;
    if (atom.is === 'max' && isTighter(atom, high, -1)) high = atom;
    if (atom.is === 'multiple') (atom.isHeld ? multiples : refused).push(atom.of);
    if (atom.is === 'notIn') for (const value of atom.values) excluded.add(equalityKey(value));
  }
  return { low, high, multiples, refused, excluded };
}

function isTighter(bound: Bound, known: Bound | undefined, sign: 1 | -1): boolean {
  if (!known || bound.value === known.value) return !known || bound.isOpen;
  return (bound.value - known.value) * sign > 0;
}

function isOutside({ low, high }: Rules): boolean {
  if (!low || !high) return false;
  return low.value > high.value || (low.value === high.value && (low.isOpen || high.isOpen));
}

function isFine(value: number, { low, high, excluded }: Rules): boolean {
  if (low && (low.isOpen ? value <= low.value : value < low.value)) return false;
  if (high && (high.isOpen ? value >= high.value : value > high.value)) return false;
  return !excluded.has(equalityKey(value));
}

/** An interval of more than one point has numbers beside any grid and any list. */
function between({ low, high, excluded }: Rules): readonly number[] {
  const start = low?.value ?? (high ? high.value - 1_000 : 0);
  const end = high?.value ?? start + 1_000;
  const parts = [0, 1, 0.5, 1 / 3, 0.1, 0.123_456_789, 0.7, 1 / 7, 0.618_033_988];
  const spread = parts.map((part) => start + (end - start) * part);
  const near = [0, 1, -1, 0.5, 1.5, 0.1, 2, 3, 5, 7, 11].flatMap((step) => [start + step, end - step]);
  const many = Array.from(
    { length: Math.min(excluded.size + 2, 500) },
    (_, index) => start + (end - start) / (index + 2),
  );
  return [...new Set([0, 1, ...near, ...spread, ...many])];
}

function only(values: readonly number[], rules: Rules): Candidates {
  const fine = values.filter((value) => isFine(value, rules) && !isRefused(value, rules));
  return { values: fine, isEmpty: fine.length === 0 };
}

function isRefused(value: number, { refused }: Rules): boolean {
  return refused.some((divisor) => {
    const [scaled = 0n, by = 1n] = toScale([value, divisor]).scaled;
    return scaled % by === 0n;
  });
}

/**
 * Multiples repeat themselves: one period of all the grids, and one more for each excluded value, shows all there is. It is counted in
 * decimal: far from 0 many multiples are the same double, and the doubles to try are others.
 */
function findOnGrid(rules: Rules, fuel: Fuel): Candidates {
  const grid = gridOf(rules);
  const { step, exponent, others, first, wanted, direction } = grid;
  const values: number[] = [];
  let isEmpty = wanted <= maxCandidates;
  for (let count = 0n; count < wanted && count < maxCandidates; count += 1n) {
    fuel.spend(1);
    const digits = (first + count * direction) * step;
    if (isPast(digits, grid)) {
      isEmpty = true;
      break;
    }
    if (isOnBound(digits, grid) || others.some((other) => digits % other === 0n)) continue;
    const value = toNumber(digits, exponent);
    if (!rules.excluded.has(equalityKey(value))) values.push(value);
  }
  return { values: [...values, ...far], isEmpty: isEmpty && values.length === 0 };
}

/** Whole numbers as far out as doubles go. */
const far: readonly number[] = [1e21, -1e21, 1e60, -1e60, 1e300, -1e300];

interface Grid {
  readonly step: bigint;
  readonly exponent: number;
  readonly others: readonly bigint[];
  readonly low: bigint | undefined;
  readonly high: bigint | undefined;
  readonly rules: Rules;
  readonly first: bigint;
  readonly wanted: bigint;
  readonly direction: bigint;
}

function gridOf(rules: Rules): Grid {
  const { multiples, refused, low, high, excluded } = rules;
  const { scaled, exponent } = toScale([...multiples, ...refused, low?.value ?? 0, high?.value ?? 0]);
  const step = scaled.slice(0, multiples.length).reduce(lcm);
  const others = scaled.slice(multiples.length, multiples.length + refused.length);
  const period = others.reduce((length, other) => lcm(length, other / gcd(other, step)), 1n);
  const [lowest, highest] = [low && scaled.at(-2), high && scaled.at(-1)];
  const upwards = lowest === undefined ? undefined : floorDivide(lowest + step - 1n, step);
  const first = upwards ?? (highest === undefined ? 0n : floorDivide(highest, step));
  const direction = low || !high ? 1n : -1n;
  const wanted = period * BigInt(excluded.size + 1) + 2n;
  return { step, exponent, others, low: lowest, high: highest, rules, first, wanted, direction };
}

function floorDivide(value: bigint, by: bigint): bigint {
  const result = value / by;
  return value % by < 0n ? result - 1n : result;
}

function isPast(digits: bigint, { direction, low, high }: Grid): boolean {
  return direction > 0n ? high !== undefined && digits > high : low !== undefined && digits < low;
}

function isOnBound(digits: bigint, { low, high, rules }: Grid): boolean {
  return (rules.low?.isOpen === true && digits === low) || (rules.high?.isOpen === true && digits === high);
}
