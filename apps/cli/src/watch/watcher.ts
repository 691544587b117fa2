// (1) A change that comes after watch() ends the next changed(), also when it comes before changed() is called.
// (2) Changes that come together end one changed(): after `quietMs` without another one, or `mostMs` after the first.
// (3) Where the system cannot watch, changed() ends every `pollMs`, and whoever asks looks for themselves.
// (4) No watcher and no timer outlives close().
// (5) A directory that went and came back is watched again: the system goes on watching the one that is gone.
import { statSync, watch as watchDirectory, type FSWatcher } from 'node:fs';

export interface WatcherOptions {
  /** @default 100 */
  readonly quietMs?: number;
  /** @default 1_000 */
  readonly mostMs?: number;
  /** @default 2_000 */
  readonly pollMs?: number;
  /** @default that of Node */
  readonly watch?: (path: string, listener: () => void) => Pick<FSWatcher, 'on' | 'close'>;
}

/** Tells that something has changed in some directories. */
export interface Watcher {
  /** Watches these directories, and no others from now on. */
  watch(directories: ReadonlySet<string>): void;
  /** Resolves after the next change. @throws the signal's reason */
  changed(signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createWatcher({
  quietMs = 100,
  mostMs = 1_000,
  pollMs = 2_000,
  watch = (path, listener) => watchDirectory(path, { persistent: false }, listener),
}: WatcherOptions = {}): Watcher {
  const watched = new Map<string, { readonly identity: string; close(): void }>();
  let isBlind = false;
  let firstAt: number | undefined;
  let lastAt = 0;
  let wake = (): void => {};

  const note = (): void => {
    lastAt = performance.now();
    firstAt ??= lastAt;
    wake();
  };
  const drop = (path: string): void => {
    watched.get(path)?.close();
    watched.delete(path);
  };
  const add = (path: string): void => {
    try {
      const identity = identityOf(path);
      const watcher = watch(path, note);
      watched.set(path, { identity, close: () => watcher.close() });
      watcher.on('error', () => {
        // A directory that is gone; what is in its place is found by the next round.
        drop(path);
        note();
      });
    } catch {
      isBlind = true;
    }
  };
  /** How long it is until changed() may end; undefined while nothing has changed. */
  const dueMs = (now: number): number | undefined =>
    firstAt === undefined ? undefined : Math.max(0, Math.min(lastAt + quietMs, firstAt + mostMs) - now);

  return {
    watch(directories) {
      isBlind = false;
      for (const [path, { identity }] of watched)
        if (!directories.has(path) || identityOf(path) !== identity) drop(path);
      for (const path of directories) if (!watched.has(path)) add(path);
      isBlind ||= watched.size === 0;
    },
    async changed(signal) {
      const pollAt = performance.now() + pollMs;
      for (;;) {
        signal.throwIfAborted();
        const now = performance.now();
        const due = dueMs(now) ?? (isBlind ? Math.max(0, pollAt - now) : undefined);
        if (due === 0) break;
        await sleep(due, signal, (then) => (wake = then));
      }
      firstAt = undefined;
    },
    close() {
      for (const path of watched.keys()) drop(path);
    },
  };
}

/** Which directory stands at a path now; empty where there is none. */
function identityOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`;
}

/** Waits so long, for ever without a number, until somebody wakes it or the signal aborts. */
function sleep(ms: number | undefined, signal: AbortSignal, onWake: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    // Watchers do not keep the process alive: the wait does, which is what the user asked for.
    const timer = setTimeout(() => end(), ms ?? 2 ** 31 - 1);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    onWake(end);
  });
}
