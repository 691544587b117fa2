import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import { readManifest } from './package-manifest.ts';
import type { PluginPackage, PluginSource } from './sources.ts';

export interface FolderOptions {
  /** What a plugin sees as `ctx.config`, by its id. */
  readonly config?: (id: string) => unknown;
}

/**
 * The plugins in a folder such as `node_modules`: packages (also `@scope/name`) whose `package.json` has a `seaworthy`
 * object. None of their code is loaded by looking for them. A folder that is not there has no plugins.
 */
export function folder(path: string | URL, { config }: FolderOptions = {}): PluginSource {
  const root = typeof path === 'string' ? path : fileURLToPath(path);
  return {
    name: `folder ${root}`,
    async discover(signal) {
      const found = await Promise.all((await packageFolders(root, signal)).map((each) => readPackage(each, signal)));
      const packages = found.filter((each) => each !== undefined);
      return config ? packages.map((each) => ({ ...each, config: config(each.manifest.id) })) : packages;
    },
  };
}

/** Sorted, so that a host comes out the same on every file system. */
async function packageFolders(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const name of await namesIn(root)) {
    signal.throwIfAborted();
    if (!name.startsWith('@')) folders.push(join(root, name));
    else for (const inner of await namesIn(join(root, name))) folders.push(join(root, name, inner));
  }
  return folders;
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    const found = await readdir(path, { withFileTypes: true });
    const folders = found.filter((each) => (each.isDirectory() || each.isSymbolicLink()) && !each.name.startsWith('.'));
    return folders.map(({ name }) => name).toSorted();
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** Nothing when the folder is no package, or a package that is no plugin. */
async function readPackage(path: string, signal: AbortSignal): Promise<PluginPackage | undefined> {
  const text = await readText(join(path, 'package.json'), signal);
  // Most packages of a node_modules folder are no plugins: their JSON need not be parsed.
  if (text === undefined || !text.includes('"seaworthy"')) return undefined;
  const read = readManifest(text, path);
  if (read === undefined) return undefined;
  const directory = pathToFileURL(`${await realpath(path)}/`);
  return { directory, ...read };
}

async function readText(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw new PluginErrors.FILE_UNREADABLE({ path, detail: messageOf(error) }, { cause: error });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
