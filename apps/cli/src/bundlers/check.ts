// One plugin of a bundler.
// (1) A build that begins again ends the look that is under way: what it would say is about files that are no longer so.
// (2) Builds that go on side by side (several configurations of webpack, several environments of Vite) share one look, and what it
//     has found is told to the first of them that asks: nothing is told twice.
// (3) A build that is given up is told nothing, and waits for nothing.
// (4) No thread outlives its look, and no look outlives `timeoutMs` or close().
import { resolve } from 'node:path';
import { describeError } from '../describe-error.ts';
import { CliErrors } from '../errors.ts';
import { localeOf, type Locale } from '../i18n/locale.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Looked, LookOptions } from './look.ts';
import type { Note } from './notes.ts';
import { checkOptions, type BuildOptions } from './options.ts';
import { surroundings, type Surroundings } from './surroundings.ts';

export interface Begin {
  /** The absolute path that the bundler calls its root. */
  readonly root: string;
  /** Whether another build is likely to follow. */
  readonly isRepeated?: boolean;
  /** @default those of the process */
  readonly surroundings?: Surroundings;
}

/** What a build is told at its end. */
export interface Told {
  readonly failing: readonly Note[];
  readonly others: readonly Note[];
  /** One line: how much was found. */
  readonly summary: string;
  /** Absolute paths of files with findings, and of those that say how it is looked: when they change, it is worth looking again. */
  readonly watched: readonly string[];
}

export interface Check {
  /** Begins to look, beside what the bundler does. @param owner The build: an object that stays the same when it begins again */
  begin(owner: object, begin: Begin): void;
  /**
   * What has been found. Undefined when the build was given up.
   *
   * @param files The absolute paths of the files that the build is made of; asked only when nothing else counts
   * @throws what `look` throws; BUILD_AUDIT_TIMEOUT
   */
  finish(owner: object, files: () => Iterable<string>): Promise<Told | undefined>;
  /** Gives a build up. */
  cancel(owner: object): void;
  /** Gives all builds up, and waits until no thread is left. A build may begin again. */
  close(): Promise<void>;
  /** An error in words, for people. */
  describe(error: unknown): Promise<string>;
}

/** For tests. */
export interface CheckParts {
  readonly packs?: URL;
}

const defaultTimeoutMs = 120_000;

interface Look {
  /** Builds that this look is, or was, for. */
  readonly owners: Set<object>;
  /** Those that have yet to ask. */
  readonly waiting: Set<object>;
  readonly told: Set<string>;
  readonly stop: AbortController;
  readonly looked: Promise<Looked>;
  /** Whether it may be out of date for a build that begins now. */
  isOld: boolean;
}

/** That a look has failed is told once, too. */
const failed = 'failed';

/** @throws BUILD_OPTION_UNKNOWN, BUILD_OPTION_WRONG */
export function createCheck(given: BuildOptions = {}, { packs }: CheckParts = {}): Check {
  const options = checkOptions(given);
  const known = new WeakSet<object>();
  let current: Look | undefined;

  const drop = (look: Look | undefined): void => {
    look?.stop.abort(new DOMException('The build was given up.', 'AbortError'));
    if (look === current) current = undefined;
  };
  const start = (
    owners: readonly object[],
    { root, isRepeated = false, surroundings: around = surroundings() }: Begin,
  ): Look => {
    const stop = new AbortController();
    const directory = resolve(root, options.directory ?? '.');
    const looked = lookAt({
      ...options,
      root: directory,
      surroundings: around,
      isRepeated,
      signal: stop.signal,
      ...(packs && { packs }),
    });
    const own = { owners: new Set(owners), waiting: new Set(owners), told: new Set<string>() };
    const look: Look = { ...own, stop, looked, isOld: false };
    const end = (): void => void (look.isOld = true);
    // Who asks hears of it; a build that fails for another reason does not ask.
    looked.then(end, end);
    return look;
  };

  return {
    begin(owner, begin) {
      const isFirst = !known.has(owner);
      known.add(owner);
      // What is over may be out of date for whoever comes later, except for the other parts of one large build.
      if (current !== undefined && !current.owners.has(owner) && (!current.isOld || isFirst)) {
        current.owners.add(owner);
        current.waiting.add(owner);
        return;
      }
      const others = [...(current?.waiting ?? [])].filter((each) => each !== owner);
      drop(current);
      current = start([owner, ...others], begin);
    },
    async finish(owner, files) {
      for (;;) {
        const look = current;
        if (look === undefined || !look.owners.has(owner)) return undefined;
        try {
          const looked = await look.looked;
          if (look !== current) continue;
          look.waiting.delete(owner);
          return await tell(look, looked, options, files);
        } catch (error) {
          // A look that was replaced ends so: the one in its place answers.
          if (look !== current) continue;
          if (look.told.has(failed)) return undefined;
          look.told.add(failed);
          throw error;
        }
      }
    },
    cancel(owner) {
      const look = current;
      if (look?.waiting.delete(owner) !== true) return;
      look.owners.delete(owner);
      // What made one build begin again is not in it for the others either.
      look.isOld = true;
      if (look.waiting.size === 0) drop(look);
    },
    async close() {
      const look = current;
      drop(look);
      await look?.looked.catch(() => {});
    },
    describe: (error) => describeError(error, { hasColour: false, locale: localeIn(options) }),
  };
}

async function lookAt({ timeoutMs = defaultTimeoutMs, signal, ...options }: LookOptions): Promise<Looked> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const { look } = await import('./look.ts');
    return await look({ ...options, signal: AbortSignal.any([signal, deadline]) });
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    throw new CliErrors.BUILD_AUDIT_TIMEOUT({ directory: options.root, timeoutMs }, { cause: error });
  }
}

async function tell(
  { told }: Look,
  looked: Looked,
  options: BuildOptions,
  files: () => Iterable<string>,
): Promise<Told> {
  const locale = localeIn(options);
  const [{ notesOf, withoutOthers }, { summarize }, { loadSpeaker }, messages] = await Promise.all([
    import('./notes.ts'),
    import('../reporters/summary.ts'),
    import('../i18n/rules/in-language.ts'),
    loadMessages(locale),
  ]);
  const speaker = await loadSpeaker(locale);
  const only = options.files === 'build' ? new Set(files()) : undefined;
  const fresh = notesOf({ ...looked, report: speaker.report(looked.report) }, messages, only).filter(
    ({ key }) => !told.has(key),
  );
  for (const { key } of fresh) told.add(key);
  const places = fresh.flatMap(({ place }) => place?.path ?? []);
  return {
    failing: fresh.filter(({ isFailing }) => isFailing),
    others: fresh.filter(({ isFailing }) => !isFailing),
    summary: summarize(withoutOthers(looked.report, fresh), messages),
    watched: [...new Set([...looked.sources, ...places])],
  };
}

function localeIn({ locale }: BuildOptions): Locale {
  return locale ?? localeOf(surroundings().variables);
}
