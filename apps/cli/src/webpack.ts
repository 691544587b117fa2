import { relative, sep } from 'node:path';
import { createCheck, type Check } from './bundlers/check.ts';
import type { Note } from './bundlers/notes.ts';
import type { BuildOptions } from './bundlers/options.ts';
import { inFull, inWords } from './bundlers/words.ts';

export type { BuildOptions };

/** What the plugin uses of an error of webpack. */
export interface WebpackError extends Error {
  file?: string;
  loc?: object;
  hideStack?: boolean;
}

/** What the plugin uses of a compilation of webpack. */
export interface WebpackCompilation {
  readonly errors: Error[];
  readonly warnings: Error[];
  readonly fileDependencies: { add(path: string): unknown };
  readonly hooks: {
    readonly finishModules: {
      tapPromise(name: string, then: (modules: Iterable<object>) => Promise<void>): void;
    };
  };
  getLogger(name: string): { info(...words: unknown[]): void };
}

/** What the plugin uses of a compiler of webpack. */
export interface WebpackCompiler {
  readonly context: string;
  readonly webpack: { readonly WebpackError: new (message?: string) => WebpackError };
  readonly hooks: {
    readonly run: { tap(name: string, then: () => void): void };
    readonly watchRun: { tap(name: string, then: () => void): void };
    readonly thisCompilation: { tap(name: string, then: (compilation: WebpackCompilation) => void): void };
    readonly invalid: { tap(name: string, then: () => void): void };
    readonly failed: { tap(name: string, then: () => void): void };
    readonly watchClose: { tap(name: string, then: () => void): void };
    readonly shutdown: { tapPromise(name: string, then: () => Promise<void>): void };
  };
}

/** A plugin of webpack. */
export interface WebpackPlugin {
  apply(compiler: WebpackCompiler): void;
}

const name = 'seaworthy';

/**
 * Audits the project beside the build, and fails the build on findings.
 *
 * @throws seaworthy.cli.BUILD_OPTION_UNKNOWN, seaworthy.cli.BUILD_OPTION_WRONG
 */
export function seaworthy(options: BuildOptions = {}): WebpackPlugin {
  const check = createCheck(options);
  return { apply: (compiler) => apply(compiler, check) };
}

function apply(compiler: WebpackCompiler, check: Check): void {
  const { hooks, context: root } = compiler;
  const giveUp = (): void => check.cancel(compiler);
  hooks.run.tap(name, () => check.begin(compiler, { root }));
  hooks.watchRun.tap(name, () => check.begin(compiler, { root, isRepeated: true }));
  // Compilers of compilers have their own compilations, and are no builds.
  hooks.thisCompilation.tap(name, (compilation) => {
    compilation.hooks.finishModules.tapPromise(name, (modules) => tell(compilation, modules, compiler, check));
  });
  hooks.invalid.tap(name, giveUp);
  hooks.failed.tap(name, giveUp);
  hooks.watchClose.tap(name, giveUp);
  hooks.shutdown.tapPromise(name, () => check.close());
}

async function tell(
  compilation: WebpackCompilation,
  modules: Iterable<object>,
  compiler: WebpackCompiler,
  check: Check,
): Promise<void> {
  const { errors, warnings, fileDependencies } = compilation;
  try {
    const told = await check.finish(compiler, () => filesOf(modules));
    if (told === undefined) return;
    for (const path of told.watched) fileDependencies.add(path);
    for (const note of told.failing) errors.push(errorOf(note, compiler));
    for (const note of told.others) {
      if (note.severity === 'info') compilation.getLogger(name).info(inFull(note));
      else warnings.push(errorOf(note, compiler));
    }
  } catch (error) {
    errors.push(errorWith((await check.describe(error)).trimEnd(), compiler));
  }
}

function errorOf(note: Note, compiler: WebpackCompiler): WebpackError {
  const { place, frame } = note;
  const error = errorWith(frame === '' ? inWords(note) : `${inWords(note)}\n${frame}`, compiler);
  if (place === undefined) return error;
  const { path, line, column = 1, end } = place;
  error.file = `./${relative(compiler.context, path).split(sep).join('/')}`;
  if (line === undefined) return error;
  // Columns of webpack begin at 0.
  const start = { line, column: column - 1 };
  error.loc = end === undefined ? { start } : { start, end: { line: end.line, column: end.column - 1 } };
  return error;
}

function errorWith(message: string, { webpack: { WebpackError } }: WebpackCompiler): WebpackError {
  const error = new WebpackError(message);
  // Where it was made says nothing to anybody.
  error.hideStack = true;
  return error;
}

function filesOf(modules: Iterable<object>): readonly string[] {
  return Array.from(modules).flatMap((module) =>
    'resource' in module && typeof module.resource === 'string' ? module.resource.replace(/[?#].*$/, '') : [],
  );
}
