import type { AuditJob } from '../engine/job.ts';
import type { Entry } from '../project/walk.ts';
import { watchedDirectories } from '../watch/directories.ts';
import { createWatcher, type Watcher } from '../watch/watcher.ts';
import { below } from './places.ts';

export interface WatchingOptions {
  /** Whether the editor tells of changes below the folder itself. */
  readonly isTold: boolean;
  readonly onChanged: () => void;
  /** @default one of the file system */
  readonly watcher?: Watcher;
}

/** Watches what nobody else tells of: a settings file above the folder, and all of it for an editor that does not watch. */
export interface Watching {
  /** Watches what this look was about, and nothing else from now on. */
  use(job: AuditJob, entries: readonly Entry[]): Promise<void>;
  close(): void;
}

export function createWatching({ isTold, onChanged, watcher = createWatcher() }: WatchingOptions): Watching {
  const end = new AbortController();
  let isRunning = false;
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await watcher.changed(end.signal);
      onChanged();
    }
  };
  return {
    async use({ root, ignoreFrom }, entries) {
      const own = isTold ? [] : await watchedDirectories(root, entries);
      const isOutside = ignoreFrom !== root && below(root, ignoreFrom) === undefined;
      const directories = new Set([...own, ...(isOutside ? [ignoreFrom] : [])]);
      if (end.signal.aborted || (directories.size === 0 && !isRunning)) return;
      watcher.watch(directories);
      if (isRunning) return;
      isRunning = true;
      // It ends when the signal aborts, and in no other way.
      run().catch(() => {});
    },
    close() {
      end.abort();
      watcher.close();
    },
  };
}
