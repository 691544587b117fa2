import type { ConfigDocuments } from './docs.ts';
import type { Environment } from './environment.ts';
import { ConfigErrors } from './errors.ts';
import type { ConfigVersion } from './history.ts';
import type { ChangeReport, ConfigStatus } from './runtime.ts';
import { isSecret, type FollowedSecret } from './secret.ts';
import type { CompiledShape, Entry, KeyOf, SecretKeyOf, Shape, ValueAt, ValueOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import { closest } from './suggest.ts';

/** A value and the place it came from. */
export interface Provenance {
  /** The value, or `[redacted]`. */
  readonly value: unknown;
  /** `config/default.json:3:13`, `env:APP_SERVER_PORT`, `argv:--server.port`, `default` … */
  readonly source: string;
}

export interface Explanation extends Provenance {
  /** What lower layers said, the strongest first. */
  readonly overridden: readonly Provenance[];
}

/** One line of the description of a configuration. */
export interface ConfigRow extends Provenance {
  readonly key: string;
  readonly secret: boolean;
  /** Whether the value may change while the program runs. */
  readonly reloadable: boolean;
  readonly description?: string;
}

export interface UpdateOptions {
  /** Who changes it, for the history. @default 'update' */
  readonly by?: string;
  /** Refuses the change when another version is in force, such as `status().version` of when the values were read. */
  readonly version?: number;
}

/** A loaded, valid configuration. */
export interface Config<S extends Shape = Shape> extends ConfigDocuments, AsyncDisposable {
  /** The frozen, typed values now; a change replaces the object. */
  readonly value: ValueOf<S>;
  readonly environment: Environment;
  /**
   * A secret that follows rotation: `reveal()` gives what is in force when it is called. The secrets in `value` never
   * change, like everything else there.
   * @throws seaworthy.config.UNKNOWN_KEY, NOT_SECRET
   */
  secret<Key extends SecretKeyOf<S>>(key: Key): FollowedSecret<ValueAt<S, Key>>;
  /**
   * Where a value came from and what it overrides.
   * @throws seaworthy.config.UNKNOWN_KEY
   */
  explain(key: string): Explanation;
  /** All keys with value and source; secrets are redacted. */
  describe(): readonly ConfigRow[];
  /** Whether the latest reading was valid, for a health check. */
  status(): ConfigStatus;
  /**
   * Reads all sources again and takes over the reloadable values.
   * @throws seaworthy.config.INVALID; the last good values stay.
   */
  reload(options?: { readonly signal?: AbortSignal }): Promise<ChangeReport>;
  /**
   * Changes reloadable values in this process, until a source says something new; `null` takes a change back.
   * @throws seaworthy.config.INVALID; the last good values stay. STALE when something changed since: see `version`.
   */
  update(patch: object, options?: UpdateOptions): Promise<ChangeReport>;
  /** Is told the new and the old value of a key after each change; the answer undoes it. */
  onChange<Key extends KeyOf<S>>(key: Key, listener: (now: ValueAt<S, Key>, was: ValueAt<S, Key>) => void): () => void;
  /** The versions so far, the newest last; secrets are redacted. */
  history(): readonly ConfigVersion[];
  /**
   * Makes the reloadable values what they were in an earlier version.
   * @throws seaworthy.config.UNKNOWN_VERSION, or INVALID when they do not fit any more.
   */
  rollback(version: number): Promise<ChangeReport>;
  /** Writes the values as JSON that `file()` reads again; secrets are left out and listed in the answer. */
  backup(path: string): Promise<{ readonly omitted: readonly string[] }>;
  /** Stops watching; safe to call twice. */
  close(): Promise<void>;
}

const redacted = '[redacted]';

/** Where a value of a snapshot came from. */
export function explainKey(shape: CompiledShape, { values }: Snapshot, key: string): Explanation {
  const entry = findEntry(shape, key);
  const resolved = values.get(key);
  return {
    value: shownValue(entry, resolved?.value),
    source: resolved?.source() ?? 'default',
    overridden: (resolved?.overridden ?? []).map(({ raw, source }) => ({
      value: shownValue(entry, raw),
      source: source(),
    })),
  };
}

/** All keys of a snapshot. */
export function describeSnapshot(shape: CompiledShape, { values }: Snapshot): readonly ConfigRow[] {
  return Array.from(shape.entries.values(), (entry) => {
    const { secret, reloadable, description } = entry.leaf;
    const resolved = values.get(entry.key);
    return {
      key: entry.key,
      value: shownValue(entry, resolved?.value),
      source: resolved?.source() ?? 'default',
      secret,
      reloadable,
      ...(description === undefined ? {} : { description }),
    };
  });
}

/** @throws seaworthy.config.UNKNOWN_KEY */
export function findEntry(shape: CompiledShape, key: string): Entry {
  const entry = shape.entries.get(key);
  if (entry !== undefined) return entry;
  const meant = closest(key, shape.entries.keys());
  throw new ConfigErrors.UNKNOWN_KEY({ key, suggestion: meant === undefined ? '' : ` Did you mean "${meant}"?` });
}

function shownValue({ leaf }: Entry, value: unknown): unknown {
  return value !== undefined && (leaf.secret || isSecret(value)) ? redacted : value;
}
