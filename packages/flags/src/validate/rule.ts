import { isList, isRecord } from '../json.ts';
import { operators } from '../operators/table.ts';
import { versionComparisons } from '../operators/text.ts';
import { parseVersion } from '../semver.ts';
import { at, show, type Report } from './problem.ts';

/** Who hears of what is found in a rule. */
export interface RuleVisitor {
  readonly report: Report;
  readonly onReference: (path: string, name: string) => void;
  /** The rule asks for another flag. */
  readonly onPrerequisite?: () => void;
  /** The rule is nested deeper than anything that walks it may go. */
  readonly onTooDeep: () => void;
}

// As in `flag.ts`, nothing is made for what is right.

type CheckArguments = (args: readonly unknown[], path: string, report: Report) => void;

const takesOneBare: ReadonlySet<string> = new Set(['!', '!!', 'var']);
const flagdNames: ReadonlySet<string> = new Set(['$flagd.flagKey', '$flagd.timestamp']);
/** A document of 100 levels, less those around its rules. */
const deepest = 96;
const largestTotal = 2 ** 31 - 1;

const special: ReadonlyMap<string, CheckArguments> = new Map<string, CheckArguments>([
  ['var', checkVar],
  ['missing', (args, path, report) => checkPaths(args, path, report)],
  ['missing_some', checkMissingSome],
  ['starts_with', checkTexts],
  ['ends_with', checkTexts],
  ['sem_ver', checkSemVer],
  ['fractional', checkFractional],
  ['flag', checkPrerequisite],
]);

/** Checks the structure of a rule: operators, how many arguments, and of which kind. */
export function checkRule(rule: unknown, path: string, visitor: RuleVisitor, depth = 0): void {
  if (depth > deepest) return visitor.onTooDeep();
  if (isList(rule)) {
    for (let index = 0; index < rule.length; index += 1) {
      const item = rule[index];
      if (typeof item === 'object') checkRule(item, at(path, index), visitor, depth + 1);
    }
  } else if (isRecord(rule)) {
    const name = onlyName(rule);
    if (name === undefined) {
      visitor.report(path, `has ${Object.keys(rule).length} operators; write one in each object`);
    } else if (name === '$ref') checkReference(rule[name], path, visitor);
    else checkOperation(name, rule[name], at(path, name), visitor, depth);
  }
}

/** Undefined where there is none, or more than one. */
function onlyName(rule: Readonly<Record<string, unknown>>): string | undefined {
  let only: string | undefined;
  for (const name in rule) {
    if (!Object.hasOwn(rule, name)) continue;
    if (only !== undefined) return undefined;
    only = name;
  }
  return only;
}

function checkReference(name: unknown, path: string, { report, onReference }: RuleVisitor): void {
  if (typeof name === 'string') onReference(path, name);
  else report(path, `has a $ref that is no text: ${show(name)}`);
}

function checkOperation(name: string, value: unknown, path: string, visitor: RuleVisitor, depth: number): void {
  const operator = operators.get(name);
  if (!operator)
    return visitor.report(path, `is an unknown operator; the known ones are ${[...operators.keys()].join(' ')}`);
  if (!isList(value)) return checkBare(name, value, path, visitor, depth);
  const { least, most } = operator;
  if (value.length < least || value.length > most) {
    visitor.report(path, `takes ${amount(least, most)}, not ${value.length}`);
  } else special.get(name)?.(value, path, visitor.report);
  if (name === 'flag') visitor.onPrerequisite?.();
  return checkRule(value, path, visitor, depth + 1);
}

/** One argument that is not in a list. */
function checkBare(name: string, value: unknown, path: string, visitor: RuleVisitor, depth: number): void {
  if (!takesOneBare.has(name)) return visitor.report(path, `takes a list, not ${show(value)}`);
  if (name === 'var') checkName(value, path, visitor.report);
  if (typeof value === 'object') checkRule(value, at(path, 0), visitor, depth + 2);
}

function amount(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `at least ${least} argument${least === 1 ? '' : 's'}`;
  return least === most ? `${least} argument${least === 1 ? '' : 's'}` : `${least} to ${most} arguments`;
}

function checkVar(args: readonly unknown[], path: string, report: Report): void {
  checkName(args[0], path, report);
}

function checkName(name: unknown, path: string, report: Report): void {
  if (typeof name === 'string' && name.startsWith('$flagd.') && !flagdNames.has(name)) {
    report(path, `reads ${show(name)}, which does not exist; there are ${[...flagdNames].join(' and ')}`);
  }
}

function checkPaths(paths: readonly unknown[], path: string, report: Report): void {
  for (const item of paths) if (typeof item !== 'string') report(path, `takes names of attributes, not ${show(item)}`);
}

function checkMissingSome([least, paths]: readonly unknown[], path: string, report: Report): void {
  if (typeof least !== 'number') report(path, `takes a number first, not ${show(least)}`);
  if (isList(paths)) checkPaths(paths, path, report);
  else report(path, `takes a list of names second, not ${show(paths)}`);
}

function checkPrerequisite(args: readonly unknown[], path: string, report: Report): void {
  for (const item of args) if (typeof item !== 'string') report(path, `takes a key and a variant, not ${show(item)}`);
}

function checkTexts(args: readonly unknown[], path: string, report: Report): void {
  for (let index = 0; index < args.length; index += 1) {
    const item = args[index];
    if (typeof item !== 'string' && !isRecord(item)) report(path, `compares texts, not ${show(item)}`);
  }
}

function checkSemVer(args: readonly unknown[], path: string, report: Report): void {
  const comparison = args[1];
  checkVersion(args[0], path, report);
  checkVersion(args[2], path, report);
  if (typeof comparison !== 'string' || !Object.hasOwn(versionComparisons, comparison)) {
    report(path, `does not know ${show(comparison)}; it compares by ${Object.keys(versionComparisons).join(' ')}`);
  }
}

function checkVersion(item: unknown, path: string, report: Report): void {
  if (!isRecord(item) && !parseVersion(item)) report(path, `compares versions, and ${show(item)} is none`);
}

function checkFractional(args: readonly unknown[], path: string, report: Report): void {
  const first = args[0];
  if (!isList(first) && !isRecord(first))
    report(at(path, 0), `is ${show(first)}; write a bucket or the rule to bucket by`);
  let total = 0;
  for (let index = isList(first) ? 0 : 1; index < args.length; index += 1) {
    total += checkBucket(args[index], at(path, index), report);
  }
  if (total > largestTotal) report(path, `has weights of ${total} in all; at most ${largestTotal} can be shared out`);
}

/** Returns the weight, or 0 if only the evaluation can tell. */
function checkBucket(bucket: unknown, path: string, report: Report): number {
  if (!isList(bucket) || bucket.length < 1 || bucket.length > 2) {
    report(path, `is ${show(bucket)}; write [variant] or [variant, weight]`);
    return 0;
  }
  const weight = bucket.length > 1 ? bucket[1] : 1;
  if (isRecord(weight)) return 0;
  if (typeof weight === 'number' && Number.isInteger(weight) && weight >= 0) return weight;
  report(path, `has the weight ${show(weight)}; write a whole number from 0 up, or a rule`);
  return 0;
}
