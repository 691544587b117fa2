import { FlagErrors } from '../errors.ts';
import { isList, isRecord } from '../json.ts';
import { arithmetic } from '../operators/arithmetic.ts';
import { lists } from '../operators/lists.ts';
import { logic } from '../operators/logic.ts';
import { operator, type Operator, type Run } from '../operators/operator.ts';
import { text } from '../operators/text.ts';
import { controlOperators } from './control.ts';
import { dataOperators } from './data.ts';
import { outermost } from './frame.ts';
import { listOperators } from './lists.ts';

/** A rule, ready to be asked about data. It throws RULE_FAILED where the rule says `throw`. */
export type Rule = (data?: unknown) => unknown;

export interface RuleOptions {
  /** Operators of your own, by name; they get the values of their arguments. They come before the known ones. */
  readonly operators?: Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;
  /** Where the operator `log` writes. @default console.log */
  readonly log?: (value: unknown) => void;
}

const bucketing = { version: 'v2', hashEncoding: 'utf8' } as const;
const deepest = 500;

const { in: isIn, merge } = lists;
const { cat, substr } = text;
const known: Readonly<Record<string, Operator | undefined>> = {
  ...logic,
  ...arithmetic,
  ...dataOperators,
  ...listOperators,
  ...controlOperators,
  in: isIn,
  merge,
  cat,
  substr,
};

/** The names of all operators. */
export const operatorNames: readonly string[] = [...Object.keys(known), 'log', 'preserve'].toSorted();

/**
 * Turns a JsonLogic rule into a function of the data; an object that does not have exactly one key is data itself.
 *
 * The operators are those of https://jsonlogic.com/operations.html, and `??`, `val`, `exists`, `try`, `throw`, `length` and
 * `preserve` of the proposals for its core.
 *
 * @throws INVALID_RULE for an unknown operator, and for a rule nested deeper than 500 levels.
 */
export function compile(rule: unknown, options: RuleOptions = {}): Rule {
  const run = compileRule(rule, operatorsOf(options), 0);
  return (data) => run(outermost(data), '');
}

function operatorsOf({ operators = {}, log = console.log }: RuleOptions): ReadonlyMap<string, Operator> {
  const own = Object.entries(operators).map(([name, compute]) => [name, plain(compute)] as const);
  return new Map([
    ...Object.entries(known).flatMap(([name, found]) => (found ? [[name, found] as const] : [])),
    [
      'log',
      plain((value) => {
        log(value);
        return value;
      }),
    ],
    ...own,
  ]);
}

function plain(compute: (...values: readonly unknown[]) => unknown): Operator {
  return operator(
    0,
    Number.POSITIVE_INFINITY,
    ({ args }) =>
      (data, key) =>
        compute(...args.map((run) => run(data, key))),
  );
}

function compileRule(rule: unknown, operators: ReadonlyMap<string, Operator>, depth: number): Run {
  if (depth > deepest) {
    throw new FlagErrors.INVALID_RULE({ detail: `it is nested deeper than ${deepest} levels` });
  }
  if (isList(rule)) {
    const items = rule.map((item) => compileRule(item, operators, depth + 1));
    return (data, key) => items.map((run) => run(data, key));
  }
  if (!isRecord(rule)) return () => rule;
  const [entry, another] = Object.entries(rule);
  if (!entry || another) return () => rule;
  const [name, value] = entry;
  if (name === 'preserve') return () => value;
  const found = operators.get(name);
  if (!found) throw new FlagErrors.INVALID_RULE({ detail: `the operator "${name}" is unknown` });
  const written = isList(value) ? value : [value];
  const compileSame = (part: unknown): Run => compileRule(part, operators, depth + 1);
  return found.compile({
    written,
    args: written.map(compileSame),
    base: undefined,
    bucketing,
    compileSame,
    compileLocal: compileSame,
  });
}
