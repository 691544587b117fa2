import { isList, isRecord } from '../json.ts';
import { at, show, type Report } from './problem.ts';

type Evaluators = Readonly<Record<string, unknown>>;

interface Outcome {
  readonly variant: string;
  readonly path: string;
}

/** Checks that the default and every variant that a rule names outright are there. */
export function checkOutcomes(
  flag: Readonly<Record<string, unknown>>,
  path: string,
  evaluators: Evaluators,
  report: Report,
): void {
  const { variants, defaultVariant, targeting } = flag;
  if (!isRecord(variants)) return;
  const known = Object.keys(variants).join(', ');
  if (typeof defaultVariant === 'string' && !Object.hasOwn(variants, defaultVariant)) {
    report(at(path, 'defaultVariant'), `is ${show(defaultVariant)}, which is no variant; there are ${known}`);
  }
  for (const outcome of outcomesOf(targeting, at(path, 'targeting'), evaluators, new Set())) {
    if (Object.hasOwn(variants, outcome.variant)) continue;
    report(outcome.path, `answers ${show(outcome.variant)}, which is no variant; there are ${known}`);
  }
}

/** The variants that a rule names in its branches; what is computed cannot be known. */
function outcomesOf(
  rule: unknown,
  path: string,
  evaluators: Evaluators,
  seen: ReadonlySet<string>,
): readonly Outcome[] {
  if (typeof rule === 'string' || typeof rule === 'boolean') return [{ variant: String(rule), path }];
  if (!isRecord(rule)) return [];
  const inner = (part: unknown, where: string): readonly Outcome[] => outcomesOf(part, where, evaluators, seen);
  const { if: branches, fractional: buckets, $ref: name } = rule;
  if (isList(branches) && branches.length > 1) {
    return branches.flatMap((part, index) =>
      isResult(index, branches.length) ? inner(part, `${path}.if[${index}]`) : [],
    );
  }
  if (isList(buckets)) {
    return buckets.flatMap((bucket, index) =>
      isList(bucket) ? inner(bucket[0], `${path}.fractional[${index}][0]`) : [],
    );
  }
  if (typeof name === 'string' && Object.hasOwn(evaluators, name) && !seen.has(name)) {
    return outcomesOf(evaluators[name], path, evaluators, new Set([...seen, name]));
  }
  return [];
}

/** Conditions stand at even places, but the last of an odd number is the else. */
function isResult(index: number, length: number): boolean {
  return index % 2 === 1 || (index === length - 1 && length % 2 === 1);
}
