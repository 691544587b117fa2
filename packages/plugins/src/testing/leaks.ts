import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';

// (1) Only what began in the work of this plugin counts: what the test or its runner does beside it is not blamed on it.

/** What the work of a plugin opens and does not close. */
export interface LeakWatch {
  /** Does work whose leftovers count. */
  run<T>(work: () => T): T;
  /** What is left, one sentence each; waits up to a second for what is just ending. Watches no longer. */
  end(): Promise<readonly string[]>;
}

/** What Node calls what can keep a process alive, and what a reader calls it. */
const kinds: Readonly<Record<string, string>> = {
  Timeout: 'timers',
  TCPSERVERWRAP: 'servers',
  TCPWRAP: 'sockets',
  PIPESERVERWRAP: 'servers',
  PIPEWRAP: 'pipes',
  UDPWRAP: 'sockets',
  FSEVENTWRAP: 'file watchers',
  STATWATCHER: 'file watchers',
  PROCESSWRAP: 'processes',
  WORKER: 'threads',
  SIGNALWRAP: 'signal handlers',
};
const settleMs = 1_000;
const pauseMs = 10;

export function watchLeaks(): LeakWatch {
  const mine = new AsyncLocalStorage<true>();
  const open = new Map<number, { readonly kind: string; readonly resource: { hasRef?(): boolean } }>();
  const listeners = listenerCounts();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      const kind = kinds[type];
      if (kind !== undefined && mine.getStore()) open.set(id, { kind, resource });
    },
    destroy: (id) => void open.delete(id),
  }).enable();
  const left = (): readonly string[] => {
    const counts = new Map<string, number>();
    for (const { kind, resource } of open.values()) {
      if (resource.hasRef?.() !== false) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const handles = Array.from(counts, ([kind, count]) => `${kind} that keep the process alive: ${count}`);
    const added = Array.from(listenerCounts(), ([name, count]) => [name, count - (listeners.get(name) ?? 0)] as const);
    const heard = added.filter(([, count]) => count > 0);
    return [...handles, ...heard.map(([name, count]) => `listeners to "${name}" of the process: ${count}`)];
  };
  return {
    run: (work) => mine.run(true, work),
    async end() {
      for (let waited = 0; left().length > 0 && waited < settleMs; waited += pauseMs) await pause(pauseMs);
      hook.disable();
      return left();
    },
  };
}

function listenerCounts(): ReadonlyMap<string, number> {
  return new Map(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}
