import { startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { KeptState, StateStore } from './state-store.ts';

// (1) A value that `set` has resolved for is in the store.
// (2) What a newer version of the plugin has written is neither read nor overwritten.
// (3) A migration works on a draft: the store has all of it or nothing.

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

/** The state of one plugin during one of its runs. */
export class Keeper implements PluginStore {
  readonly #options: KeeperOptions;
  #values: Promise<Map<string, unknown>> | undefined;
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
    const why = whyNotKept(value);
    if (why !== undefined) throw new PluginErrors.STATE_REFUSED({ plugin, key, why });
    const values = await this.#load();
    const [had, former] = [values.has(key), values.get(key)];
    values.set(key, structuredClone(value));
    const size = Buffer.byteLength(JSON.stringify(contentOf(values)));
    if (size > mostBytes) {
      if (had) values.set(key, former);
      else values.delete(key);
      const tooMuch = `all of its state would have ${size} bytes, and at most ${mostBytes} are kept`;
      throw new PluginErrors.STATE_REFUSED({ plugin, key, why: tooMuch });
    }
    await this.#write(values);
  }

  async delete(key: string): Promise<boolean> {
    const values = await this.#load();
    if (!values.delete(key)) return false;
    await this.#write(values);
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

  /** Lets `migrate` change a draft, and keeps it as state of this version when it succeeds. */
  async migrate(migrate: () => unknown): Promise<void> {
    this.#isDraft = true;
    this.#values = this.#read().then((kept) => new Map(Object.entries(kept?.values ?? {})));
    try {
      await migrate();
    } catch (error) {
      this.#values = undefined;
      throw error;
    }
    this.#isDraft = false;
    await this.#write(await this.#values);
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#last).catch(() => {});
  }

  #load(): Promise<Map<string, unknown>> {
    this.#values ??= this.#readOwn();
    return this.#values;
  }

  async #readOwn(): Promise<Map<string, unknown>> {
    try {
      const kept = await this.#read();
      const { plugin, version } = this.#options;
      if (kept && kept.version < version) throw new PluginErrors.STATE_OLDER({ plugin, found: kept.version, version });
      return new Map(Object.entries(kept?.values ?? {}));
    } catch (error) {
      // The next that asks may have more luck.
      this.#values = undefined;
      throw error;
    }
  }

  async #read(): Promise<KeptState | undefined> {
    const { store, plugin, version } = this.#options;
    const kept = await inTime((signal) => store.read(plugin, { signal }));
    if (kept && kept.version > version) throw new PluginErrors.STATE_NEWER({ plugin, found: kept.version, version });
    return kept;
  }

  /** One write at a time; those that come meanwhile are one write together. */
  #write(values: Map<string, unknown>): Promise<void> {
    if (this.#isDraft) return Promise.resolve();
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      const writing = this.#put(values);
      this.#last = writing.catch(() => {});
      return writing;
    });
    return this.#next;
  }

  async #put(values: Map<string, unknown>): Promise<void> {
    const { store, plugin, version } = this.#options;
    try {
      await inTime((signal) => store.write(plugin, { version, values: contentOf(values) }, { signal }));
    } catch (cause) {
      throw new PluginErrors.STATE_UNWRITABLE({ plugin, detail: messageOf(cause) }, { cause });
    }
  }
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

function whyNotKept(value: unknown): string | undefined {
  try {
    return whyNotJson(value);
  } catch {
    return 'it contains itself, or is too deep';
  }
}

/** Why a value would not come back as it is, if so. */
function whyNotJson(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value} is no JSON value`;
  if (typeof value !== 'object') return `${typeof value} is no JSON value`;
  if (Array.isArray(value)) return firstOf(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects that come from another realm have a prototype without a prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return 'an object of a class is no JSON value';
  return firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const why = whyNotKept(value);
    if (why !== undefined) return why;
  }
  return undefined;
}
