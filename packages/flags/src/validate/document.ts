import { isList, isRecord } from '../json.ts';
import { flagsByKey } from './flag-list.ts';
import { checkFlag, checkMetadata, checkTargeting } from './flag.ts';
import { checkOutcomes } from './meaning.ts';
import { prerequisiteProblems } from './prerequisites.ts';
import { at, nowhere, show, type FlagProblem, type Report } from './problem.ts';
import type { RuleVisitor } from './rule.ts';

const deepest = 100;

interface CheckedEvaluators {
  /** The names of those that cannot be used. */
  readonly broken: ReadonlySet<string>;
  /** Whether one asks for a flag. */
  readonly isAsking: boolean;
}

/** The `$evaluators` that each rule names, by the path of the rule. */
type References = Map<string, { readonly path: string; readonly name: string }[]>;

/**
 * Checks a parsed document against flagd's schema, and for what a schema cannot say: unknown references, references
 * that lead back to themselves, and variants that do not exist.
 */
export function validateFlags(document: unknown): readonly FlagProblem[] {
  if (!isRecord(document))
    return [{ path: '', message: `The document is ${show(document)}; write an object with "flags"` }];
  const { $evaluators = {}, metadata, flags: list } = document;
  if (isDeeperThan($evaluators, deepest - 1) || isDeeperThan(metadata, deepest - 1)) return tooDeep;
  if (!isRecord(list) && isDeeperThan(list, deepest - 1)) return tooDeep;
  const problems: FlagProblem[] = [];
  const report: Report = (path, message) => void problems.push({ path, message });
  if (metadata !== undefined) checkMetadata(metadata, 'metadata', report);
  if (!isRecord($evaluators)) report('$evaluators', `is ${show($evaluators)}; write an object of name to rule`);
  const flags = flagsByKey(document, report);
  if (problems.length > 0 || !flags || !isRecord($evaluators)) return problems;
  const { broken, isAsking } = checkEvaluators($evaluators, problems);
  return checkFlags(flags, $evaluators, { broken, isAsking }, problems);
}

const tooDeep: readonly FlagProblem[] = [{ path: '', message: `The document is nested deeper than ${deepest} levels` }];

function checkFlags(
  flags: Readonly<Record<string, unknown>>,
  evaluators: Readonly<Record<string, unknown>>,
  { broken, isAsking }: CheckedEvaluators,
  problems: FlagProblem[],
): readonly FlagProblem[] {
  let isDeep = false;
  let found = 0;
  const onTooDeep = (): void => void (isDeep = true);
  let isAsker = false;
  const onPrerequisite = (): void => void (isAsker = true);
  const counting = { ...visitorOf(() => void (found += 1), evaluators, broken), onTooDeep, onPrerequisite };
  const visitor: RuleVisitor = isAsking ? { ...counting, onReference: alsoAsking(counting) } : counting;
  const askers = new Set<string>();
  for (const key of Object.keys(flags)) {
    const flag = flags[key];
    found = key === '' ? 1 : 0;
    isAsker = false;
    isDeep = isDeepBeside(flag);
    if (!isDeep) checkWhole(flag, nowhere, evaluators, visitor);
    if (isDeep) return tooDeep;
    if (found > 0) problems.push(...flagProblems(key, flag, evaluators, broken));
    if (isAsker) askers.add(key);
  }
  if (askers.size > 0 || isAsking) problems.push(...prerequisiteProblems(flags, evaluators, askers));
  return problems;
}

/** Where shared rules ask for flags, whoever names one may. */
function alsoAsking({ onReference, onPrerequisite }: Required<RuleVisitor>): RuleVisitor['onReference'] {
  return (path, name) => {
    onPrerequisite();
    onReference(path, name);
  };
}

/** Whether anything but the rule, which is looked at when it is checked, is nested too deep. */
function isDeepBeside(flag: unknown): boolean {
  if (!isRecord(flag)) return isDeeperThan(flag, deepest - 2);
  for (const name in flag) {
    const part = flag[name];
    if (name === 'targeting' && isRecord(part)) continue;
    if (typeof part === 'object' && isDeeperThan(part, deepest - 3)) return true;
  }
  return false;
}

function flagProblems(
  key: string,
  flag: unknown,
  evaluators: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
): readonly FlagProblem[] {
  const path = at('flags', key);
  const problems: FlagProblem[] = [];
  const report: Report = (where, message) => void problems.push({ path: where, message, flag: key });
  if (key === '') report(path, 'is a flag without a key');
  checkWhole(flag, path, evaluators, visitorOf(report, evaluators, broken));
  return problems;
}

function visitorOf(
  report: Report,
  evaluators: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
): RuleVisitor {
  return {
    report,
    onTooDeep() {},
    onReference(where, name) {
      if (!Object.hasOwn(evaluators, name)) report(where, `names ${show(name)}, which is not in $evaluators`);
      else if (broken.has(name)) report(where, `names ${show(name)}, which is broken in $evaluators`);
    },
  };
}

function checkWhole(
  flag: unknown,
  path: string,
  evaluators: Readonly<Record<string, unknown>>,
  visitor: RuleVisitor,
): void {
  checkFlag(flag, path, visitor);
  if (isRecord(flag)) checkOutcomes(flag, path, evaluators, visitor.report);
}

function checkEvaluators(evaluators: Readonly<Record<string, unknown>>, problems: FlagProblem[]): CheckedEvaluators {
  let isAsking = false;
  const broken = new Set<string>();
  const references: References = new Map();
  for (const [name, rule] of Object.entries(evaluators)) {
    const named: { path: string; name: string }[] = [];
    references.set(name, named);
    const visitor: RuleVisitor = {
      onTooDeep() {},
      onPrerequisite: () => void (isAsking = true),
      report(path, message) {
        broken.add(name);
        problems.push({ path, message, evaluator: name });
      },
      onReference(path, other) {
        named.push({ path, name: other });
        if (!Object.hasOwn(evaluators, other))
          visitor.report(path, `names ${show(other)}, which is not in $evaluators`);
      },
    };
    checkTargeting(rule, at('$evaluators', name), visitor);
  }
  for (const name of references.keys()) {
    if (!leadsTo(name, name, references)) continue;
    broken.add(name);
    problems.push({ path: at('$evaluators', name), message: 'leads back to itself', evaluator: name });
  }
  for (const name of references.keys()) {
    if ([...broken].some((other) => leadsTo(name, other, references))) broken.add(name);
  }
  return { broken, isAsking };
}

function leadsTo(from: string, to: string, references: References): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (const current of queue) {
    for (const { name } of references.get(current) ?? []) {
      if (name === to) return true;
      if (!seen.has(name)) queue.push(name);
      seen.add(name);
    }
  }
  return false;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (isList(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const inner = value[index];
      if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
    }
  } else if (isRecord(value)) {
    // This looks at every object of a document: no list of values for each, and no call for what has nothing in it.
    for (const name in value) {
      const inner = value[name];
      if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
    }
  }
  return false;
}
