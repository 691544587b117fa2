import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from './error-code.ts';
import { PluginErrors } from './errors.ts';
import { expectKnown, expectOption } from './expect-option.ts';
import { replaceLocked } from './folder-lock.ts';
import { messageOf } from './isolate.ts';
import { isTimeout, timeoutRule } from './manifest.ts';
import { isRecord } from './manifest-values.ts';

/** All that a plugin keeps, and the `stateVersion` of the plugin that wrote it. */
export interface KeptState {
  readonly version: number;
  /** JSON values by key. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where the host keeps the state of its plugins. */
export interface StateStore {
  /** Nothing when the plugin has kept nothing yet. */
  read(plugin: string, options: { readonly signal: AbortSignal }): Promise<KeptState | undefined>;
  /** Replaces all of it in one step: whoever reads gets the old or the new. */
  write(plugin: string, state: KeptState, options: { readonly signal: AbortSignal }): Promise<void>;
  /**
   * Replaces what is there by what `change` makes of it, and lets nobody write in between. When `change` throws, nothing is
   * written and it rejects with that. Without this method the host takes it that nobody else writes.
   */
  update?(plugin: string, change: StateChange, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** Makes the next state of what is there. */
export type StateChange = (kept: KeptState | undefined) => KeptState;

/** Keeps state as long as the process runs. */
export function memoryState(): StateStore {
  const states = new Map<string, string>();
  const stateOf = (plugin: string): KeptState | undefined => {
    const text = states.get(plugin);
    return text === undefined ? undefined : (JSON.parse(text) as KeptState);
  };
  return {
    read: async (plugin) => stateOf(plugin),
    async write(plugin, state) {
      states.set(plugin, JSON.stringify(state));
    },
    async update(plugin, change) {
      states.set(plugin, JSON.stringify(change(stateOf(plugin))));
    },
  };
}

export interface FolderStateOptions {
  /** How long a write waits for another process that writes the state of the same plugin. @default 5000 */
  readonly lockTimeoutMs?: number;
}

/**
 * Keeps the state of each plugin in one file of a folder, which is made when it is needed. A file is on the disk, whole, before
 * a write ends. Several processes may use the folder: each changes only the keys that it sets, and of two that set the same
 * key the later wins. What a process held that was killed is free at once; on another machine, after 30 s.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION; its writes also STATE_LOCKED, with who has the lock
 */
export function folderState(path: string | URL, options: FolderStateOptions = {}): StateStore {
  expectKnown<FolderStateOptions>('', options, { lockTimeoutMs: true });
  const { lockTimeoutMs = 5_000 } = options;
  expectOption('lockTimeoutMs', timeoutRule, lockTimeoutMs, isTimeout(lockTimeoutMs));
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  const fileOf = (plugin: string): string => join(root, `${encodeURIComponent(plugin)}.json`);
  const update: NonNullable<StateStore['update']> = (plugin, change, { signal }) => {
    const file = fileOf(plugin);
    const make = async (): Promise<string> => JSON.stringify(change(await readState(file, plugin, signal)));
    const late = (holder: string): Error =>
      new PluginErrors.STATE_LOCKED({ plugin, where: root, holder, timeoutMs: lockTimeoutMs });
    return replaceLocked(file, make, {
      folder: join(root, '.locks'),
      key: plugin,
      timeoutMs: lockTimeoutMs,
      signal,
      late,
    });
  };
  return {
    read: (plugin, { signal }) => readState(fileOf(plugin), plugin, signal),
    write: (plugin, state, options) => update(plugin, () => state, options),
    update,
  };
}

async function readState(file: string, plugin: string, signal: AbortSignal): Promise<KeptState | undefined> {
  const unreadable = (detail: string, cause?: unknown): Error =>
    new PluginErrors.STATE_UNREADABLE({ plugin, where: file, detail }, { cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, { encoding: 'utf8', signal }));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    signal.throwIfAborted();
    throw unreadable(messageOf(error), error);
  }
  if (!isState(content)) throw unreadable('it is not { "version", "values" }');
  return content;
}

function isState(content: unknown): content is KeptState {
  return isRecord(content) && Number.isSafeInteger(content['version']) && isRecord(content['values']);
}
