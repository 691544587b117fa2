// (1) The answers do not depend on how files are split, on threads, or on what was kept from an earlier run.
// (2) A rule that did not finish in one part has no findings at all, and does not begin another part.
import type { SourceFile } from '../project/file.ts';
import type { Facts, Project } from '../project/project.ts';
import type { Problem } from '../project/problem.ts';
import type { Rule } from '../rules/contract.ts';
import type { FileAnswer, PartAnswer } from './file-answer.ts';
import type { Helper, Helpers } from './helpers.ts';
import { examinePart, openPart, splitIntoParts } from './part.ts';
import type { RunOptions, RunResult } from './run-rules.ts';
import type { Suppression } from './suppressions/comments.ts';

/** Answers about files, by their path. */
export interface Known {
  get(file: SourceFile): FileAnswer | undefined;
  set(file: SourceFile, answer: FileAnswer): void;
}

/** Starts as many threads as so many bytes are worth. */
export type HelperStarter = (work: {
  /** The ids of the rules. */
  readonly rules: readonly string[];
  readonly facts: Facts;
  readonly bytes: number;
}) => Helpers;

export interface ExamineOptions extends RunOptions {
  /** Answers that need not be found again. @default none */
  readonly known?: Known;
  /** Starts threads that help. @default none */
  readonly startHelpers?: HelperStarter;
  readonly onFile?: (done: number, all: number) => void;
  /** Told how many bytes this thread is done with. */
  readonly onDone?: (bytes: number) => void;
}

export interface Examined extends RunResult {
  /** Those of files that are done with. */
  readonly suppressions: ReadonlyMap<string, readonly Suppression[]>;
}

/** Runs rules of the scope `file` over all files, part by part; what the files are is then known to the project. */
export async function examineFiles(
  project: Project,
  rules: readonly Rule[],
  { known, ...options }: ExamineOptions,
): Promise<Examined> {
  const kept = known === undefined ? [] : project.files.flatMap((file) => adopt(project, file, known.get(file)));
  const paths = new Set(kept.map(({ path }) => path));
  const parts = splitIntoParts(project.files.filter(({ path }) => !paths.has(path)));
  const partAnswers = await examineParts(project, parts, rules, options);
  const answers = partAnswers.flatMap(({ files }) => files);
  const problems = problemsIn(partAnswers);
  const isWhole = problems.length === 0;
  if (known !== undefined && isWhole) {
    const byPath = new Map(answers.map((answer) => [answer.path, answer]));
    for (const file of parts.flat()) if (!file.hasChanged) known.set(file, byPath.get(file.path)!);
  }
  return merge([...kept, ...answers], problems, rules);
}

/** A file that is as it was is neither read nor parsed, unless a rule of the project asks for it. */
function adopt(project: Project, file: SourceFile, answer: FileAnswer | undefined): readonly FileAnswer[] {
  if (answer === undefined) return [];
  // What the project is may have depended on the file: then it was opened, and reported.
  if (answer.isOpen === undefined || file.wasOpened) return [answer];
  file.adopt(answer.isOpen, answer.hasChanged === true);
  for (const problem of answer.problems) project.report(problem);
  return [answer];
}

interface Queue {
  readonly parts: readonly (readonly SourceFile[])[];
  /** The next part that nobody has taken. */
  readonly next: ArrayIterator<[number, readonly SourceFile[]]>;
  readonly answers: PartAnswer[];
}

/** This thread and its helpers take parts from one queue. */
async function examineParts(
  project: Project,
  parts: Queue['parts'],
  rules: readonly Rule[],
  options: ExamineOptions,
): Promise<Queue['answers']> {
  const { manifest, dependencies, shape } = project.view;
  const facts = { manifest, dependencies, shape };
  const queue: Queue = { parts, next: parts.entries(), answers: [] };
  const bytes = parts.flat().reduce((sum, file) => sum + file.bytes, 0);
  const helpers = options.startHelpers?.({ rules: rules.map(({ id }) => id), facts, bytes });
  try {
    await Promise.all([
      examineHere(project, queue, rules, { ...options, facts }),
      ...(helpers?.list ?? []).map((helper) => examineThere(project, queue, helper)),
    ]);
  } finally {
    await helpers?.close();
  }
  return queue.answers;
}

async function examineHere(
  project: Project,
  queue: Queue,
  rules: readonly Rule[],
  { onFile, onDone, ...options }: ExamineOptions & { readonly facts: Facts },
): Promise<void> {
  for (const [index, part] of queue.next) {
    openPart(part, options.signal);
    const without = stoppedBefore(queue, index);
    const left = rules.filter(({ id }) => !without.includes(id));
    queue.answers[index] = await examinePart(part, left, { ...options, problemsOf: project.problemsOf });
    onDone?.(part.reduce((sum, file) => sum + file.bytes, 0));
    onFile?.(
      queue.answers.reduce((sum, { files }) => sum + files.length, 0),
      project.files.length,
    );
  }
}

async function examineThere(project: Project, queue: Queue, helper: Helper): Promise<void> {
  for (const [index, part] of queue.next) {
    const without = stoppedBefore(queue, index);
    const answer = await helper.examine({ entries: part.map(({ entry }) => entry), without });
    const byPath = new Map(answer.files.map((each) => [each.path, each]));
    for (const file of part) adopt(project, file, byPath.get(file.path));
    queue.answers[index] = answer;
  }
}

/** What happened in later parts does not count, or the first part to break a rule would depend on who was quicker. */
function stoppedBefore({ answers }: Queue, index: number): readonly string[] {
  return answers.slice(0, index).flatMap(({ problems }) => problems.flatMap(({ rule }) => rule ?? []));
}

/** What each rule has said in the first part that it did not finish. */
function problemsIn(answers: readonly PartAnswer[]): readonly Problem[] {
  const seen = new Set<string | undefined>();
  return answers.flatMap(({ problems }) => {
    const fresh = problems.filter(({ rule }) => !seen.has(rule));
    for (const { rule } of fresh) seen.add(rule);
    return fresh;
  });
}

function merge(answers: readonly FileAnswer[], problems: readonly Problem[], rules: readonly Rule[]): Examined {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const { rule } of problems) byId.delete(rule ?? '');
  return {
    findings: answers.flatMap(({ findings }) =>
      findings.flatMap(({ rule: id, raw }) => {
        const rule = byId.get(id);
        return rule === undefined ? [] : [{ rule, raw }];
      }),
    ),
    problems,
    finished: new Set(byId.keys()),
    applicable: new Set(answers.flatMap(({ applicable }) => applicable)),
    suppressions: new Map(
      answers.flatMap(({ path, isOpen, suppressions }) =>
        isOpen === undefined ? [] : [[path, suppressions] as const],
      ),
    ),
  };
}
