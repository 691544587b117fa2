// One folder of the workspace.
// (1) What is said about an open file is said about the text that the editor holds, never about an older one.
// (2) Rules that look at one file are asked again with every change, those that look at the project when nobody has typed for a while.
// (3) What fails is told once; what was known before it failed is still shown.
// (4) No thread, timer, watcher or file of ours outlives close().
import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { DocumentAnswer, RuleNotes } from '../engine/document.worker.ts';
import { ignoring } from '../engine/ignore.ts';
import type { AuditJob } from '../engine/job.ts';
import type { StoppedRule } from '../engine/run-rules.ts';
import { CliErrors } from '../errors.ts';
import type { Io } from '../io.ts';
import { suppressionRule } from '../engine/suppressions/rule.ts';
import type { Problem } from '../project/problem.ts';
import type { Entry } from '../project/walk.ts';
import type { Finding } from '../report/report.ts';
import { createExaminer, type Examiner } from './examiner.ts';
import { look, withText, type FileNotes, type Looked } from './look.ts';
import { moveFindings } from './moved.ts';
import { textOf } from './places.ts';
import { createRounds } from './rounds.ts';

/** How long nobody has typed or saved before the whole project is looked at, in milliseconds. */
const quietMs = { typed: 1_000, saved: 300 };
/** In an editor nobody waits as long for a rule as in a terminal. */
const longestRuleMs = 2_000;

export interface FolderOptions {
  /** The absolute path. */
  readonly root: string;
  readonly packs: URL;
  readonly io: Io;
  /** Open documents of this folder, by their path in it. */
  readonly documents: () => ReadonlyMap<string, TextDocument>;
  /** Runs what takes a whole core, one folder after the other. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  /** Shows what is under way; the signal aborts when the user does not want to wait, or the server ends. */
  readonly withProgress: (signal: AbortSignal, work: Work) => Promise<void>;
  readonly onListed: (job: AuditJob, entries: readonly Entry[]) => void;
  /** Told when there is something new to say about any file. */
  readonly onChanged: () => void;
  readonly onFailed: (error: unknown) => void;
  /** Told, once, of a rule that did not finish. */
  readonly onUnfinished: (said: Pick<Problem, 'code' | 'message'>) => void;
}

/** What takes a while: it tells how far it is, and ends when the signal aborts. */
export type Work = (signal: AbortSignal, tell: (line: string) => void) => Promise<void>;

export interface Folder {
  readonly root: string;
  /** Asks for a look at the whole project. */
  request(why: keyof typeof quietMs): void;
  /** Ends when what was asked for so far is done. */
  settled(): Promise<void>;
  /** What there is to say about an open document, as it is now. */
  notesOf(path: string, document: TextDocument): Promise<FileNotes>;
  /** What there is to say about the files that are not open, by path. */
  closedFiles(): ReadonlyMap<string, FileNotes>;
  /** What is known of the rules; undefined before the first look. */
  rules(): RuleNotes | undefined;
  close(): Promise<void>;
}

export function createFolder(options: FolderOptions): Folder {
  const { root, documents } = options;
  const answers = new WeakMap<TextDocument, Answer>();
  const openedWith = new WeakMap<TextDocument, string>();
  const told = new Set<string>();
  let place: string | undefined;
  let looked: Looked | undefined;
  let thread: { readonly key: string; readonly examiner: Examiner; readonly rules: RuleNotes } | undefined;

  const tellOf = ({ rule, code, message }: Pick<Problem, 'rule' | 'code' | 'message'>): void => {
    if (rule === undefined || told.has(rule)) return;
    told.add(rule);
    options.onUnfinished({ code, message });
  };
  const takeLook = async (signal: AbortSignal, tell: (line: string) => void): Promise<void> => {
    place ??= await mkdtemp(join(tmpdir(), 'seaworthy-lsp-'));
    const texts = new Map(Array.from(documents(), ([path, document]) => [path, textOf(document)]));
    const stopped = (looked?.unfinished ?? []).flatMap(stoppedRule);
    const listener = { log: () => {}, progress: tell };
    const next = await look({ ...options, texts, place, stopped, signal, listener });
    await useThreadFor(next);
    looked = next;
    for (const problem of next.unfinished) tellOf(problem);
    options.onChanged();
  };
  const useThreadFor = async ({ job, facts }: Looked): Promise<void> => {
    const { rules, experimental, isProduction } = job;
    const ruleTimeoutMs = Math.min(job.ruleTimeoutMs, longestRuleMs);
    const own = { root, rules, experimental, isProduction, ruleTimeoutMs };
    const key = JSON.stringify([own, facts, [...facts.dependencies]]);
    if (thread?.key === key) return;
    const onStopped = ({ rule, reason }: StoppedRule): void => {
      const { code, message } = new CliErrors.RULE_CRASHED({ rule, reason });
      tellOf({ rule, code, message });
    };
    const examiner = createExaminer({ job: own, facts, packs: options.packs, onStopped });
    const before = thread?.examiner;
    try {
      thread = { key, examiner, rules: await examiner.notes() };
    } catch (error) {
      await examiner.close();
      throw error;
    }
    await before?.close();
  };
  const rounds = createRounds(async (ending) => {
    try {
      await options.inTurn(() => options.withProgress(ending, takeLook));
    } catch (error) {
      if (!ending.aborted) options.onFailed(error);
    }
  });

  const examine = (path: string, document: TextDocument, examiner: Examiner): Promise<DocumentAnswer | undefined> => {
    const { version } = document;
    const known = answers.get(document);
    if (known?.version === version && known.examiner === examiner) return known.answer;
    const answer = examiner.examine(withText({ path, bytes: 0, isFile: true }, textOf(document))).catch((error) => {
      answers.delete(document);
      // A thread that was replaced meanwhile is no failure: with the next look everybody is asked again.
      if (thread?.examiner === examiner) options.onFailed(error);
      return undefined;
    });
    answers.set(document, { version, examiner, answer });
    return answer;
  };

  rounds.request(0);
  return {
    root,
    request: (why) => rounds.request(quietMs[why]),
    settled: rounds.settled,
    rules: () => thread?.rules,
    async notesOf(path, document) {
      if (!openedWith.has(document)) openedWith.set(document, textOf(document));
      const [last, current] = [looked, thread];
      if (last === undefined || current === undefined || !(await isLookedAt(path, last))) return nothing;
      const text = textOf(document);
      const answer = await examine(path, document, current.examiner);
      for (const problem of answer?.problems ?? []) tellOf(problem);
      const before = last.texts.get(path) ?? openedWith.get(document)!;
      const old = last.files.get(path) ?? nothing;
      return answer === undefined ? old : combine(answer, { ...old, before, text, last, rules: current.rules });
    },
    closedFiles() {
      const open = documents();
      return new Map(Array.from(looked?.files ?? []).filter(([path]) => !open.has(path)));
    },
    async close() {
      await rounds.close();
      await thread?.examiner.close();
      if (place !== undefined) await rm(place, { recursive: true, force: true });
    },
  };
}

interface Answer {
  readonly version: number;
  readonly examiner: Examiner;
  readonly answer: Promise<DocumentAnswer | undefined>;
}

const nothing: FileNotes = { findings: [], fixes: [], problems: [] };

function stoppedRule({ kind, rule, message: reason }: Problem): readonly StoppedRule[] {
  return kind === 'rule-timeout' && rule !== undefined ? [{ kind, rule, reason }] : [];
}

const neverLookedAt = /(?:^|\/)(?:node_modules|dist|\.git)(?:\/|$)/;

/** What git ignores is not in the list of files; what was never saved cannot be. */
async function isLookedAt(path: string, { job, paths }: Looked): Promise<boolean> {
  if (paths.has(path)) return true;
  if (neverLookedAt.test(path) || ignoring(job.ignore, job.ignoreFrom, job.root)(path)) return false;
  return lstat(join(job.root, path)).then(
    () => false,
    () => true,
  );
}

interface Earlier extends FileNotes {
  readonly before: string;
  readonly text: string;
  readonly last: Looked;
  readonly rules: RuleNotes;
}

/** What rules say of the text as it is, and what those that look at the project have said of it before. */
function combine(answer: DocumentAnswer, { before, text, last, rules, ...old }: Earlier): FileNotes {
  const isWhole = (id: string): boolean => rules.whole.includes(id);
  const wanted = old.findings.filter((finding) => isWhole(finding.rule) || isAboutRule(finding, rules.whole));
  const moved = moveFindings(wanted, before, text);
  const fresh = answer.findings.filter((finding) => !last.isKnown(finding));
  const said = new Set(fresh.map(nameOf));
  return {
    findings: [...fresh, ...moved.filter((finding) => !said.has(nameOf(finding)))],
    fixes: [...answer.fixes, ...(before === text ? old.fixes.filter(({ rule }) => isWhole(rule)) : [])],
    problems: answer.problems.filter(({ rule }) => rule === undefined),
  };
}

/** What is said of a suppression of such a rule: only who has asked the rule can say it. */
function isAboutRule({ rule, message }: Finding, ids: readonly string[]): boolean {
  return rule === suppressionRule.id && ids.some((id) => message.includes(id));
}

function nameOf({ rule, line, message }: Finding): string {
  return `${rule} ${line ?? 0} ${message}`;
}
