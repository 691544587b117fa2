// The sources of a plugin, read by the host. A guest is given their text, so it needs no right to read anything, and what runs
// is what was read.
import { readFile, readdir, realpath } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { fileDigest } from '../verify/file-digest.ts';
import type { PluginCode } from './tier.ts';

/** The sources of a plugin by their path from its folder, with slashes. */
export interface CodeFiles {
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
}

const sources: readonly string[] = ['.js', '.mjs', '.json', '.ts', '.mts'];
const mostFiles = 5_000;
const mostBytes = 32 * 1024 * 1024;

/** @throws LINK_REFUSED, CODE_REFUSED, CODE_CHANGED */
export async function readCode(code: PluginCode, signal: AbortSignal): Promise<CodeFiles> {
  const { id: plugin } = code;
  const root = await realpath(fileURLToPath(code.directory));
  const files: Record<string, string> = Object.create(null) as Record<string, string>;
  let bytes = 0;
  for (const path of await checkedFiles(plugin, root)) {
    if (!sources.includes(extname(path))) continue;
    signal.throwIfAborted();
    const content = await readFile(join(root, path));
    bytes += content.length;
    if (bytes > mostBytes) throw refused(plugin, path, `the sources are over ${mostBytes} bytes`);
    const name = path.split(sep).join('/');
    if (code.examined && code.examined.get(name) !== fileDigest(content))
      throw new PluginErrors.CODE_CHANGED({ plugin, path: name });
    files[name] = content.toString('utf8');
  }
  const entry = relative(root, await realpath(fileURLToPath(code.entry)))
    .split(sep)
    .join('/');
  if (files[entry] === undefined) throw refused(plugin, entry, `it is no module (${sources.join(', ')}) in the folder`);
  return { entry, files };
}

/**
 * All files below a folder, but for installed packages: no tier that is given its code loads those. A link that leads out of
 * the folder, or a device, is not a part of a plugin.
 */
async function checkedFiles(plugin: string, root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const item of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, item.name);
      if (item.isDirectory()) {
        if (!installed.has(item.name)) folders.push(path);
      } else if (item.isSymbolicLink()) await refuseOutside(plugin, root, path);
      else if (item.isFile()) found.push(relative(root, path));
      else throw new PluginErrors.LINK_REFUSED({ plugin, path, target: 'no file and no folder' });
      if (found.length > mostFiles) throw refused(plugin, root, `it has more than ${mostFiles} files`);
    }
  }
  return found;
}

const installed: ReadonlySet<string> = new Set(['node_modules', '.git']);

async function refuseOutside(plugin: string, root: string, path: string): Promise<void> {
  const target = await realpath(path).catch(() => 'nothing');
  if (!target.startsWith(root + sep)) throw new PluginErrors.LINK_REFUSED({ plugin, path, target });
}

/** Refuses links in a folder that a plugin may use: the permission model follows them out of it. @throws LINK_REFUSED */
export async function refuseLinks(plugin: string, folder: string): Promise<void> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const item of items) {
    if (item.isSymbolicLink()) await refuseOutside(plugin, folder, join(item.parentPath, item.name));
  }
}

function refused(plugin: string, path: string, why: string): Error {
  return new PluginErrors.CODE_REFUSED({ plugin, path, why });
}
