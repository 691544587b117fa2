import { createRefresher } from './refresh.ts';
import type { Runtime } from './runtime.ts';
import type { SnapshotPlan } from './snapshot.ts';
import { watchDirectories, type WatchOptions } from './watch.ts';

/** Reads again when files change, and before what was read expires. The answer stops it. */
export function keepFresh(plan: SnapshotPlan, runtime: Runtime, { quietMs = 100 }: WatchOptions): () => void {
  const directories = new Set(plan.sources.flatMap((source) => source.directories?.(plan) ?? []));
  const reload = async (by: string, signal?: AbortSignal): Promise<void> => {
    try {
      await runtime.reload(by, signal);
      refresher.succeeded(runtime.refreshAfterMs());
    } catch {
      // A reading that fails is told on a channel and shown by status(); the last good values stay.
      refresher.failed();
    }
  };
  const refresher = createRefresher(() => void reload('lease'));
  refresher.succeeded(runtime.refreshAfterMs());
  const stopWatching = watchDirectories([...directories], quietMs, async (signal) => reload('watch', signal));
  return () => {
    stopWatching();
    refresher.stop();
  };
}
