import { node } from './node.ts';
import type { FSWatcher } from 'node:fs';

export interface WatchOptions {
  /** Reads again when the files have been left alone for this long. @default 100 */
  readonly quietMs?: number;
}

/**
 * Watches directories, not files: an editor, a ConfigMap or a deployment replaces a file, and a watch on the file would
 * follow the old one. A directory that is missing or goes away is not watched. Watching keeps no process alive.
 *
 * @param onQuiet Its signal aborts when the files change again: what is being read then may be half of each.
 */
export function watchDirectories(
  directories: readonly string[],
  quietMs: number,
  onQuiet: (signal: AbortSignal) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let reading = new AbortController();
  const forget = (): void => {
    clearTimeout(timer);
    reading.abort();
  };
  const onEvent = (): void => {
    forget();
    reading = new AbortController();
    timer = setTimeout(onQuiet, quietMs, reading.signal).unref();
  };
  const watchers = directories.flatMap((directory) => openWatcher(directory, onEvent) ?? []);
  return () => {
    forget();
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
