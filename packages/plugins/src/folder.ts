import { readdirSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasCode } from './error-code.ts';
import { PluginErrors } from './errors.ts';
import { expectKnown } from './expect-option.ts';
import { listing, readIndex, writeIndex, type Configure } from './folder-index.ts';
import { messageOf } from './isolate.ts';
import { readManifest } from './package-manifest.ts';
import type { PluginPackage, PluginSource } from './sources.ts';

export interface FolderOptions {
  /** What a plugin sees as `ctx.config`, by its id. */
  readonly config?: (id: string) => unknown;
  /** The `configVersion` that the config of a plugin was written for. @default that of its manifest */
  readonly configVersion?: (id: string) => number | undefined;
}

/**
 * The plugins in a folder such as `node_modules`: packages (also `@scope/name`) whose `package.json` has a `seaworthy`
 * object. None of their code is loaded by looking for them. A folder that is not there has no plugins.
 *
 * @throws UNKNOWN_OPTION
 */
export function folder(path: string | URL, options: FolderOptions = {}): PluginSource {
  expectKnown<FolderOptions>('', options, { config: true, configVersion: true });
  const { config, configVersion } = options;
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  const configure: Configure | undefined = config && ((id) => configured(config(id), configVersion?.(id)));
  return {
    name: `folder ${root}`,
    async discover(signal) {
      const indexed = readIndex(root, configure);
      if (indexed) return indexed;
      const packages = await readPackages(root, packageFolders(root, signal), signal);
      return packages.map(({ text: _text, ...each }) => ({ ...each, ...configure?.(each.manifest.id) }));
    },
  };
}

function configured(config: unknown, configVersion: number | undefined): ReturnType<Configure> {
  return { config, ...(configVersion !== undefined && { configVersion }) };
}

/**
 * Writes down what `folder(path)` would find, into one file of that folder, so that it finds it by reading that file: for
 * installers and images. As long as everything in the folder has the same names the index is used; a package whose `package.json`
 * has changed since is not loaded. Returns how many plugins there are.
 *
 * @throws FILE_UNREADABLE
 */
export async function indexFolder(
  path: string | URL,
  options: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  const { signal = new AbortController().signal } = options;
  // Before the packages are read: of one that comes meanwhile the index knows nothing, and does not count.
  const names = listing(root);
  const packages = await readPackages(root, packageFolders(root, signal), signal);
  await writeIndex(root, names, packages, signal);
  return packages.length;
}

async function readPackages(
  root: string,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<readonly ReadPackage[]> {
  const found = await Promise.all(folders.map((each) => readPackage(join(root, each), signal)));
  return found.filter((each) => each !== undefined);
}

/**
 * From the folder; sorted, so that a host comes out the same on every file system. Read at once: to hand
 * one listing over to a thread and back takes longer than reading it.
 */
function packageFolders(root: string, signal: AbortSignal): readonly string[] {
  const folders: string[] = [];
  for (const name of namesIn(root)) {
    signal.throwIfAborted();
    if (!name.startsWith('@')) folders.push(name);
    else for (const inner of namesIn(join(root, name))) folders.push(`${name}/${inner}`);
  }
  return folders;
}

function namesIn(path: string): readonly string[] {
  try {
    const found = readdirSync(path, { withFileTypes: true });
    const folders = found.filter((each) => (each.isDirectory() || each.isSymbolicLink()) && !each.name.startsWith('.'));
    return folders.map(({ name }) => name).toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

interface ReadPackage extends PluginPackage {
  readonly text: string;
}

/** Nothing when the folder is no package, or a package that is no plugin. */
async function readPackage(path: string, signal: AbortSignal): Promise<ReadPackage | undefined> {
  const text = await readText(join(path, 'package.json'), signal);
  // Most packages of a node_modules folder are no plugins: their JSON need not be parsed.
  if (text === undefined || !text.includes('"seaworthy"')) return undefined;
  const read = readManifest(text, path);
  if (read === undefined) return undefined;
  const directory = pathToFileURL(`${await realpath(path)}/`);
  return { directory, text, ...read };
}

async function readText(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new PluginErrors.FILE_UNREADABLE({ path, detail: messageOf(error) }, { cause: error });
  }
}
