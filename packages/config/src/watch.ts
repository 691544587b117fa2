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
 * follow the old one. A directory that is missing or goes away is not watched. Watching keeps no process alive.
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
  const watchers = directories.flatMap((directory) => openWatcher(directory, onEvent) ?? []);
  return () => {
    forget();
    over.abort();
    for (const watcher of watchers) watcher.close();
  };
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
