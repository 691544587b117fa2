import type { FileKind, ProjectFile, ProjectView } from '../rules/contract.ts';
import { SourceFile } from './file.ts';
import { compareProblems, type Problem } from './problem.ts';
import { isRecord, type DataRecord } from './record.ts';
import { tellShape } from './shape.ts';
import type { Walk } from './walk.ts';

/** A project as the engine sees it: the view that rules get, and what went wrong behind it. */
export interface Project {
  readonly view: ProjectView;
  /** Every file of the project, opened or not, sorted by path. */
  readonly files: readonly SourceFile[];
  /** What could not be read or parsed so far, in a stable order. */
  problems(): readonly Problem[];
  /** Reads and parses what most rules ask for, on several threads; a signal is heard between files. */
  warm(signal?: AbortSignal, onFile?: (done: number, all: number) => void): Promise<void>;
}

const warmKinds: ReadonlySet<FileKind> = new Set([
  'script',
  'package-json',
  'dockerfile',
  'compose',
  'kubernetes',
  'workflow',
]);

/** More than there are threads to parse in, so that these never wait for the main thread. */
const atOnce = 8;

/** Makes a read-only project of what a walk has found. Files are read when they are first asked for. */
export function createProject(root: string, walk: Walk): Project {
  const problems: Problem[] = [...walk.problems];
  const report = (problem: Problem): number => problems.push(problem);
  const files = walk.entries.filter(({ isFile }) => isFile).map((entry) => new SourceFile(root, entry, report));
  return {
    view: createView(files, new Set(walk.entries.flatMap(({ path }) => withDirectories(path)))),
    files,
    problems: () => problems.toSorted(compareProblems),
    warm: (signal, onFile) => warm(files, signal, onFile),
  };
}

/** `a/b/c` stands for `a`, `a/b` and itself. */
function withDirectories(path: string): readonly string[] {
  const words = path.split('/');
  return words.map((_, index) => words.slice(0, index + 1).join('/'));
}

async function warm(
  files: readonly SourceFile[],
  signal?: AbortSignal,
  onFile?: (done: number, all: number) => void,
): Promise<void> {
  const waiting = files.values();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const file of waiting) {
      signal?.throwIfAborted();
      if (warmKinds.has(file.kind)) await file.openInBackground();
      done += 1;
      onFile?.(done, files.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function createView(files: readonly SourceFile[], paths: ReadonlySet<string>): ProjectView {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const file = (path: string): ProjectFile | undefined => {
    const found = byPath.get(path);
    return found?.open() === true ? found : undefined;
  };
  const view = {
    files: (...kinds: readonly FileKind[]): readonly ProjectFile[] =>
      files.filter((each) => kinds.includes(each.kind) && each.open()),
    file,
    has: (path: string): boolean => paths.has(path),
    manifest: readManifest(file('package.json')),
  };
  const withDependencies = { ...view, dependencies: dependenciesOf(view.manifest) };
  let shape: ProjectView['shape'] | undefined;
  return {
    ...withDependencies,
    get shape(): ProjectView['shape'] {
      return (shape ??= tellShape(withDependencies));
    },
  };
}

function readManifest(file: ProjectFile | undefined): DataRecord | undefined {
  const value = file?.json().value;
  return isRecord(value) ? value : undefined;
}

function dependenciesOf(manifest: DataRecord | undefined): ReadonlySet<string> {
  const groups = ['dependencies', 'optionalDependencies', 'peerDependencies'].map((key) => manifest?.[key]);
  return new Set(groups.filter(isRecord).flatMap((group) => Object.keys(group)));
}
