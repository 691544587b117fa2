import { setTimeout as delay } from 'node:timers/promises';
import { addressesOf, type Lookup, type ReplicaAddress } from './addresses.ts';
import type { Replica } from './replica.ts';

export interface WatchedAddresses extends AsyncDisposable {
  readonly current: readonly Replica[];
  /** Hosts that have no address. */
  readonly unknown: readonly string[];
}

export interface WatchOptions {
  readonly open: (address: ReplicaAddress) => Promise<Replica>;
  readonly lookup: Lookup;
  /** How often names are looked up again, in milliseconds. */
  readonly lookupMs: number;
  readonly onChanged: () => void;
}

/** How long an answer about a name is waited for, in milliseconds. */
const answerMs = 5_000;

/** One replica for each address of each URL, until it is disposed of. A name that is not found keeps the addresses that it had. */
export async function watchAddresses(urls: readonly string[], options: WatchOptions): Promise<WatchedAddresses> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const open = new Map<string, Replica>();
  const known = new Map<string, readonly ReplicaAddress[]>();
  const closing = new Set<Promise<void>>();

  const close = (replica: Replica): void => {
    const closed = Promise.resolve(replica[Symbol.asyncDispose]()).catch(() => undefined);
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };
  const lookUp = async (url: string): Promise<void> => {
    const found = await within(answerMs, addressesOf(url, options.lookup));
    if (found !== undefined && found.length > 0) known.set(url, found);
  };
  const refresh = async (): Promise<void> => {
    await Promise.all(urls.map(lookUp));
    if (signal.aborted) return;
    const wanted = new Map([...known.values()].flat().map((each) => [`${each.url} ${each.ip}`, each]));
    for (const [key, replica] of open) {
      if (wanted.has(key)) continue;
      open.delete(key);
      close(replica);
    }
    for (const [key, address] of wanted) if (!open.has(key)) open.set(key, await options.open(address));
  };
  const again = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(options.lookupMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await refresh();
      options.onChanged();
    }
  };
  await refresh();
  await Promise.all([...open.values()].map(({ begun }) => begun));
  const running = again();
  return {
    get current() {
      return [...open.values()];
    },
    get unknown() {
      return urls.filter((url) => !known.has(url)).map((url) => new URL(url).host);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
      for (const replica of open.values()) close(replica);
      open.clear();
      await Promise.all(closing);
    },
  };
}

/** Undefined when it fails, or takes longer. */
async function within<Result>(ms: number, task: Promise<Result>): Promise<Result | undefined> {
  const patience = new AbortController();
  const late = delay(ms, undefined, { signal: patience.signal }).catch(() => undefined);
  try {
    return await Promise.race([task, late]);
  } catch {
    return undefined;
  } finally {
    patience.abort();
  }
}
