// A thread that looks at one text at a time, with the rules of the scope `file`, for as long as an editor is open. It is apart
// because a rule that never returns cannot be stopped from within its own thread.
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { createResilience } from '@seaworthy/resilience';
import { toJSON, type ErrorJson } from '@seaworthy/errors';
import { fixesOf, type Fix } from '../fix/fixes.ts';
import { SourceFile } from '../project/file.ts';
import type { Problem } from '../project/problem.ts';
import type { Facts } from '../project/project.ts';
import type { Entry } from '../project/walk.ts';
import type { Finding } from '../report/report.ts';
import type { Rule } from '../rules/contract.ts';
import { createDeadline } from './deadline.ts';
import { openExperiments } from './experiments.ts';
import { completeFindings } from './finding.ts';
import type { AuditJob } from './job.ts';
import { loadPacks, type RulePackPlugin } from './packs.ts';
import { examinePart, openPart } from './part.ts';
import { createHeart } from './pulse.ts';
import { selectRules } from './select.ts';
import { judgeFindings } from './suppressions/judge.ts';
import { suppressionRule } from './suppressions/rule.ts';

/** What the thread is given. */
export interface DocumentInput {
  readonly job: Pick<AuditJob, 'root' | 'rules' | 'experimental' | 'isProduction' | 'ruleTimeoutMs'>;
  readonly facts: Facts;
  /** The URL of a module that exports `packs`. */
  readonly packs: string;
  /** Ids of rules that took an earlier thread down. */
  readonly stopped: readonly string[];
  readonly pulse: SharedArrayBuffer;
}

/** What there is to know of the rules without them. */
export interface RuleNotes {
  /** Ids of the rules that look at one file, by their place in the pulse. */
  readonly single: readonly string[];
  /** Ids of those that look at the whole project. */
  readonly whole: readonly string[];
  /** The address of the explanation, by id. */
  readonly explanations: Readonly<Record<string, string>>;
}

/** What the thread says of a text. */
export interface DocumentAnswer {
  readonly findings: readonly Finding[];
  readonly fixes: readonly Fix[];
  /** Of the file, and of rules that did not finish. */
  readonly problems: readonly Problem[];
}

export type DocumentMessage =
  | { readonly type: 'ready'; readonly notes: RuleNotes }
  | { readonly type: 'answer'; readonly answer: DocumentAnswer }
  | { readonly type: 'failed'; readonly error: ErrorJson };

if (parentPort !== null) await serve(workerData, parentPort);

async function serve(input: DocumentInput, port: NonNullable<typeof parentPort>): Promise<void> {
  const heart = createHeart(input.pulse);
  heart.beat();
  enableCompileCache();
  const tell = (message: DocumentMessage): void => port.postMessage(message, []);
  try {
    const look = await prepare(input, (notes) => tell({ type: 'ready', notes }), heart.touch);
    port.on('message', (entry: Entry) => {
      look(entry).then(
        (answer) => tell({ type: 'answer', answer }),
        (error: unknown) => tell({ type: 'failed', error: toJSON(error) }),
      );
    });
  } catch (error) {
    tell({ type: 'failed', error: toJSON(error) });
  }
}

async function prepare(
  { job, facts, packs, stopped }: DocumentInput,
  ready: (notes: RuleNotes) => void,
  touch: (place: number) => void,
): Promise<(entry: Entry) => Promise<DocumentAnswer>> {
  const { packs: plugins }: { readonly packs: readonly RulePackPlugin[] } = await import(packs);
  const all = (await loadPacks(plugins)).rules.map(({ rule }) => rule);
  const { isOn } = await openExperiments(all, { enabled: job.experimental, isProduction: job.isProduction });
  const selected = selectRules(all, { settings: job.rules, isOn });
  const single = selected.filter(({ scope }) => scope === 'file');
  const places = new Map(single.map(({ id }, place) => [id, place]));
  ready(notesOf(all, single));
  const withDeadline = createDeadline(createResilience(), job.ruleTimeoutMs);
  // A rule that did not finish is not begun again: each time, the editor would wait for it.
  const out = new Set(stopped);
  return async (entry) => {
    const rules = single.filter(({ id }) => !out.has(id));
    const options = { facts, withDeadline, onActive: ({ id }: Rule) => touch(places.get(id)!) };
    const answer = await examine(entry, rules, { job, known: all, options });
    for (const { rule } of answer.problems) if (rule !== undefined) out.add(rule);
    return answer;
  };
}

function notesOf(all: readonly Rule[], single: readonly Rule[]): RuleNotes {
  return {
    single: single.map(({ id }) => id),
    whole: all.filter(({ scope }) => scope !== 'file').map(({ id }) => id),
    explanations: Object.fromEntries([suppressionRule, ...all].map(({ id, explain }) => [id, explain.href])),
  };
}

interface Examination {
  readonly job: DocumentInput['job'];
  readonly known: readonly Rule[];
  readonly options: Omit<Parameters<typeof examinePart>[2], 'problemsOf'>;
}

async function examine(
  entry: Entry,
  rules: readonly Rule[],
  { job, known, options }: Examination,
): Promise<DocumentAnswer> {
  const noticed: Problem[] = [];
  const file = new SourceFile(job.root, entry, (problem) => noticed.push(problem));
  openPart([file]);
  // One at a time: an error out of nowhere is then known to come from the rule that was active last.
  const part = await examinePart([file], rules, { ...options, atOnce: 1, problemsOf: () => [] });
  const [answer] = part.files;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const found = answer!.findings.map(({ rule, raw }) => ({ rule: byId.get(rule)!, raw }));
  const unfinished = new Set(part.problems.map(({ rule }) => rule));
  const { findings } = judgeFindings(
    {
      findings: found,
      suppressions: answer!.suppressions,
      known: new Set(known.map(({ id }) => id)),
      finished: new Set(rules.map(({ id }) => id).filter((id) => !unfinished.has(id))),
    },
    job.rules,
  );
  const isReadable = file.wasOpened && file.open();
  return {
    findings: completeFindings(findings, { fileOf: () => (isReadable ? file : undefined), found }),
    fixes: fixesOf(findings),
    problems: [...noticed, ...part.problems],
  };
}
