import { watch, type FSWatcher } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PluginCode } from './isolation/tier.ts';

/** Reloads plugins whose files change: for development. */
export interface WatchOptions {
  /** A plugin is reloaded when its files have been quiet for so long. @default 100 */
  readonly debounceMs?: number;
}

export interface WatchCode {
  readonly codes: readonly PluginCode[];
  readonly debounceMs: number;
  readonly onChange: (id: string) => void;
  readonly onFailure: (id: string, error: Error) => void;
}

/** Watches the folders of plugins, without keeping the process alive; returns the end of watching. */
export function watchCode({ codes, debounceMs, onChange, onFailure }: WatchCode): () => void {
  const timers = new Map<string, NodeJS.Timeout>();
  const watchers = codes.flatMap((code): FSWatcher[] => {
    const { id } = code;
    const changed = (_event: string, file: string | null): void => {
      if (file !== null && !isCode(file)) return;
      clearTimeout(timers.get(id));
      timers.set(id, setTimeout(() => onChange(id), debounceMs).unref());
    };
    try {
      const path = fileURLToPath(code.directory);
      const watcher = watch(path, { recursive: true, persistent: false }, changed);
      watcher.on('error', (error: Error) => onFailure(id, error));
      return [watcher];
    } catch (error) {
      onFailure(id, error as Error);
      return [];
    }
  });
  return () => {
    for (const watcher of watchers) watcher.close();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** What editors and installers write beside the code is no change of it. */
function isCode(file: string): boolean {
  return !file.split(/[\\/]/).some((part) => part === 'node_modules' || part.startsWith('.') || part.endsWith('~'));
}
