import type { FileKind, ProjectFile, ProjectView } from '../rules/contract.ts';
import { SourceFile } from './file.ts';
import { compareProblems, type Problem } from './problem.ts';
import { isRecord, type DataRecord } from './record.ts';
import { tellShape } from './shape.ts';
import type { Walk } from './walk.ts';

/** What the project tells every rule, whatever files the rule sees. */
export type Facts = Pick<ProjectView, 'manifest' | 'dependencies' | 'shape'>;

/** A project as the engine sees it: the view that rules get, and what went wrong behind it. */
export interface Project {
  readonly view: ProjectView;
  /** Every file of the project, opened or not, sorted by path. */
  readonly files: readonly SourceFile[];
  /** What could not be read or parsed so far, in a stable order. */
  problems(): readonly Problem[];
  /** Those of one file, as they were noticed. */
  readonly problemsOf: (path: string) => readonly Problem[];
  /** Adds what was found out elsewhere. */
  report(problem: Problem): void;
}

/** Makes a read-only project of what a walk has found. Files are read when they are first asked for. */
export function createProject(root: string, walk: Walk): Project {
  const problems: Problem[] = [...walk.problems];
  const report = (problem: Problem): void => void problems.push(problem);
  const files = walk.entries.filter(({ isFile }) => isFile).map((entry) => new SourceFile(root, entry, report));
  return {
    view: createView(files, new Set(walk.entries.flatMap(({ path }) => withDirectories(path)))),
    files,
    problemsOf: (path) => problems.filter(({ file }) => file === path),
    problems: () => problems.toSorted(compareProblems),
    report,
  };
}

/** `a/b/c` stands for `a`, `a/b` and itself. */
function withDirectories(path: string): readonly string[] {
  const words = path.split('/');
  return words.map((_, index) => words.slice(0, index + 1).join('/'));
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
