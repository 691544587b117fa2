import { isList, isRecord } from '../json.ts';
import { at, show, type Report } from './problem.ts';

type Table = Readonly<Record<string, unknown>>;

/** What the branches of a rule are compared with. */
interface Known {
  readonly variants: Table;
  readonly evaluators: Table;
  readonly report: Report;
}

/** Checks that the default and every variant that a rule names outright are there. */
export function checkOutcomes(flag: Table, path: string, evaluators: Table, report: Report): void {
  const { variants, defaultVariant, targeting } = flag;
  if (!isRecord(variants)) return;
  if (typeof defaultVariant === 'string' && !Object.hasOwn(variants, defaultVariant)) {
    report(
      at(path, 'defaultVariant'),
      `is ${show(defaultVariant)}, which is no variant; there are ${namesIn(variants)}`,
    );
  }
  if (isRecord(targeting)) {
    checkOutcome(targeting, at(path, 'targeting'), { variants, evaluators, report }, noNames, 0);
  }
}

function namesIn(variants: Table): string {
  return Object.keys(variants).join(', ');
}

const noNames: ReadonlySet<string> = new Set();

/** Looks at the variants that a rule names in its branches; what is computed cannot be known. */
function checkOutcome(rule: unknown, path: string, known: Known, seen: ReadonlySet<string>, depth: number): void {
  // What is nested deeper has been refused.
  if (depth > 100) return;
  if (typeof rule === 'string' || typeof rule === 'boolean') return checkVariant(String(rule), path, known);
  if (!isRecord(rule)) return;
  const { if: branches, fractional: buckets, $ref: name } = rule;
  if (isList(branches) && branches.length > 1) {
    for (let index = 1; index < branches.length; index += 1) {
      if (!isResult(index, branches.length)) continue;
      checkOutcome(branches[index], at(at(path, 'if'), index), known, seen, depth + 1);
    }
  } else if (isList(buckets)) {
    for (let index = 0; index < buckets.length; index += 1) {
      const bucket: unknown = buckets[index];
      if (isList(bucket)) checkOutcome(bucket[0], at(at(at(path, 'fractional'), index), 0), known, seen, depth + 1);
    }
  } else if (typeof name === 'string' && Object.hasOwn(known.evaluators, name) && !seen.has(name)) {
    checkOutcome(known.evaluators[name], path, known, new Set([...seen, name]), depth + 1);
  }
}

function checkVariant(variant: string, path: string, { variants, report }: Known): void {
  if (Object.hasOwn(variants, variant)) return;
  report(path, `answers ${show(variant)}, which is no variant; there are ${namesIn(variants)}`);
}

/** Conditions stand at even places, but the last of an odd number is the else. */
function isResult(index: number, length: number): boolean {
  return index % 2 === 1 || (index === length - 1 && length % 2 === 1);
}
