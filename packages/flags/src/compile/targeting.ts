import type { Evaluation, EvaluationContext } from '../evaluation.ts';
import { isList, isRecord } from '../json.ts';
import { isLiteral, isTrue, type Run } from '../operators/operator.ts';
import type { RuleCompiler } from './rule.ts';

/** Answers a context with a result that was made beforehand. */
export type Decide = (context: EvaluationContext | undefined, key: string) => Evaluation;

/**
 * Compiles the targeting of a flag: its branches end in results, not in names that are looked up at each call.
 *
 * @param resultFor The result of what a rule answers; called at once for what is written, and at each call for the rest.
 */
export function compileDecision(
  rule: unknown,
  rules: RuleCompiler,
  resultFor: (answer: unknown) => Evaluation,
): Decide {
  if (isLiteral(rule)) {
    const result = resultFor(rule);
    return () => result;
  }
  const parts = isRecord(rule) && Object.keys(rule).length === 1 ? rule['if'] : undefined;
  if (!isList(parts) || parts.length < 2) {
    const run = rules.compile(rule);
    return (context, key) => resultFor(run(context, key));
  }
  const last = parts.length - (parts.length % 2);
  const conditions = Array.from({ length: last / 2 }, (_, index) => rules.compile(parts[2 * index]));
  const results = conditions.map((_, index) => parts[2 * index + 1]);
  return branches(conditions, [...results, parts.length > last ? parts[last] : null], rules, resultFor);
}

/** There is one result more than there are conditions. */
function branches(
  conditions: readonly Run[],
  outcomes: readonly unknown[],
  rules: RuleCompiler,
  resultFor: (answer: unknown) => Evaluation,
): Decide {
  const [condition] = conditions;
  const [yes, no] = outcomes;
  if (condition && conditions.length === 1 && isLiteral(yes) && isLiteral(no)) {
    const [ifTrue, ifFalse] = [resultFor(yes), resultFor(no)];
    return (context, key) => (isTrue(condition(context, key)) ? ifTrue : ifFalse);
  }
  const decisions = outcomes.map((outcome) => compileDecision(outcome, rules, resultFor));
  const otherwise = decisions.at(-1) ?? (() => resultFor(null));
  return (context, key) => {
    for (let index = 0; index < conditions.length; index += 1) {
      if (isTrue(conditions[index]?.(context, key))) return (decisions[index] ?? otherwise)(context, key);
    }
    return otherwise(context, key);
  };
}
