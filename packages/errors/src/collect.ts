import { ErrorsErrors } from './errors.ts';
import { createWithoutStack } from './stack-limit.ts';
import { problemOf } from './problem.ts';
import type { Location, Problem } from './problem.ts';
import { scrub } from './secrets.ts';
import { secretsIn } from './snapshot.ts';
import { rememberSource } from './source.ts';
import type { SourceOf } from './source.ts';
import { suggest } from './suggest.ts';
import type { AnyCatalogue, SeaworthyError } from './types.ts';

/** Where a problem is, and what was probably meant. */
export interface ProblemDetail extends Location {
  /** A mistyped word and the words that were possible: the problem then says "Did you mean …?". */
  readonly didYouMean?: { readonly word: string; readonly among: Iterable<string> };
}

export interface CollectorOptions {
  /** The text that the problems are in, or a function that finds the text of a file: for code frames. */
  readonly source?: string | SourceOf;
}

/** An issue of zod or of any other Standard Schema. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type ParamsOfKind<K> = K extends { is(value: unknown): value is SeaworthyError<infer Params> } ? Params : never;

type IssueProblem<C> = {
  [Name in keyof C & string]: { path: string; message: string } extends ParamsOfKind<C[Name]> ? Name : never;
}[keyof C & string];

/** Gathers all problems of a run before any is reported. */
export interface Collector<C extends AnyCatalogue> {
  readonly size: number;
  /** The problems so far, in the order in which they were added. */
  readonly problems: readonly Problem[];
  add<Name extends keyof C & string>(problem: Name, params: ParamsOfKind<C[Name]>, detail?: ProblemDetail): void;
  /** Adds one problem for each issue, with the parameters `path` (such as `server.ports[0]`) and `message`. */
  addIssues(
    problem: IssueProblem<C>,
    issues: readonly SchemaIssue[],
    locate?: (path: readonly PropertyKey[]) => ProblemDetail | undefined,
  ): void;
  /** @throws `seaworthy.errors.COLLECTED`, with all problems as a parameter, when there are any. */
  throwIfAny(): void;
}

interface Entry {
  readonly problem: string;
  readonly params: unknown;
  readonly detail: ProblemDetail | undefined;
}

/** Starts to gather problems. Adding one costs an array entry; messages are rendered when somebody reads them. */
export function collect<C extends AnyCatalogue>(catalogue: C, options: CollectorOptions = {}): Collector<C> {
  Collecting ??= makeCollecting();
  return new Collecting(catalogue, options);
}

// A class, and one getter for all below: V8 makes a hidden class for each literal with a getter, and keeps with it, until a
// collection of the whole heap, the getter and all it can see, which here are the problems of a run. Both are made when they
// are first used: no import pays for them.
function makeCollecting() {
  return class Collecting<C extends AnyCatalogue> implements Collector<C> {
    readonly #catalogue: C;
    readonly #options: CollectorOptions;
    readonly #entries: Entry[] = [];

    constructor(catalogue: C, options: CollectorOptions) {
      this.#catalogue = catalogue;
      this.#options = options;
    }

    get size(): number {
      return this.#entries.length;
    }

    get problems(): readonly Problem[] {
      return toProblems(this.#catalogue, this.#entries);
    }

    add(problem: string, params: unknown, detail?: ProblemDetail): void {
      this.#entries.push({ problem, params, detail });
    }

    addIssues(
      problem: string,
      issues: readonly SchemaIssue[],
      locate?: (path: readonly PropertyKey[]) => ProblemDetail | undefined,
    ): void {
      for (const issue of issues) {
        const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
        this.add(problem, { path: pathText(keys), message: issue.message }, locate?.(keys));
      }
    }

    throwIfAny(): void {
      if (this.#entries.length > 0) throw collected(this.#catalogue, this.#entries.slice(), this.#options);
    }
  };
}
let Collecting: ReturnType<typeof makeCollecting> | undefined;

/** The parameters of what is thrown; the problems are made when they are first read. */
function makeParams() {
  return class CollectedParams {
    static readonly #lazily: PropertyDescriptor = {
      get(this: CollectedParams) {
        return (this.#problems ??= toProblems(this.#catalogue, this.#entries));
      },
      enumerable: true,
    };
    readonly count: string;
    readonly first: string;
    declare readonly problems: readonly Problem[];
    readonly #catalogue: AnyCatalogue;
    readonly #entries: readonly Entry[];
    #problems: readonly Problem[] | undefined;

    constructor(catalogue: AnyCatalogue, entries: readonly Entry[], first: string) {
      this.count = entries.length === 1 ? 'One problem was' : `${entries.length} problems were`;
      this.first = first;
      this.#catalogue = catalogue;
      this.#entries = entries;
      Object.defineProperty(this, 'problems', CollectedParams.#lazily);
    }
  };
}
let CollectedParams: ReturnType<typeof makeParams> | undefined;

function collected(catalogue: AnyCatalogue, entries: readonly Entry[], options: CollectorOptions): Error {
  const secrets = secretsOf(catalogue, entries);
  const first = scrub(toProblem(catalogue, entries[0]), secrets);
  CollectedParams ??= makeParams();
  const error = new ErrorsErrors.COLLECTED(new CollectedParams(catalogue, entries, first.message));
  rememberSource(error, options.source, secrets);
  return error;
}

function toProblems(catalogue: AnyCatalogue, entries: readonly Entry[]): readonly Problem[] {
  const secrets = secretsOf(catalogue, entries);
  return entries.map((entry) => scrub(toProblem(catalogue, entry), secrets));
}

/** What one problem keeps to itself, another must not tell. */
function secretsOf(catalogue: AnyCatalogue, entries: readonly Entry[]): readonly string[] {
  const isSecretive = new Set(Object.keys(catalogue).filter((name) => catalogue[name]?.meta.sensitive !== undefined));
  if (isSecretive.size === 0) return [];
  const secretive = entries.filter(({ problem }) => isSecretive.has(problem));
  return [...new Set(secretive.flatMap((entry) => secretsIn(errorOf(catalogue, entry))))];
}

function errorOf(catalogue: AnyCatalogue, { problem, params }: Entry): Error {
  const kind = Object.hasOwn(catalogue, problem) ? catalogue[problem] : undefined;
  if (kind === undefined) throw new ErrorsErrors.UNKNOWN_CODE({ code: problem, hint: '' });
  return createWithoutStack(() => Reflect.construct(kind, [params]));
}

function toProblem(catalogue: AnyCatalogue, entry: Entry | undefined): Problem {
  const { problem = '', params, detail } = entry ?? {};
  const error = errorOf(catalogue, { problem, params, detail });
  const { didYouMean, ...location } = detail ?? {};
  const near = didYouMean === undefined ? undefined : suggest(didYouMean.word, didYouMean.among);
  const suggestion = near === undefined ? {} : { suggestion: `Did you mean ${near}?` };
  return problemOf(error, { ...location, ...suggestion });
}

/** `['server', 'ports', 0]` reads `server.ports[0]`. */
function pathText(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
