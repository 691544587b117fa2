// A part is some files of one kind. Rules of the scope `file` see one part at a time, so that no more trees are in memory than a
// part has, and parts can be looked at side by side.
import type { SourceFile } from '../project/file.ts';
import type { Facts } from '../project/project.ts';
import type { FileKind, ProjectFile, ProjectView, Rule } from '../rules/contract.ts';
import { CliErrors } from '../errors.ts';
import type { FileAnswer, PartAnswer } from './file-answer.ts';
import { runRules, type RunOptions } from './run-rules.ts';
import { readSuppressions } from './suppressions/comments.ts';
import type { Problem } from '../project/problem.ts';

/** So many trees are in memory at a time: enough that beginning a rule costs little. */
const partBytes = 96 * 1024;
const partFiles = 64;

/** Kinds that are parsed whether or not a rule asks: a broken one is reported. */
const alwaysOpened: ReadonlySet<FileKind> = new Set([
  'script',
  'package-json',
  'dockerfile',
  'compose',
  'kubernetes',
  'workflow',
]);

/** Splits files into parts of one kind each, in their order. */
export function splitIntoParts(files: readonly SourceFile[]): readonly (readonly SourceFile[])[] {
  const parts: SourceFile[][] = [];
  for (const [, sameKind] of Map.groupBy(files, ({ likelyKind }) => likelyKind)) {
    let bytes = Infinity;
    for (const file of sameKind) {
      const isFull = bytes + file.bytes > partBytes || parts.at(-1)!.length >= partFiles;
      if (isFull) parts.push([]);
      bytes = isFull ? file.bytes : bytes + file.bytes;
      parts.at(-1)!.push(file);
    }
  }
  return parts;
}

/** Reads and parses what is always looked at. On this thread: handing a text over costs as much as parsing it. */
export function openPart(files: readonly SourceFile[], signal?: AbortSignal): void {
  for (const file of files) {
    signal?.throwIfAborted();
    if (alwaysOpened.has(file.kind)) file.open();
  }
}

export interface PartOptions extends RunOptions {
  readonly facts: Facts;
  /** What was reported of these files. */
  readonly problemsOf: (path: string) => readonly Problem[];
}

/** Runs rules of the scope `file` over a part that was opened, and lets go of its trees. */
export async function examinePart(
  files: readonly SourceFile[],
  rules: readonly Rule[],
  { facts, problemsOf, ...options }: PartOptions,
): Promise<PartAnswer> {
  const run = await runRules(rules, viewOf(files, facts), options);
  const found = Map.groupBy(run.findings, ({ raw }) => raw.file);
  const applicable = [...run.applicable];
  const answers = files.map((file): FileAnswer => {
    const { path, wasOpened } = file;
    const isOpen = wasOpened && file.open();
    return {
      path,
      ...(wasOpened && { isOpen }),
      ...(file.hasChanged && { hasChanged: true }),
      problems: problemsOf(path),
      findings: (found.get(path) ?? []).map(({ rule, raw }) => ({ rule: rule.id, raw })),
      suppressions: readSuppressions(file),
      applicable: isOpen ? applicable : [],
    };
  });
  for (const file of files) file.forget();
  return { files: answers, problems: run.problems };
}

function viewOf(files: readonly SourceFile[], facts: Facts): ProjectView {
  return {
    ...facts,
    files: (...kinds: readonly FileKind[]): readonly ProjectFile[] =>
      files.filter((file) => kinds.includes(file.kind) && file.open()),
    file: (path) => refuse(path),
    has: (path) => refuse(path),
  };
}

function refuse(path: string): never {
  throw new CliErrors.OUT_OF_SCOPE({ path });
}
