import { createRefresher } from './refresh.ts';
import type { Runtime } from './runtime.ts';
import type { SnapshotPlan } from './snapshot.ts';
import { watchDirectories, type WatchOptions } from './watch.ts';

/** What reads again when files change, and before what was read expires. */
export interface Freshness {
  /** Begins to read again: also for what has changed since the watching began. */
  follow(runtime: Runtime): void;
  stop(): void;
}

/** Watches from now on, before anything is read: what changes meanwhile would be seen by nobody. */
export function keepFresh(plan: SnapshotPlan, { quietMs = 100 }: WatchOptions): Freshness {
  const directories = new Set(plan.sources.flatMap((source) => source.directories?.(plan) ?? []));
  const loaded = Promise.withResolvers<Runtime>();
  const reload = async (by: string, signal?: AbortSignal): Promise<void> => {
    const runtime = await loaded.promise;
    try {
      await runtime.reload(by, signal);
      refresher.succeeded(runtime.refreshAfterMs());
    } catch {
      // A reading that fails is told on a channel and shown by status(); the last good values stay.
      refresher.failed();
    }
  };
  const refresher = createRefresher(() => void reload('lease'));
  const stopWatching = watchDirectories([...directories], quietMs, async (signal) => reload('watch', signal));
  return {
    follow(runtime) {
      refresher.succeeded(runtime.refreshAfterMs());
      loaded.resolve(runtime);
    },
    stop() {
      stopWatching();
      refresher.stop();
    },
  };
}
