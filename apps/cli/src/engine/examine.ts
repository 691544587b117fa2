// (1) The answers do not depend on how files are split, on threads, or on what was kept from an earlier run.
// (2) A rule that did not finish in one part has no findings at all, and does not begin another part.
import type { SourceFile } from '../project/file.ts';
import type { Project } from '../project/project.ts';
import type { Problem } from '../project/problem.ts';
import type { Rule } from '../rules/contract.ts';
import type { FileAnswer } from './file-answer.ts';
import { examinePart, openPart, splitIntoParts } from './part.ts';
import type { RunOptions, RunResult } from './run-rules.ts';
import type { Suppression } from './suppressions/comments.ts';

/** Answers about files, by their path. */
export interface Known {
  get(file: SourceFile): FileAnswer | undefined;
  set(file: SourceFile, answer: FileAnswer): void;
}

export interface ExamineOptions extends RunOptions {
  /** Answers that need not be found again. @default none */
  readonly known?: Known;
  readonly onFile?: (done: number, all: number) => void;
}

export interface Examined extends RunResult {
  /** Those of files that are done with. */
  readonly suppressions: ReadonlyMap<string, readonly Suppression[]>;
}

/** Runs rules of the scope `file` over all files, part by part; what the files are is then known to the project. */
export async function examineFiles(
  project: Project,
  rules: readonly Rule[],
  { known, onFile, ...options }: ExamineOptions,
): Promise<Examined> {
  const kept = known === undefined ? [] : project.files.flatMap((file) => adopt(project, file, known.get(file)));
  const paths = new Set(kept.map(({ path }) => path));
  const parts = splitIntoParts(project.files.filter(({ path }) => !paths.has(path)));
  const { answers, problems } = await examineParts(project, parts, rules, { ...options, ...(onFile && { onFile }) });
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
  file.adopt(answer.isOpen);
  for (const problem of answer.problems) project.report(problem);
  return [answer];
}

async function examineParts(
  project: Project,
  parts: readonly (readonly SourceFile[])[],
  rules: readonly Rule[],
  { onFile, ...options }: Omit<ExamineOptions, 'known'>,
): Promise<{ readonly answers: readonly FileAnswer[]; readonly problems: readonly Problem[] }> {
  const { signal } = options;
  const { manifest, dependencies, shape } = project.view;
  const answers: FileAnswer[] = [];
  const problems: Problem[] = [];
  let opening = openPart(parts[0] ?? [], signal);
  for (const [index, part] of parts.entries()) {
    await opening;
    // The next part is parsed beside this thread, while rules run in it.
    opening = openPart(parts[index + 1] ?? [], signal);
    opening.catch(() => {});
    const stopped = new Set(problems.flatMap(({ rule }) => rule ?? []));
    const answer = await examinePart(
      part,
      rules.filter(({ id }) => !stopped.has(id)),
      {
        ...options,
        facts: { manifest, dependencies, shape },
        problemsOf: (path) => project.problems().filter(({ file }) => file === path),
      },
    );
    answers.push(...answer.files);
    problems.push(...answer.problems);
    onFile?.(answers.length, project.files.length);
  }
  return { answers, problems };
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
