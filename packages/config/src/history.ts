import { node } from './node.ts';
import { throughJson } from './plain.ts';
import { inputOf, type Values } from './resolve.ts';
import { isSecret } from './secret.ts';
import type { CompiledShape } from './shape.ts';
import { openVersionFiles, type VersionFiles } from './version-files.ts';

/** One value that changed; secrets are redacted. */
export interface ConfigChange {
  readonly key: string;
  readonly was: unknown;
  readonly now: unknown;
}

/** One version of the configuration. */
export interface ConfigVersion {
  readonly version: number;
  /** When it came into force, in ISO 8601. */
  readonly at: string;
  /** Who or what made it. */
  readonly by: string;
  readonly changes: readonly ConfigChange[];
}

export interface HistoryOptions {
  /**
   * Keeps the versions in this folder too, a file for each, so that they outlive the process; secrets are never in them.
   * Several processes may share it: each sees the versions of all, and the numbers go on through all of them.
   */
  readonly path?: string;
  /** How many versions to keep; in a folder that several processes share, the fewest of all. @default 20 */
  readonly keep?: number;
}

/** A version with what is needed to go back to it. */
export interface StoredVersion extends Omit<ConfigVersion, 'at'> {
  /** Milliseconds until somebody reads it: the first date that a process writes as text takes a millisecond. */
  readonly at: number | string;
  /** All values but the secret ones, as they come back from JSON; empty when there is no file. */
  readonly plain: Readonly<Record<string, unknown>>;
  /** The values themselves, if this process made them. */
  readonly values?: Values;
}

/** The versions of a configuration, the newest last. */
export interface History {
  /** Also those that other processes have added by now. */
  versions(): readonly StoredVersion[];
  /** Adds a version. */
  add(by: string, values: Values, changes: readonly ConfigChange[]): number | Promise<number>;
  /** Adds the values of a new process: the same as the latest are no new version. */
  begin(values: Values): number | Promise<number>;
}

/** Reads what earlier processes kept, if there is a folder. Without one nothing is waited for. */
export function openHistory(shape: CompiledShape, options: HistoryOptions): History | Promise<History> {
  const { path, keep = 20 } = options;
  if (path === undefined) return createHistory(keep, inMemory);
  return openVersionFiles(path).then((files) => createHistory(keep, onDisk(files, shape, keep)));
}

type Entry = Omit<StoredVersion, 'version'>;

/** Where versions are kept. */
interface Keeping {
  readonly plainOf: (values: Values) => StoredVersion['plain'];
  /** Those that are not known yet. */
  readonly read: (known: readonly StoredVersion[]) => readonly StoredVersion[];
  /** The number of the new version, at least the given one. */
  readonly write: (entry: Entry, least: number) => number | Promise<number>;
}

const inMemory: Keeping = {
  // Only what has to outlive the process is turned into JSON.
  plainOf: () => ({}),
  read: () => [],
  write: (_entry, least) => least,
};

function onDisk(files: VersionFiles, shape: CompiledShape, keep: number): Keeping {
  return {
    plainOf: (values) => plainValues(shape, values),
    read: (known) => {
      const numbers = new Set(known.map(({ version }) => version));
      const missing = { by: '', at: '', changes: [], plain: {} };
      return Array.from(
        files.read((version) => numbers.has(version)),
        ([version, content]) => ({ ...missing, ...content, version }),
      );
    },
    write: async ({ values: _values, at, ...rest }, least) => files.add({ ...rest, at: timeText(at) }, least, keep),
  };
}

function createHistory(keep: number, { plainOf, read, write }: Keeping): History {
  let known = read([]);
  const put = (more: readonly StoredVersion[]): void => {
    if (more.length > 0) known = joined(known, more).slice(-keep);
  };
  put(known);
  const add = (entry: Entry): number | Promise<number> => {
    // Only once it is written: a version that could not be kept did not come into force.
    const settle = (version: number): number => {
      put([{ version, ...entry }]);
      return version;
    };
    const version = write(entry, (known.at(-1)?.version ?? 0) + 1);
    return version instanceof Promise ? version.then(settle) : settle(version);
  };
  return {
    versions() {
      put(readUnlessGone(read, known));
      return known;
    },
    add: (by, values, changes) => add({ at: Date.now(), by, changes, plain: plainOf(values), values }),
    begin(values) {
      const plain = plainOf(values);
      const latest = known.at(-1);
      if (latest !== undefined && node.util.isDeepStrictEqual(latest.plain, plain)) {
        put([{ ...latest, values }]);
        return latest.version;
      }
      const changes = latest === undefined ? [] : differences(latest.plain, plain);
      return add({ at: Date.now(), by: 'load', changes, plain, values });
    },
  };
}

/** In the order of their numbers; of two with the same the later one. */
function joined(known: readonly StoredVersion[], more: readonly StoredVersion[]): readonly StoredVersion[] {
  if (known.length === 0) return more;
  const all = new Map([...known, ...more].map((each) => [each.version, each]));
  return [...all.values()].toSorted((a, b) => a.version - b.version);
}

/** What was read before is there even when the folder is not any more. */
function readUnlessGone(read: Keeping['read'], known: readonly StoredVersion[]): readonly StoredVersion[] {
  try {
    return read(known);
  } catch {
    return [];
  }
}

/** In ISO 8601. */
export function timeText(at: number | string): string {
  return typeof at === 'number' ? new Date(at).toISOString() : at;
}

/** All values but the secret ones, as they can be read again and come back from JSON. */
export function plainValues(shape: CompiledShape, values: Values): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {};
  for (const [key, resolved] of values) {
    const isHidden = shape.entries.get(key)?.leaf.secret === true || isSecret(resolved.value);
    const readable = isHidden ? undefined : throughJson(inputOf(resolved));
    if (readable !== undefined) plain[key] = readable;
  }
  return plain;
}

function differences(was: StoredVersion['plain'], now: StoredVersion['plain']): readonly ConfigChange[] {
  const keys = new Set([...Object.keys(was), ...Object.keys(now)]);
  return Array.from(keys, (key) => ({ key, was: was[key], now: now[key] })).filter(
    (change) => !node.util.isDeepStrictEqual(change.was, change.now),
  );
}
