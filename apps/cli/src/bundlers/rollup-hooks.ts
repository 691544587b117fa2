import type { Begin, Check, Told } from './check.ts';
import type { Note } from './notes.ts';
import { allInFull, inFull, inWords } from './words.ts';

/** A warning or an error, as Rollup, Rolldown and Vite show it. */
export interface BuildLog {
  message: string;
  pluginCode?: string;
  /** The absolute path of the file. */
  id?: string;
  /** The line is 1-based, the column 0-based. */
  loc?: { file?: string; line: number; column: number };
  frame?: string;
  /** What a watched build that fails goes on to watch. */
  watchFiles?: string[];
  /** Rolldown shows it: where our code stands says nothing to anybody. */
  stack?: string;
}

/** What the plugin uses of the context that Rollup, Rolldown and Vite give to hooks. */
export interface BuildContext {
  readonly meta: { readonly watchMode?: boolean };
  /** Of Vite: one for each kind of output. */
  readonly environment?: object;
  addWatchFile(id: string): void;
  getModuleIds(): Iterable<string>;
  /** Of Rollup alone. */
  getWatchFiles?(): readonly string[];
  info(log: BuildLog): void;
  warn(log: BuildLog): void;
  error(log: BuildLog): never;
}

/** The hooks of Rollup that the plugin has. */
export interface BuildHooks {
  buildStart(this: BuildContext): void;
  buildEnd(this: BuildContext, error?: Error): Promise<void>;
  closeWatcher(): Promise<void>;
}

/** @param begin Where the build is, asked when it begins */
export function buildHooks(check: Check, begin: () => Begin): BuildHooks {
  let owner: object = {};
  return {
    buildStart() {
      const place = begin();
      const isWatched = this.meta.watchMode === true;
      // Vite builds once for each environment and each kind of output: parts of one build, which begins once.
      if (this.environment !== undefined) owner = isWatched ? this.environment : {};
      check.begin(owner, { ...place, isRepeated: place.isRepeated === true || isWatched });
    },
    async buildEnd(error) {
      if (error !== undefined) {
        check.cancel(owner);
        return;
      }
      const told = await ask(this, check, owner);
      if (told !== undefined) say(this, told);
    },
    closeWatcher: () => check.close(),
  };
}

async function ask(context: BuildContext, check: Check, owner: object): Promise<Told | undefined> {
  try {
    return await check.finish(owner, () => filesOf(context.getModuleIds()));
  } catch (error) {
    return fail(context, { message: (await check.describe(error)).trimEnd() }, []);
  }
}

function say(context: BuildContext, told: Told): void {
  const { failing, others, watched } = told;
  if (context.meta.watchMode === true) for (const path of watched) context.addWatchFile(path);
  for (const note of others) {
    // Vite shows the message of a warning, and nothing else of it.
    const log = { message: context.environment === undefined ? inWords(note) : inFull(note), ...logOf(note) };
    if (note.severity === 'info') context.info(log);
    else context.warn(log);
  }
  const [first, ...more] = failing;
  if (first === undefined) return;
  // The first error ends the build, so it says everything.
  if (more.length > 0) fail(context, { message: allInFull(told), pluginCode: first.code }, watched);
  fail(context, { message: inWords(first), ...logOf(first) }, watched);
}

function fail(context: BuildContext, log: BuildLog, watched: readonly string[]): never {
  const watchFiles = [...new Set([...(context.getWatchFiles?.() ?? []), ...watched])];
  return context.error({ ...log, stack: '', watchFiles });
}

function logOf({ code, place, frame }: Note): Omit<BuildLog, 'message'> {
  if (place === undefined) return { pluginCode: code };
  const { path, line, column = 1 } = place;
  return {
    pluginCode: code,
    id: path,
    ...(line !== undefined && { loc: { file: path, line, column: column - 1 } }),
    ...(frame !== '' && { frame }),
  };
}

/** Modules that are files; what a bundler adds to a path, such as a query, is no part of it. */
function filesOf(ids: Iterable<string>): readonly string[] {
  return Array.from(ids)
    .filter((id) => !id.startsWith('\0'))
    .map((id) => id.replace(/[?#].*$/, ''));
}
