// A thread that examines parts for the thread that audits. It knows rules and facts from its beginning, and parts as they come.
import { parentPort, workerData } from 'node:worker_threads';
import { createResilience } from '@seaworthy/resilience';
import type { Problem } from '../project/problem.ts';
import { SourceFile } from '../project/file.ts';
import type { Facts } from '../project/project.ts';
import type { Entry } from '../project/walk.ts';
import type { Rule } from '../rules/contract.ts';
import { createDeadline } from './deadline.ts';
import type { PartAnswer } from './file-answer.ts';
import { loadPacks, type RulePackPlugin } from './packs.ts';
import { examinePart, openPart } from './part.ts';
import { createHeart } from './pulse.ts';
import { withSetting, type RuleSetting } from './select.ts';
import { createSweep } from './sweep.ts';

/** What a helper is given when it starts. */
export interface HelperInput {
  readonly root: string;
  /** The URL of a module that exports `packs`. */
  readonly packs: string;
  /** Ids of the rules that run, in order. */
  readonly rules: readonly string[];
  readonly settings: Readonly<Record<string, RuleSetting>>;
  readonly facts: Facts;
  readonly ruleTimeoutMs: number;
  readonly pulse: SharedArrayBuffer;
}

/** A part to examine. */
export interface HelperTask {
  readonly entries: readonly Entry[];
  /** Rules that are left out. */
  readonly without: readonly string[];
}

if (parentPort !== null) await serve(workerData, parentPort);

async function serve(input: HelperInput, port: NonNullable<typeof parentPort>): Promise<void> {
  const heart = createHeart(input.pulse);
  heart.beat();
  const { packs }: { readonly packs: readonly RulePackPlugin[] } = await import(input.packs);
  const rules = await chosen(packs, input);
  const withDeadline = createDeadline(createResilience(), input.ruleTimeoutMs);
  const onActive = ({ id }: Rule): void => heart.touch(input.rules.indexOf(id));
  const sweep = createSweep();
  const answer = async (task: HelperTask): Promise<void> => {
    port.postMessage(await examine(task, rules, input, { withDeadline, onActive }), []);
    sweep(task.entries.reduce((sum, { bytes }) => sum + bytes, 0));
  };
  port.on('message', (task: HelperTask) => void answer(task));
}

async function chosen(packs: readonly RulePackPlugin[], { rules, settings }: HelperInput): Promise<readonly Rule[]> {
  const loaded = await loadPacks(packs);
  const byId = new Map(loaded.rules.map(({ rule }) => [rule.id, rule]));
  return rules.flatMap((id) => byId.get(id) ?? []).map((rule) => withSetting(rule, settings[rule.id]));
}

async function examine(
  { entries, without }: HelperTask,
  rules: readonly Rule[],
  { root, facts }: HelperInput,
  options: Pick<Parameters<typeof examinePart>[2], 'withDeadline' | 'onActive'>,
): Promise<PartAnswer> {
  const problems: Problem[] = [];
  const files = entries.map((entry) => new SourceFile(root, entry, (problem) => problems.push(problem)));
  openPart(files);
  return examinePart(
    files,
    rules.filter(({ id }) => !without.includes(id)),
    { ...options, facts, problemsOf: (path) => problems.filter(({ file }) => file === path) },
  );
}
