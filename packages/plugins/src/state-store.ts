import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
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
}

/** Keeps state as long as the process runs. */
export function memoryState(): StateStore {
  const states = new Map<string, string>();
  return {
    async read(plugin) {
      const text = states.get(plugin);
      return text === undefined ? undefined : (JSON.parse(text) as KeptState);
    },
    async write(plugin, state) {
      states.set(plugin, JSON.stringify(state));
    },
  };
}

/**
 * Keeps the state of each plugin in one file of a folder, which is made when it is needed. A file is on the disk, whole, before
 * a write ends; one process at a time may use the folder.
 */
export function folderState(path: string | URL): StateStore {
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  const fileOf = (plugin: string): string => join(root, `${encodeURIComponent(plugin)}.json`);
  return {
    async read(plugin, { signal }) {
      const file = fileOf(plugin);
      try {
        return parse(await readFile(file, { encoding: 'utf8', signal }));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        signal.throwIfAborted();
        throw new PluginErrors.STATE_UNREADABLE({ plugin, where: file, detail: messageOf(error) }, { cause: error });
      }
    },
    async write(plugin, state, { signal }) {
      await mkdir(root, { recursive: true });
      await replace(fileOf(plugin), JSON.stringify(state), signal);
    },
  };
}

function parse(text: string): KeptState {
  const content: unknown = JSON.parse(text);
  if (isRecord(content) && Number.isSafeInteger(content['version']) && isRecord(content['values'])) {
    return { version: Number(content['version']), values: content['values'] };
  }
  throw new TypeError('it is not { "version", "values" }');
}

async function replace(file: string, text: string, signal: AbortSignal): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text, { signal });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
