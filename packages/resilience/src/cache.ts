// (1) Never more than `maxEntries` entries and `maxBytes`; the one not used for longest goes.
// (2) There is no timer at rest: age is looked at when somebody asks.
// (3) A load that fails changes nothing that is in the cache.
import { systemClock, type Clock } from './clock.ts';
import { tellCacheRead, type CacheRead } from './events.ts';
import { LeastRecent } from './least-recent.ts';
import {
  badOption,
  expectAboveZero,
  expectAtLeastZero,
  expectFunctions,
  expectOptions,
  expectWhole,
  type OptionNames,
} from './options.ts';
import { asked, type ExecuteOptions } from './policy.ts';
import { Scope } from './scope.ts';
import { SingleFlight, type Loader } from './single-flight.ts';

export interface CacheOptions {
  /** A value younger than this is given as it is. */
  readonly ttlMs: number;
  /** A value that is older by up to this is given too, while a new one is loaded. @default 0 */
  readonly staleWhileRevalidateMs?: number;
  /** A value that is older by up to this is given when loading fails. @default 0 */
  readonly staleIfErrorMs?: number;
  /** Ends a load that takes longer. @default 30000 */
  readonly loadTimeoutMs?: number;
  /** @default 1000 */
  readonly maxEntries?: number;
  /** The most that all values may take, by `sizeOf`; a value that takes more is given and not kept. By default only entries are counted. */
  readonly maxBytes?: number;
  /** What a value takes, for `maxBytes`. By default the bytes of a string or a buffer, and of anything else as JSON. */
  readonly sizeOf?: (value: unknown) => number;
  /** Names the cache in errors and events. @default 'cache' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** Remembers values for a while. */
export interface Cache<V> {
  readonly size: number;
  /** What the values take, by `sizeOf`; 0 without `maxBytes`. */
  readonly bytes: number;
  /** The value of a key, from memory or by loading it; however many ask at the same time, it is loaded once. */
  get(key: string, load: Loader<V>, options?: ExecuteOptions | AbortSignal): Promise<V>;
  /** Forgets a value; what is being loaded when this is called is not kept either. */
  delete(key: string): void;
  clear(): void;
}

interface Entry<V> {
  readonly value: V;
  readonly loadedAt: number;
}

const cacheOptions: OptionNames<CacheOptions> = {
  ttlMs: true,
  staleWhileRevalidateMs: true,
  staleIfErrorMs: true,
  loadTimeoutMs: true,
  maxEntries: true,
  maxBytes: true,
  sizeOf: true,
  name: true,
  clock: true,
};

/** Makes an empty cache; `home` ends all its loads. */
export function createCache<V>(options: CacheOptions, home: Scope = new Scope()): Cache<V> {
  expectOptions('options', options, cacheOptions);
  const { name = 'cache', clock = systemClock, maxEntries = 1_000, loadTimeoutMs = 30_000 } = options;
  const { ttlMs, staleWhileRevalidateMs = 0, staleIfErrorMs = 0 } = options;
  const { maxBytes, sizeOf = bytesOf } = options;
  expectFunctions({ sizeOf });
  checkOptions({ ttlMs, staleWhileRevalidateMs, staleIfErrorMs, loadTimeoutMs, maxEntries });
  if (maxBytes !== undefined) expectAboveZero('maxBytes', maxBytes);
  const entries = new LeastRecent<Entry<V>>(maxEntries, maxBytes);
  const keep = (key: string, value: V): void => {
    const size = maxBytes === undefined ? 0 : sizeOf(value);
    if (!(size >= 0)) throw badOption('sizeOf', 'a function that gives a number of at least 0 for every value', size);
    entries.set(key, { value, loadedAt: clock.now() }, size);
  };
  const loads = new SingleFlight<V>({ name, timeoutMs: loadTimeoutMs, clock, home, keep });
  const tell = (outcome: CacheRead['outcome']): void => tellCacheRead({ cache: name, outcome });

  const lateness = (entry: Entry<V> | undefined): number =>
    entry === undefined ? Infinity : clock.now() - entry.loadedAt - ttlMs;

  const refreshLater = async (key: string, load: Loader<V>): Promise<void> => {
    try {
      await loads.join(key, load, home);
    } catch {
      tell('refresh-failed');
    }
  };

  const read = async (key: string, load: Loader<V>, caller: Scope): Promise<V> => {
    caller.throwIfOver();
    const entry = entries.get(key);
    const lateMs = lateness(entry);
    if (entry !== undefined && lateMs < staleWhileRevalidateMs) {
      if (lateMs >= 0) void refreshLater(key, load);
      tell(lateMs < 0 ? 'hit' : 'stale');
      return entry.value;
    }
    try {
      const value = await loads.join(key, load, caller);
      tell('miss');
      return value;
    } catch (error) {
      // What is there now: the entry of before may have been deleted meanwhile, or have become too old.
      const left = entries.get(key);
      if (left === undefined || lateness(left) >= staleIfErrorMs || caller.isOver) throw error;
      tell('stale-if-error');
      return left.value;
    }
  };

  return {
    get size() {
      return entries.size;
    },
    get bytes() {
      return entries.used;
    },
    async get(key, load, callOptions) {
      const { signal } = asked('load', load, callOptions);
      const caller = new Scope(home);
      const unfollow = signal && caller.follow(signal);
      try {
        return await read(key, load, caller);
      } finally {
        unfollow?.();
        caller.close();
      }
    },
    delete(key) {
      loads.drop(key);
      entries.delete(key);
    },
    clear() {
      loads.dropAll();
      entries.clear();
    },
  };
}

function checkOptions(options: Required<Omit<CacheOptions, 'name' | 'clock' | 'maxBytes' | 'sizeOf'>>): void {
  expectAtLeastZero('ttlMs', options.ttlMs);
  expectAtLeastZero('staleWhileRevalidateMs', options.staleWhileRevalidateMs);
  expectAtLeastZero('staleIfErrorMs', options.staleIfErrorMs);
  expectAboveZero('loadTimeoutMs', options.loadTimeoutMs);
  expectWhole('maxEntries', options.maxEntries, 1);
}

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  try {
    return Buffer.byteLength(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  } catch {
    // A big integer, or a circle: only `sizeOf` can tell.
    return Number.NaN;
  }
}
