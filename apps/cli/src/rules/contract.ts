// The one thing a rule knows. Data first: what a rule sees (ProjectView), what it answers (RuleFinding), what it is (Rule).
// Rules import this file by type only, so a rule pack needs nothing of ours at run time.
import type { Node, Program } from 'oxc-parser';
import type { Document, LineCounter } from 'yaml';

export type Severity = 'error' | 'warning' | 'info';

export type Category =
  | 'errors'
  | 'logging'
  | 'telemetry'
  | 'health'
  | 'lifecycle'
  | 'configuration'
  | 'resilience'
  | 'security'
  | 'deployment'
  | 'quality';

export type FileKind =
  | 'script'
  | 'package-json'
  | 'lockfile'
  | 'dockerfile'
  | 'dockerignore'
  | 'compose'
  | 'kubernetes'
  | 'workflow'
  | 'env'
  | 'markdown'
  | 'json'
  | 'yaml'
  | 'other';

/** 1-based line and column of a place in a file; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type { Node };

/** Called for each node of its type, with the ancestors from the program inwards. */
export type Visitors = {
  readonly [Type in Node['type']]?: (node: Extract<Node, { type: Type }>, ancestors: readonly Node[]) => void;
};

/** A parsed JavaScript or TypeScript file. Offsets are UTF-16 indices into the text. */
export interface Script {
  readonly program: Program;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  visit(visitors: Visitors): void;
}

/** A parsed JSON file, which knows where each value stands. */
export interface JsonFile {
  readonly value: unknown;
  /** Where the value at this path starts, e.g. `locate(['scripts', 'start'])`; the start of the file if it is absent. */
  locate(path: readonly (string | number)[]): Position;
}

export interface YamlFile {
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

export interface DockerInstruction {
  /** In capitals: `FROM`, `RUN`, … */
  readonly keyword: string;
  readonly arguments: string;
  readonly position: Position;
  /** After its last character, which may be some lines below. */
  readonly end: Position;
  /** 0 for the first build stage. */
  readonly stage: number;
}

export interface DockerFile {
  readonly instructions: readonly DockerInstruction[];
  readonly stages: number;
}

export interface ProjectFile {
  /** Relative to the audited directory, with forward slashes. */
  readonly path: string;
  readonly kind: FileKind;
  readonly text: string;
  /** True for tests, fixtures, examples, benchmarks, scripts and type declarations: not code that runs in production. */
  readonly isSupport: boolean;
  position(offset: number): Position;
  /** Parsed on first use and kept; a file that does not parse is left out of the view and reported by the engine. */
  script(): Script;
  json(): JsonFile;
  yaml(): YamlFile;
  docker(): DockerFile;
}

/** A read-only view of the audited project. */
export interface ProjectView {
  /** Files of these kinds, sorted by path. */
  files(...kinds: readonly FileKind[]): readonly ProjectFile[];
  file(path: string): ProjectFile | undefined;
  /** Whether the path exists, whatever its kind, ignored files left out. */
  has(path: string): boolean;
  /** The package.json at the root, if there is one that parses to an object. */
  readonly manifest: Readonly<Record<string, unknown>> | undefined;
  /** Direct dependencies of the root manifest (dependencies, optional and peer), by name. */
  readonly dependencies: ReadonlySet<string>;
  /**
   * `service`: something listens or runs until told to stop (a server framework, `createServer`, a container with a start command).
   * `library`: published for others to import. `tool`: a command-line program. `unknown`: none of these can be told.
   */
  readonly shape: 'service' | 'library' | 'tool' | 'unknown';
}

/** A part of the text of a file, and what should stand there. Offsets are UTF-16 indices; an empty part is an insertion. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  /** What stands there now: an edit of a file that has changed meanwhile is refused. */
  readonly replaces: string;
  readonly text: string;
}

export interface RuleFinding {
  /** Path of a file of the view; the manifest or the directory (`.`) when something is missing as a whole. */
  readonly file: string;
  readonly position?: Position;
  readonly end?: Position;
  /** What is wrong here, with the value. One sentence. */
  readonly message: string;
  /** Lower than the rule's own when the rule cannot be sure. */
  readonly severity?: Severity;
  /** Overrides the rule's own fix for this place. */
  readonly fix?: string;
  /**
   * What `seaworthy audit --fix` writes into `file`, all of it or none: only where the finding is gone then and nothing else that
   * anybody relies on has changed. @default none
   */
  readonly edits?: readonly Edit[];
  /** True when the place, up to `end`, shows a secret: no snippet of the file then has its lines. @default false */
  readonly sensitive?: boolean;
}

export interface Rule {
  /** `SEA-R` and three digits; never reused. */
  readonly id: string;
  /** A few words, lower case: `no SIGTERM handler`. */
  readonly title: string;
  readonly category: Category;
  readonly severity: Severity;
  /** Raised when the rule's answers change: part of the cache key. */
  readonly version: number;
  /**
   * `file`: what the rule finds in a file depends on that file, and on `manifest`, `dependencies` and `shape` of the view, alone.
   * Such a rule sees a few files of one kind at a time, on several threads, and its answers may be kept until a file changes; it
   * may not ask for `file` or `has`. @default 'project'
   */
  readonly scope?: 'file' | 'project';
  /** Why it matters in production: one sentence. */
  readonly why: string;
  /** What to do: one imperative sentence. */
  readonly fix: string;
  /** The `explain.md` beside the rule. */
  readonly explain: URL;
  /** Experimental rules run only when the flag of this name is on. */
  readonly flag?: string;
  check(project: ProjectView, signal: AbortSignal): readonly RuleFinding[] | Promise<readonly RuleFinding[]>;
}

/** What a pack plugin contributes at the point `seaworthy.rules`. */
export interface RulePack {
  readonly name: string;
  readonly rules: readonly Rule[];
}
