import { isDeepStrictEqual } from 'node:util';
import { startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import { whyNotJson } from './json-value.ts';
import type { KeptState, StateStore } from './state-store.ts';

// (1) A value that `set` has resolved for is in the store.
// (2) What a newer version of the plugin has written is neither read nor overwritten.
// (3) A migration works on a draft: the store has all of it or nothing.
// (4) A write changes the keys that were set, and no others: another host may use the same store.

/** What a plugin keeps beyond its own run: JSON values by key. */
export interface PluginStore {
  /** A copy of the value; `undefined` when there is none. @throws STATE_NEWER, STATE_UNREADABLE */
  get(key: string): Promise<unknown>;
  /** Resolves when the value is kept. @throws STATE_REFUSED, STATE_UNWRITABLE, STATE_NEWER, STATE_UNREADABLE */
  set(key: string, value: unknown): Promise<void>;
  /** Whether there was a value. @throws as `set` does */
  delete(key: string): Promise<boolean>;
  keys(): Promise<readonly string[]>;
}

const mostBytes = 4_194_304;
const storeTimeoutMs = 10_000;

export interface KeeperOptions {
  readonly store: StateStore;
  readonly plugin: string;
  /** The `stateVersion` of the plugin. */
  readonly version: number;
}

type Values = Map<string, unknown>;
/** Of a key: its value, or nothing when it is deleted. */
type Changes = Map<string, { readonly value: unknown } | undefined>;

/** The state of one plugin during one of its runs. */
export class Keeper implements PluginStore {
  readonly #options: KeeperOptions;
  /** As it was read or written last, with the changes that are not written yet. */
  #values: Values | undefined;
  #loading: Promise<void> | undefined;
  /** Not written yet: those that are being written, and those that come after. */
  #changes: readonly [under: Changes, next: Changes] = [new Map(), new Map()];
  #isDraft = false;
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  async get(key: string): Promise<unknown> {
    return structuredClone((await this.#load()).get(key));
  }

  async set(key: string, value: unknown): Promise<void> {
    const { plugin } = this.#options;
    const why = whyNotJson(value);
    if (why !== undefined) throw new PluginErrors.STATE_REFUSED({ plugin, key, why });
    const copy: unknown = structuredClone(value);
    const values = await this.#load();
    const size = Buffer.byteLength(JSON.stringify({ ...contentOf(values), [key]: copy }));
    if (size > mostBytes) {
      const tooMuch = `all of its state would have ${size} bytes, and at most ${mostBytes} are kept`;
      throw new PluginErrors.STATE_REFUSED({ plugin, key, why: tooMuch });
    }
    await this.#change(key, { value: copy });
  }

  async delete(key: string): Promise<boolean> {
    if (!(await this.#load()).has(key)) return false;
    await this.#change(key, undefined);
    return true;
  }

  async keys(): Promise<readonly string[]> {
    return [...(await this.#load()).keys()];
  }

  /** The older version that the kept state has, if it has one. @throws STATE_NEWER, STATE_UNREADABLE */
  async olderVersion(): Promise<number | undefined> {
    const kept = await this.#read();
    return kept && kept.version < this.#options.version ? kept.version : undefined;
  }

  /**
   * Lets `migrate` change a draft of what is of the older version `found`, and keeps it as state of this version when it succeeds.
   * When another process has migrated it meanwhile, what that has made is kept.
   *
   * @throws STATE_CHANGED when it was changed otherwise
   */
  async migrate(found: number, migrate: () => unknown): Promise<void> {
    const { plugin, version } = this.#options;
    this.#isDraft = true;
    const before = await this.#read();
    this.#values = valuesOf(before);
    try {
      await migrate();
    } catch (error) {
      this.#values = undefined;
      throw error;
    }
    this.#isDraft = false;
    const draft = this.#values;
    await this.#put((kept) => {
      if (kept?.version === version) return valuesOf(kept);
      if (before?.version === found && isDeepStrictEqual(kept, before)) return draft;
      throw new PluginErrors.STATE_CHANGED({ plugin, found, version });
    });
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#last).catch(() => {});
  }

  /** All that is kept; where others may write, too, it is read again each time. */
  async #load(): Promise<Values> {
    const isShared = this.#options.store.update !== undefined;
    if (!this.#values || (isShared && !this.#isDraft)) {
      this.#loading ??= this.#readOwn().finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
    }
    return this.#values ?? new Map();
  }

  async #readOwn(): Promise<void> {
    const kept = await this.#read();
    // A migration that began meanwhile has a draft of its own.
    if (!this.#isDraft) this.#values = this.#changed(this.#ownOf(kept));
  }

  /** @throws STATE_NEWER, STATE_OLDER */
  #ownOf(kept: KeptState | undefined): Values {
    const { plugin, version } = this.#options;
    if (kept && kept.version > version) throw new PluginErrors.STATE_NEWER({ plugin, found: kept.version, version });
    if (kept && kept.version < version) throw new PluginErrors.STATE_OLDER({ plugin, found: kept.version, version });
    return valuesOf(kept);
  }

  async #read(): Promise<KeptState | undefined> {
    const { store, plugin, version } = this.#options;
    const kept = await inTime((signal) => store.read(plugin, { signal }));
    if (kept && kept.version > version) throw new PluginErrors.STATE_NEWER({ plugin, found: kept.version, version });
    return kept;
  }

  #changed(values: Values): Values {
    for (const changes of this.#changes) applyTo(values, changes);
    return values;
  }

  #change(key: string, change: { readonly value: unknown } | undefined): Promise<void> {
    this.#values = applyTo(this.#values ?? new Map(), new Map([[key, change]]));
    if (this.#isDraft) return Promise.resolve();
    this.#changes[1].set(key, change);
    return this.#write();
  }

  /** One write at a time; those that come meanwhile are one write together. */
  #write(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      const writing = this.#putChanges();
      this.#last = writing.catch(() => {});
      return writing;
    });
    return this.#next;
  }

  async #putChanges(): Promise<void> {
    const [, under] = this.#changes;
    this.#changes = [under, new Map()];
    try {
      await this.#put((kept) => applyTo(this.#ownOf(kept), under));
      this.#changes = [new Map(), this.#changes[1]];
    } catch (error) {
      // The next write may have more luck, with these and its own.
      this.#changes = [new Map(), new Map([...under, ...this.#changes[1]])];
      throw error;
    }
  }

  /** Keeps what `make` makes of what is there; without `update` of the store, what is known is there. */
  async #put(make: (kept: KeptState | undefined) => Values): Promise<void> {
    const { store, plugin, version } = this.#options;
    let made: Values = new Map();
    const change = (kept: KeptState | undefined): KeptState => {
      made = make(kept);
      return { version, values: contentOf(made) };
    };
    const known = this.#values && { version, values: contentOf(this.#values) };
    try {
      await inTime((signal) =>
        store.update ? store.update(plugin, change, { signal }) : store.write(plugin, change(known), { signal }),
      );
    } catch (cause) {
      if (passedOn.some((code) => PluginErrors[code].is(cause))) throw cause;
      throw new PluginErrors.STATE_UNWRITABLE({ plugin, detail: messageOf(cause) }, { cause });
    }
    applyTo(made, this.#changes[1]);
    this.#values = made;
  }
}

/** Errors of a write that say what to do by themselves. */
const passedOn = ['STATE_LOCKED', 'STATE_CHANGED', 'STATE_NEWER', 'STATE_OLDER', 'STATE_UNREADABLE'] as const;

function applyTo(values: Values, changes: Changes): Values {
  for (const [key, change] of changes) {
    if (change) values.set(key, change.value);
    else values.delete(key);
  }
  return values;
}

function valuesOf(kept: KeptState | undefined): Values {
  return new Map(Object.entries(kept?.values ?? {}));
}

function contentOf(values: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  // Names such as __proto__ are names like any other.
  const content = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of values) content[key] = value;
  return content;
}

async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = (): Error => new DOMException(`the store did not answer within ${storeTimeoutMs} ms`, 'TimeoutError');
  try {
    return await within(() => work(over.signal), { deadline: startDeadline(storeTimeoutMs), late });
  } finally {
    over.abort();
  }
}
