// (1) A rule that throws, rejects, hangs or answers nonsense is named in a problem; the other rules run on.
// (2) Rules begin in the order of their ids, a few at a time; their findings are sorted later.
// (3) When the signal aborts, no further rule begins and the run rejects with the signal's reason.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CliErrors } from '../errors.ts';
import { sentence, type Problem } from '../project/problem.ts';
import type { Category, ProjectView, Rule, RuleFinding } from '../rules/contract.ts';
import { observe } from './observe.ts';
import { flawOf, type RawFinding } from './raw-finding.ts';

export interface RunOptions {
  /** Runs a task that must finish in time. @throws what the task throws; a value that `isTimeout` knows */
  readonly withDeadline: Deadline;
  readonly signal?: AbortSignal;
  /** Rules that were stopped in an earlier run: they are reported, and do not run. */
  readonly stopped?: readonly StoppedRule[];
  /** How many rules are under way at a time. @default 4 */
  readonly atOnce?: number;
  /** Told of every rule that begins. */
  readonly onRule?: (rule: Rule) => void;
  /** Told when a rule begins, and when it asks for something. */
  readonly onActive?: (rule: Rule) => void;
  /** Told of the whole error of a rule that crashed: a problem holds one line of it. */
  readonly onCrash?: (rule: Rule, error: unknown) => void;
}

/** A rule that took its thread with it. */
export interface StoppedRule {
  readonly rule: string;
  readonly kind: 'rule-crashed' | 'rule-timeout';
  readonly reason: string;
}

/** Gives a task a signal that aborts when its time is over, and does not wait for it any longer then. */
export interface Deadline {
  readonly timeoutMs: number;
  run<T>(task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  isTimeout(error: unknown): boolean;
}

export interface RunResult {
  readonly findings: readonly RawFinding[];
  readonly problems: readonly Problem[];
  /** Ids of the rules that finished. */
  readonly finished: ReadonlySet<string>;
  /** Categories in which a rule had something to look at. */
  readonly applicable: ReadonlySet<Category>;
}

/** One rule's part of the result. */
interface Outcome {
  readonly rule: Rule;
  readonly findings: readonly RuleFinding[];
  readonly problems: readonly Problem[];
  readonly hasFinished: boolean;
  readonly hasLooked: boolean;
}

/** Runs the rules side by side over one view. */
export async function runRules(rules: readonly Rule[], view: ProjectView, options: RunOptions): Promise<RunResult> {
  const { atOnce = 4 } = options;
  const outcomes: Outcome[] = [];
  const waiting = rules.values();
  const work = async (): Promise<void> => {
    for (const rule of waiting) {
      // Most rules are synchronous: without this turn a Ctrl-C would wait for all of them.
      await nextTurn();
      options.signal?.throwIfAborted();
      options.onRule?.(rule);
      outcomes.push(await runRule(rule, view, options));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return merge(outcomes);
}

async function runRule(rule: Rule, view: ProjectView, options: RunOptions): Promise<Outcome> {
  const { withDeadline, signal } = options;
  const gone = options.stopped?.find((each) => each.rule === rule.id);
  if (gone !== undefined) return unfinished(rule, stoppedProblem(rule, gone, withDeadline.timeoutMs));
  options.onActive?.(rule);
  const observed = observe(view, () => options.onActive?.(rule));
  try {
    const answer = await withDeadline.run(async (stop) => await rule.check(observed.view, stop), signal);
    const { findings, problems } = checkAnswer(rule, answer);
    return { rule, findings, problems, hasFinished: problems.length === 0, hasLooked: observed.hasLooked() };
  } catch (error) {
    signal?.throwIfAborted();
    options.onCrash?.(rule, error);
    const problem = withDeadline.isTimeout(error)
      ? timedOut(rule, withDeadline.timeoutMs)
      : crashed(rule, reasonOfCrash(error));
    return unfinished(rule, problem);
  }
}

function unfinished(rule: Rule, problem: Problem): Outcome {
  return { rule, findings: [], problems: [problem], hasFinished: false, hasLooked: false };
}

function stoppedProblem(rule: Rule, { kind, reason }: StoppedRule, timeoutMs: number): Problem {
  return kind === 'rule-timeout' ? timedOut(rule, timeoutMs) : crashed(rule, reason);
}

function checkAnswer(
  rule: Rule,
  answer: unknown,
): { readonly findings: readonly RuleFinding[]; readonly problems: readonly Problem[] } {
  if (!Array.isArray(answer)) return { findings: [], problems: [invalid(rule, 'it answered no list.')] };
  const list: readonly RuleFinding[] = answer;
  const flaws = new Map(list.map((each) => [each, flawOf(each)]));
  return {
    findings: list.filter((each) => flaws.get(each) === undefined),
    problems: [...new Set(flaws.values())].filter((flaw) => flaw !== undefined).map((flaw) => invalid(rule, flaw)),
  };
}

function crashed({ id }: Rule, reason: string): Problem {
  const { code, message } = new CliErrors.RULE_CRASHED({ rule: id, reason: sentence(reason) });
  return { kind: 'rule-crashed', code, message, rule: id };
}

function reasonOfCrash(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${String(error)}`;
}

function timedOut({ id }: Rule, timeoutMs: number): Problem {
  const { code, message } = new CliErrors.RULE_TIMEOUT({ rule: id, timeoutMs });
  return { kind: 'rule-timeout', code, message, rule: id };
}

function invalid({ id }: Rule, reason: string): Problem {
  const { code, message } = new CliErrors.RULE_FINDING_INVALID({ rule: id, reason });
  return { kind: 'rule-crashed', code, message, rule: id };
}

function merge(outcomes: readonly Outcome[]): RunResult {
  return {
    findings: outcomes.flatMap(({ rule, findings }) => findings.map((raw) => ({ rule, raw }))),
    problems: outcomes.flatMap(({ problems }) => problems),
    finished: new Set(outcomes.filter(({ hasFinished }) => hasFinished).map(({ rule }) => rule.id)),
    applicable: new Set(outcomes.filter(({ hasLooked }) => hasLooked).map(({ rule }) => rule.category)),
  };
}
