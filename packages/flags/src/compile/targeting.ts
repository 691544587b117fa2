import type { Evaluation, EvaluationContext } from '../evaluation.ts';
import { isList, isRecord } from '../json.ts';
import { isLiteral, isTrue, type Run } from '../operators/operator.ts';
import type { RuleCompiler } from './rule.ts';

/** Answers a context with a result that was made beforehand. */
export type Decide = (context: EvaluationContext | undefined, key: string) => Evaluation;

/** One condition and two results: most rules are nothing else. */
export interface Choice {
  readonly condition: Run;
  readonly ifTrue: Evaluation;
  readonly ifFalse: Evaluation;
}

/** The result of what a rule answers; called at once for what is written, and at each call for the rest. */
type ResultFor = (answer: unknown) => Evaluation;

/** Compiles a rule that is a choice; undefined if it is something else. */
export function compileChoice(rule: unknown, rules: RuleCompiler, resultFor: ResultFor): Choice | undefined {
  const parts = branchesOf(rule);
  if (!parts || parts.length > 3) return undefined;
  const [condition, yes, no = null] = parts;
  if (!isLiteral(yes) || !isLiteral(no)) return undefined;
  return { condition: rules.compile(condition), ifTrue: resultFor(yes), ifFalse: resultFor(no) };
}

/** Compiles the targeting of a flag: its branches end in results, not in names that are looked up at each call. */
export function compileDecision(rule: unknown, rules: RuleCompiler, resultFor: ResultFor): Decide {
  if (isLiteral(rule)) {
    const result = resultFor(rule);
    return () => result;
  }
  const choice = compileChoice(rule, rules, resultFor);
  if (choice) return decideBy(choice);
  const parts = branchesOf(rule);
  if (!parts) {
    const run = rules.compile(rule);
    return (context, key) => resultFor(run(context, key));
  }
  const last = parts.length - (parts.length % 2);
  const conditions = Array.from({ length: last / 2 }, (_, index) => rules.compile(parts[2 * index]));
  const results = conditions.map((_, index) => parts[2 * index + 1]);
  return branches(conditions, [...results, parts.length > last ? parts[last] : null], rules, resultFor);
}

/** The arguments of an `if` that has at least a condition and a result. */
function branchesOf(rule: unknown): readonly unknown[] | undefined {
  const parts = isRecord(rule) && Object.keys(rule).length === 1 ? rule['if'] : undefined;
  return isList(parts) && parts.length >= 2 ? parts : undefined;
}

function decideBy({ condition, ifTrue, ifFalse }: Choice): Decide {
  return (context, key) => (isTrue(condition(context, key)) ? ifTrue : ifFalse);
}

/** There is one result more than there are conditions. */
function branches(
  conditions: readonly Run[],
  outcomes: readonly unknown[],
  rules: RuleCompiler,
  resultFor: ResultFor,
): Decide {
  const decisions = outcomes.map((outcome) => compileDecision(outcome, rules, resultFor));
  const otherwise = decisions.at(-1) ?? (() => resultFor(null));
  return (context, key) => {
    for (let index = 0; index < conditions.length; index += 1) {
      if (isTrue(conditions[index]?.(context, key))) return (decisions[index] ?? otherwise)(context, key);
    }
    return otherwise(context, key);
  };
}
