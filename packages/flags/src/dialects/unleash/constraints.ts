import { compareVersions, parseVersion } from '../../semver.ts';
import { addressMatcher } from './addresses.ts';
import type { ReadField } from './context.ts';
import { textsOf, type Properties } from './state.ts';

/** Whether a context is one that a constraint, strategy or feature is for. */
export type Matches = (context: object) => boolean;

/** Compiles a regular expression in RE2's syntax, which is matched in linear time; undefined if it is none. */
export type CompileRegex = (source: string, isCaseInsensitive: boolean) => ((text: string) => boolean) | undefined;

/** What constraints are compiled with. */
export interface ConstraintTools {
  readonly read: ReadField;
  readonly compileRegex: CompileRegex;
}

type Test = (value: string | undefined, context: object) => boolean;
type MakeTest = (constraint: Properties, tools: ConstraintTools) => Test;

const operators: ReadonlyMap<unknown, MakeTest> = new Map<unknown, MakeTest>([
  ['IN', isIn(true)],
  ['NOT_IN', isIn(false)],
  ['STR_STARTS_WITH', texts((value, part) => value.startsWith(part))],
  ['STR_ENDS_WITH', texts((value, part) => value.endsWith(part))],
  ['STR_CONTAINS', texts((value, part) => value.includes(part))],
  ['NUM_EQ', numbers((a, b) => a === b)],
  ['NUM_GT', numbers((a, b) => a > b)],
  ['NUM_GTE', numbers((a, b) => a >= b)],
  ['NUM_LT', numbers((a, b) => a < b)],
  ['NUM_LTE', numbers((a, b) => a <= b)],
  ['SEMVER_EQ', versions((order) => order === 0)],
  ['SEMVER_GT', versions((order) => order > 0)],
  ['SEMVER_GTE', versions((order) => order >= 0)],
  ['SEMVER_LT', versions((order) => order < 0)],
  ['SEMVER_LTE', versions((order) => order <= 0)],
  ['DATE_AFTER', dates((now, then) => now > then)],
  ['DATE_BEFORE', dates((now, then) => now < then)],
  ['REGEX', regex],
  ['IN_CIDR', ({ values }) => addressMatcher(textsOf(values))],
]);

/** An operator that is not known holds for nobody, inverted or not, as in Unleash's own clients; a field without a name too. */
function compileConstraint(constraint: Properties, tools: ConstraintTools): Matches {
  const { contextName, operator, inverted } = constraint;
  const test = operators.get(operator)?.(constraint, tools);
  const field = textOf(contextName);
  if (!test || field === undefined) return () => false;
  const { read } = tools;
  if (inverted === true) return (context) => !test(read(context, field), context);
  return (context) => test(read(context, field), context);
}

/** All must hold; a segment that is not there holds for nobody. */
export function compileConstraints(constraints: readonly (Properties | undefined)[], tools: ConstraintTools): Matches {
  if (constraints.includes(undefined)) return () => false;
  const all = constraints.flatMap((constraint) => (constraint ? [compileConstraint(constraint, tools)] : []));
  return (context) => all.every((matches) => matches(context));
}

/** The text of a plain value. An object of a payload can have a `toString` that is no function: it has no text. */
function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function isIn(answer: boolean): MakeTest {
  return ({ values }) => {
    const known: ReadonlySet<string | undefined> = new Set(textsOf(values));
    return (value) => known.has(value) === answer;
  };
}

function texts(holds: (value: string, part: string) => boolean): MakeTest {
  return ({ values, caseInsensitive }) => {
    const fold = caseInsensitive === true ? (text: string) => text.toLowerCase() : (text: string) => text;
    const parts = textsOf(values).map(fold);
    return (value) => value !== undefined && parts.some((part) => holds(fold(value), part));
  };
}

function numbers(holds: (a: number, b: number) => boolean): MakeTest {
  return ({ value: written }) => {
    const limit = Number(textOf(written));
    return (value) => value !== undefined && !Number.isNaN(limit) && holds(Number(value), limit);
  };
}

/** Three numbers without a leading `v`; nothing shorter is a version to Unleash. */
const whole = /^\d+\.\d+\.\d+/;

function versions(holds: (order: number) => boolean): MakeTest {
  return ({ value: written }) => {
    const limit = parseVersion(written);
    return (value) => {
      const version = value !== undefined && whole.test(value) ? parseVersion(value) : undefined;
      return version !== undefined && limit !== undefined && holds(compareVersions(version, limit));
    };
  };
}

function dates(holds: (now: number, then: number) => boolean): MakeTest {
  return ({ value: written }, { read }) => {
    const then = new Date(textOf(written) ?? Number.NaN).getTime();
    return (_value, context) => {
      const given = read(context, 'currentTime');
      return holds(given === undefined ? Date.now() : new Date(given).getTime(), then);
    };
  };
}

function regex({ value: written, caseInsensitive }: Properties, { compileRegex }: ConstraintTools): Test {
  const matches = typeof written === 'string' ? compileRegex(written, caseInsensitive === true) : undefined;
  return (value) => value !== undefined && matches !== undefined && matches(value);
}
