import { node } from './node.ts';
import { ConfigErrors } from './errors.ts';
import { failureCode, failureName } from './failure.ts';
import { jsonText, throughJson } from './plain.ts';
import { inputOf, type Values } from './resolve.ts';
import { isSecret } from './secret.ts';
import type { CompiledShape } from './shape.ts';
import { writeFileAtomically } from './write-file.ts';

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
  /** Keeps the versions in this file too, so that they outlive the process; secrets are never in it. */
  readonly path?: string;
  /** How many versions to keep. @default 20 */
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
  versions(): readonly StoredVersion[];
  /** Adds a version. */
  add(by: string, values: Values, changes: readonly ConfigChange[]): number | Promise<number>;
  /** Adds the values of a new process: the same as the latest are no new version. */
  begin(values: Values): number | Promise<number>;
}

/**
 * Reads what earlier processes kept, if there is a file; one that cannot be understood is put aside as `….damaged`. Without
 * a file nothing is waited for.
 */
export function openHistory(shape: CompiledShape, options: HistoryOptions): History | Promise<History> {
  const { path } = options;
  if (path === undefined) return createHistory(shape, options, []);
  return readVersions(path).then((versions) => createHistory(shape, options, versions));
}

function createHistory(
  shape: CompiledShape,
  { path, keep = 20 }: HistoryOptions,
  kept: readonly StoredVersion[],
): History {
  let versions = kept;
  const store = (next: readonly StoredVersion[]): number | Promise<number> => {
    const nextKept = next.slice(-keep);
    // Only once it is written: a version that could not be kept did not come into force.
    const settle = (): number => {
      versions = nextKept;
      return versions.at(-1)?.version ?? 0;
    };
    return path === undefined ? settle() : writeVersions(path, nextKept).then(settle);
  };
  // Only what has to outlive the process is turned into JSON.
  const plainOf = (values: Values): StoredVersion['plain'] => (path === undefined ? {} : plainValues(shape, values));
  const add: History['add'] = (by, values, changes) => {
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const plain = plainOf(values);
    return store([...versions, { version, at: Date.now(), by, changes, plain, values }]);
  };
  return {
    versions: () => versions,
    add,
    begin(values) {
      const latest = versions.at(-1);
      if (latest === undefined) return add('load', values, []);
      const plain = plainOf(values);
      if (node.util.isDeepStrictEqual(latest.plain, plain))
        return store([...versions.slice(0, -1), { ...latest, values }]);
      return add('load', values, differences(latest.plain, plain));
    },
  };
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

async function readVersions(path: string): Promise<readonly StoredVersion[]> {
  try {
    const kept = parseVersions(await node.fs.promises.readFile(path, 'utf8'));
    // What cannot be understood may still be wanted by somebody: the next version must not overwrite it.
    if (kept === undefined) await node.fs.promises.rename(path, `${path}.damaged`);
    return kept ?? [];
  } catch (error) {
    if (failureCode(error) === 'ENOENT') return [];
    throw new ConfigErrors.FILE_FAILED({ path, done: 'read', reason: failureName(error) }, { cause: error });
  }
}

function parseVersions(text: string): readonly StoredVersion[] | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    return Array.isArray(kept) && kept.every(isStoredVersion) ? kept : undefined;
  } catch {
    return undefined;
  }
}

async function writeVersions(path: string, versions: readonly StoredVersion[]): Promise<void> {
  const kept = versions.map(({ values: _values, ...rest }) => ({ ...rest, at: timeText(rest.at) }));
  await writeFileAtomically(path, `${jsonText(kept, 2)}\n`);
}

function isStoredVersion(value: unknown): value is StoredVersion {
  if (typeof value !== 'object' || value === null) return false;
  const plain: unknown = Reflect.get(value, 'plain');
  return Number.isSafeInteger(Reflect.get(value, 'version')) && typeof plain === 'object' && plain !== null;
}
