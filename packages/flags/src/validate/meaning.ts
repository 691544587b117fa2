import { isList, isRecord } from '../json.ts';
import { at, show, type Report } from './problem.ts';

type Evaluators = Readonly<Record<string, unknown>>;

type OnOutcome = (variant: string, path: string) => void;

/** Checks that the default and every variant that a rule names outright are there. */
export function checkOutcomes(
  flag: Readonly<Record<string, unknown>>,
  path: string,
  evaluators: Evaluators,
  report: Report,
): void {
  const { variants, defaultVariant, targeting } = flag;
  if (!isRecord(variants)) return;
  const known = (): string => Object.keys(variants).join(', ');
  if (typeof defaultVariant === 'string' && !Object.hasOwn(variants, defaultVariant)) {
    report(at(path, 'defaultVariant'), `is ${show(defaultVariant)}, which is no variant; there are ${known()}`);
  }
  visitOutcomes(targeting, at(path, 'targeting'), evaluators, noNames, (variant, where) => {
    if (Object.hasOwn(variants, variant)) return;
    report(where, `answers ${show(variant)}, which is no variant; there are ${known()}`);
  });
}

const noNames: ReadonlySet<string> = new Set();

/** Tells the variants that a rule names in its branches; what is computed cannot be known. */
function visitOutcomes(
  rule: unknown,
  path: string,
  evaluators: Evaluators,
  seen: ReadonlySet<string>,
  onOutcome: OnOutcome,
  depth = 0,
): void {
  // What is nested deeper has been refused.
  if (depth > 100) return;
  if (typeof rule === 'string' || typeof rule === 'boolean') onOutcome(String(rule), path);
  if (!isRecord(rule)) return;
  const { if: branches, fractional: buckets, $ref: name } = rule;
  if (isList(branches) && branches.length > 1) {
    for (let index = 1; index < branches.length; index += 1) {
      if (!isResult(index, branches.length)) continue;
      visitOutcomes(branches[index], at(at(path, 'if'), index), evaluators, seen, onOutcome, depth + 1);
    }
  } else if (isList(buckets)) {
    for (const [index, bucket] of buckets.entries()) {
      if (!isList(bucket)) continue;
      visitOutcomes(bucket[0], at(at(at(path, 'fractional'), index), 0), evaluators, seen, onOutcome, depth + 1);
    }
  } else if (typeof name === 'string' && Object.hasOwn(evaluators, name) && !seen.has(name)) {
    visitOutcomes(evaluators[name], path, evaluators, new Set([...seen, name]), onOutcome, depth + 1);
  }
}

/** Conditions stand at even places, but the last of an odd number is the else. */
function isResult(index: number, length: number): boolean {
  return index % 2 === 1 || (index === length - 1 && length % 2 === 1);
}
