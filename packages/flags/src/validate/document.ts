import { isList, isRecord } from '../json.ts';
import { flagsByKey } from './flag-list.ts';
import { checkFlag, checkMetadata, checkTargeting } from './flag.ts';
import { checkOutcomes } from './meaning.ts';
import { at, show, type FlagProblem, type Report } from './problem.ts';
import type { RuleVisitor } from './rule.ts';

const deepest = 100;

/** The `$evaluators` that each rule names, by the path of the rule. */
type References = Map<string, { readonly path: string; readonly name: string }[]>;

/**
 * Checks a parsed document against flagd's schema, and for what a schema cannot say: unknown references, references
 * that lead back to themselves, and variants that do not exist.
 */
export function validateFlags(document: unknown): readonly FlagProblem[] {
  if (!isRecord(document))
    return [{ path: '', message: `The document is ${show(document)}; write an object with "flags"` }];
  if (isDeeperThan(document, deepest))
    return [{ path: '', message: `The document is nested deeper than ${deepest} levels` }];
  const { $evaluators = {}, metadata } = document;
  const problems: FlagProblem[] = [];
  const report: Report = (path, message) => void problems.push({ path, message });
  if (metadata !== undefined) checkMetadata(metadata, 'metadata', report);
  if (!isRecord($evaluators)) report('$evaluators', `is ${show($evaluators)}; write an object of name to rule`);
  const flags = flagsByKey(document, report);
  if (problems.length > 0 || !flags || !isRecord($evaluators)) return problems;
  const broken = checkEvaluators($evaluators, problems);
  for (const [key, flag] of Object.entries(flags)) {
    problems.push(...flagProblems(key, flag, $evaluators, broken));
  }
  return problems;
}

function flagProblems(
  key: string,
  flag: unknown,
  evaluators: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
): readonly FlagProblem[] {
  const problems: FlagProblem[] = [];
  const report: Report = (path, message) => void problems.push({ path, message, flag: key });
  const path = at('flags', key);
  if (key === '') report(path, 'is a flag without a key');
  checkFlag(flag, path, {
    report,
    onReference(where, name) {
      if (!Object.hasOwn(evaluators, name)) report(where, `names ${show(name)}, which is not in $evaluators`);
      else if (broken.has(name)) report(where, `names ${show(name)}, which is broken in $evaluators`);
    },
  });
  if (isRecord(flag)) checkOutcomes(flag, path, evaluators, report);
  return problems;
}

/** Returns the names of those that cannot be used. */
function checkEvaluators(evaluators: Readonly<Record<string, unknown>>, problems: FlagProblem[]): ReadonlySet<string> {
  const broken = new Set<string>();
  const references: References = new Map();
  for (const [name, rule] of Object.entries(evaluators)) {
    const named: { path: string; name: string }[] = [];
    references.set(name, named);
    const visitor: RuleVisitor = {
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
  return broken;
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
  if (!isRecord(value) && !isList(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
