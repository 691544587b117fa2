// (1) A snapshot is replaced whole or not at all.
// (2) A reading that is not valid changes nothing: the last good snapshot stays.
// (3) Only reloadable keys change; others are reported as waiting for a restart.
// (4) Changes happen one after the other, in the order they were asked for.
// (5) Of an update and a source, the one that said something new last wins.
// open -> closed
import { keepUpdates, listChanges, planChange } from './difference.ts';
import { ConfigErrors } from './errors.ts';
import { tellChanged, tellRejected } from './events.ts';
import type { History } from './history.ts';
import { createListeners, type Listener } from './listeners.ts';
import { readPatch, readVersion, type Patch } from './patch.ts';
import { createQueue } from './queue.ts';
import type { Values } from './resolve.ts';
import { checkRules } from './rules.ts';
import { buildTree, invalid, takeSnapshot, type Snapshot, type SnapshotPlan } from './snapshot.ts';

/** What a change did. */
export interface ChangeReport {
  readonly version: number;
  /** The keys whose values are new. */
  readonly changed: readonly string[];
  /** The keys whose new values wait for a restart. */
  readonly restartNeeded: readonly string[];
}

/** How the configuration is, for a health check. */
export interface ConfigStatus {
  /** False after a reading that was not valid, until one is. */
  readonly ok: boolean;
  readonly version: number;
  readonly restartNeeded: readonly string[];
  /** Why the latest reading was rejected. */
  readonly error?: unknown;
}

/** A snapshot that can be replaced. */
export interface Runtime {
  snapshot(): Snapshot;
  /** How long the latest reading holds, in milliseconds; undefined when nothing in it expires. */
  refreshAfterMs(): number | undefined;
  status(): ConfigStatus;
  reload(by: string, signal?: AbortSignal): Promise<ChangeReport>;
  /** @param expected The version that the patch is meant for, if that matters. */
  update(patch: object, by: string, expected?: number): Promise<ChangeReport>;
  rollback(version: number): Promise<ChangeReport>;
  onChange(key: string, listener: Listener): () => void;
  close(): Promise<void>;
}

interface State {
  readonly snapshot: Snapshot;
  /** What the sources say, without updates. */
  readonly base: Values;
  readonly updates: Values;
  readonly version: number;
  readonly restartNeeded: readonly string[];
  readonly refreshAfterMs: number | undefined;
  readonly error?: unknown;
}

/** Makes a snapshot replaceable. */
export function createRuntime(plan: SnapshotPlan, first: Snapshot, version: number, history: History): Runtime {
  const { shape } = plan;
  // Made when something has to be stopped: the first one of a process takes Node longer than loading a configuration.
  let stop: AbortController | undefined;
  const stopping = (): AbortController => (stop ??= new AbortController());
  const listeners = createListeners();
  const inTurn = createQueue();
  let state: State = {
    snapshot: first,
    base: first.values,
    updates: new Map(),
    version,
    restartNeeded: [],
    refreshAfterMs: first.refreshAfterMs,
  };

  const apply = async (by: string, base: Values, updates: Values): Promise<ChangeReport> => {
    const was = state.snapshot.values;
    const { values, changed, restartNeeded } = planChange(shape, was, new Map([...base, ...updates]));
    const isNew = changed.length > 0;
    const broken = isNew ? checkRules(shape, values, plan.rules, plan.environment) : [];
    if (broken.length > 0) throw invalid(broken);
    const next = isNew ? await history.add(by, values, listChanges(shape, was, values, changed)) : state.version;
    const snapshot = { values, tree: buildTree(shape.root, values) };
    // What is wrong with the sources stays wrong whatever is changed by hand.
    state = { ...state, snapshot, base, updates, version: next, restartNeeded };
    if (isNew) tellChanged({ version: next, by, keys: changed, restartNeeded });
    for (const key of changed) listeners.notify(key, values.get(key)?.value, was.get(key)?.value);
    return { version: next, changed, restartNeeded };
  };

  const change = async (
    by: string,
    task: () => Promise<ChangeReport>,
    signal = stopping().signal,
  ): Promise<ChangeReport> =>
    inTurn(async () => {
      stopping().signal.throwIfAborted();
      try {
        return await task();
      } catch (error) {
        if (!signal.aborted) tellRejected({ version: state.version, by, error });
        throw error;
      }
    });

  const reread = async (by: string, signal: AbortSignal): Promise<ChangeReport> => {
    try {
      const { values, refreshAfterMs } = await takeSnapshot(plan, signal);
      state = { ...state, refreshAfterMs, error: undefined };
      return await apply(by, values, keepUpdates(state.updates, state.base, values));
    } catch (error) {
      if (!signal.aborted) state = { ...state, error };
      throw error;
    }
  };

  return {
    snapshot: () => state.snapshot,
    refreshAfterMs: () => state.refreshAfterMs,
    status: () => describeState(state),
    reload: async (by, given) => {
      const closed = stopping().signal;
      const signal = given === undefined ? closed : AbortSignal.any([closed, given]);
      return change(by, async () => reread(by, signal), signal);
    },
    update: async (patch, by, expected) =>
      change(by, async () => {
        // In its turn: what is in force when it is asked for may be gone by then.
        if (expected !== undefined && expected !== state.version)
          throw new ConfigErrors.STALE({ version: state.version });
        const read = await readPatch(shape, patch, by, plan);
        return apply(by, state.base, withPatch(state.updates, read));
      }),
    rollback: async (to) => {
      const by = `rollback to ${to}`;
      return change(by, async () => {
        const stored = history.versions().find((each) => each.version === to);
        if (stored === undefined) throw unknownVersion(to, history);
        const read = await readVersion(shape, stored, by, plan);
        return apply(by, state.base, withPatch(state.updates, read));
      });
    },
    onChange: (key, listener) => listeners.add(key, listener),
    close: async () => {
      stopping().abort(new ConfigErrors.CLOSED());
      listeners.clear();
      await inTurn(async () => undefined);
    },
  };
}

function withPatch(updates: Values, patch: Patch): Values {
  const merged = new Map(updates);
  for (const [key, resolved] of patch) {
    if (resolved === undefined) merged.delete(key);
    else merged.set(key, resolved);
  }
  return merged;
}

function describeState({ version, restartNeeded, error }: State): ConfigStatus {
  const status = { ok: error === undefined, version, restartNeeded };
  return error === undefined ? status : { ...status, error };
}

function unknownVersion(version: number, history: History): Error {
  const known = history.versions().map((each) => each.version);
  return new ConfigErrors.UNKNOWN_VERSION({ version, known: known.join(', ') });
}
