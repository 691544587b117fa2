import { createRuleCompiler, type FindFlag, type RuleCompiler } from './compile/rule.ts';
import type { FlagDefinition } from './document.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import { isList, isRecord, messageOf } from './json.ts';
import type { BucketChoice, Bucketing } from './operators/fractional.ts';
import { isTrue } from './operators/operator.ts';
import { at } from './validate/problem.ts';

/** One look at a part of the targeting, in the order of evaluation. */
export interface ExplainedStep {
  /** Where in the flag, such as `targeting.if[0]`. */
  readonly path: string;
  readonly rule: unknown;
  /** What it answered; for a condition, whether its branch was taken is told by `isTaken`. */
  readonly answer: unknown;
  readonly isTaken?: boolean;
  /** How the subject came into its bucket, for each `fractional` that was asked. */
  readonly choices?: readonly BucketChoice[];
}

/** Why a flag has its value for a context. */
export interface Explanation {
  readonly key: string;
  readonly evaluation: Evaluation;
  /** Empty where no rule was asked. */
  readonly steps: readonly ExplainedStep[];
  /** One sentence. */
  readonly because: string;
}

export interface ExplainParts {
  readonly key: string;
  readonly definition: FlagDefinition | undefined;
  readonly evaluators: Readonly<Record<string, unknown>>;
  readonly base: EvaluationContext;
  readonly bucketing: Bucketing;
  readonly evaluation: Evaluation;
  readonly findFlag: FindFlag;
}

/** Follows the branches of the targeting that a context takes. Never throws. */
export function explainFlag(parts: ExplainParts, context: EvaluationContext | undefined): Explanation {
  const { key, definition, evaluators, base, bucketing, evaluation, findFlag } = parts;
  const steps: ExplainedStep[] = [];
  const isAsked = evaluation.reason !== 'OVERRIDE' && definition?.state === 'ENABLED';
  if (isAsked && isRecord(definition.targeting) && Object.keys(definition.targeting).length > 0) {
    const choices: BucketChoice[] = [];
    const rules = createRuleCompiler(evaluators, base, bucketing, findFlag, (choice) => void choices.push(choice));
    follow(definition.targeting, 'targeting', { rules, choices, evaluators, context, key, steps, refs: new Set() });
  }
  return { key, evaluation, steps, because: sentence(evaluation, steps) };
}

interface Walk {
  readonly rules: RuleCompiler;
  /** Those of the rule that is being asked. */
  readonly choices: BucketChoice[];
  readonly evaluators: Readonly<Record<string, unknown>>;
  readonly context: EvaluationContext | undefined;
  readonly key: string;
  readonly steps: ExplainedStep[];
  readonly refs: ReadonlySet<string>;
}

function follow(rule: unknown, path: string, walk: Walk): void {
  const { if: branches, $ref: name } = isRecord(rule) ? rule : {};
  if (typeof name === 'string' && Object.hasOwn(walk.evaluators, name) && !walk.refs.has(name)) {
    const refs = new Set([...walk.refs, name]);
    return follow(walk.evaluators[name], at('$evaluators', name), { ...walk, refs });
  }
  if (!isList(branches) || branches.length < 2) {
    return void walk.steps.push({ path, rule, ...answerOf(rule, walk) });
  }
  let index = 0;
  for (; index + 1 < branches.length; index += 2) {
    const condition = branches[index];
    const answered = answerOf(condition, walk);
    const isTaken = isTrue(answered.answer);
    walk.steps.push({ path: at(at(path, 'if'), index), rule: condition, ...answered, isTaken });
    if (isTaken) return follow(branches[index + 1], at(at(path, 'if'), index + 1), walk);
  }
  return follow(index < branches.length ? branches[index] : null, at(at(path, 'if'), index), walk);
}

function answerOf(rule: unknown, { rules, choices, context, key }: Walk): Pick<ExplainedStep, 'answer' | 'choices'> {
  choices.length = 0;
  const answer = tryRun(() => rules.compile(rule)(context, key));
  return { answer, ...(choices.length > 0 && { choices: [...choices] }) };
}

function tryRun(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return `failed: ${messageOf(error)}`;
  }
}

function sentence({ reason, variant, errorMessage }: Evaluation, steps: readonly ExplainedStep[]): string {
  const gave = variant === undefined ? 'there is no value' : `the variant is ${JSON.stringify(variant)}`;
  const last = steps.at(-1);
  if (reason === 'ERROR') return errorMessage ?? 'The evaluation failed.';
  if (reason === 'OVERRIDE') return `An override demands it: ${gave}.`;
  if (reason === 'DISABLED') return `The flag is disabled: ${gave}.`;
  if (!last) return `The flag has no targeting: ${gave}.`;
  if (reason === 'DEFAULT') return `The targeting says nothing at ${last.path}, so the default counts: ${gave}.`;
  return `The targeting answers ${JSON.stringify(last.answer)} at ${last.path}: ${gave}.`;
}
