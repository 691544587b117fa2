import { node } from './node.ts';
import type { FSWatcher } from 'node:fs';

export interface WatchOptions {
  /**
   * Reads again when the directories have been left alone for this long, or for twenty times as long (a second at least)
   * have not been: a log file beside the configuration may never rest. @default 100
   */
  readonly quietMs?: number;
}

const patience = 20;
const leastPatienceMs = 1_000;

/**
 * Watches directories, not files: an editor, a ConfigMap or a deployment replaces a file, and a watch on the file would
 * follow the old one. Where a link leads to a directory, such as `current` to a release, the place of the link is watched
 * too, and the new directory once it leads elsewhere. A directory that is missing or goes away is not watched. Watching
 * keeps no process alive.
 *
 * @param onQuiet Its signal aborts when the files change again: what is being read then may be half of each. Where they
 * never rest it does not, or nothing would ever be read.
 */
export function watchDirectories(
  directories: readonly string[],
  quietMs: number,
  onQuiet: (signal: AbortSignal) => Promise<void>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let waitingSince: number | undefined;
  let reading = new AbortController();
  const over = new AbortController();
  const longestMs = Math.max(leastPatienceMs, quietMs * patience);
  const forget = (): void => {
    clearTimeout(timer);
    reading.abort();
  };
  const read = async (isOverdue: boolean): Promise<void> => {
    if (isOverdue) waitingSince = undefined;
    watching.renew();
    const { signal } = isOverdue ? over : reading;
    await onQuiet(signal);
    // One that was ended by another event has not brought anything: the patience goes on.
    if (!signal.aborted) waitingSince = undefined;
  };
  const onEvent = (): void => {
    forget();
    reading = new AbortController();
    const now = performance.now();
    waitingSince ??= now;
    const leftMs = waitingSince + longestMs - now;
    const isOverdue = leftMs <= quietMs;
    timer = setTimeout(() => void read(isOverdue), isOverdue ? Math.max(0, leftMs) : quietMs).unref();
  };
  const watching = createWatching(directories, onEvent);
  watching.renew();
  return () => {
    forget();
    over.abort();
    watching.close();
  };
}

interface Watching {
  /** Watches what the directories are now. */
  renew(): void;
  close(): void;
}

function createWatching(directories: readonly string[], onEvent: () => void): Watching {
  const watchers = new Map<string, FSWatcher>();
  const close = (identity: string, watcher: FSWatcher): void => {
    watcher.close();
    watchers.delete(identity);
  };
  return {
    renew() {
      const wanted = new Map<string, string>();
      for (const place of directories.flatMap((directory) => [...placesOf(directory)])) {
        const identity = identityOf(place);
        if (identity !== undefined) wanted.set(identity, place);
      }
      for (const [identity, watcher] of watchers) if (!wanted.has(identity)) close(identity, watcher);
      for (const [identity, place] of wanted) {
        const watcher = watchers.has(identity) ? undefined : openWatcher(place, onEvent);
        if (watcher !== undefined) watchers.set(identity, watcher);
      }
    },
    close() {
      for (const [identity, watcher] of watchers) close(identity, watcher);
    },
  };
}

/** The directory, and those in which a link on the way to it may be replaced. */
function placesOf(directory: string, seen = new Set<string>()): ReadonlySet<string> {
  seen.add(directory);
  const { dirname, resolve } = node.path;
  for (let at = directory; dirname(at) !== at; at = dirname(at)) {
    const target = linkAt(at);
    if (target === undefined) continue;
    seen.add(dirname(at));
    const leadsTo = resolve(dirname(at), target);
    if (!seen.has(leadsTo)) placesOf(leadsTo, seen);
  }
  return seen;
}

function linkAt(path: string): string | undefined {
  try {
    return node.fs.readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** One directory, whatever leads to it, and another one that takes its place. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = node.fs.statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function openWatcher(directory: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = node.fs.watch(directory, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
