import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { PluginManifest } from './manifest.ts';
import { readManifest } from './package-manifest.ts';
import { resolvePlugins, type ResolvedPlugin } from './resolve.ts';
import type { Discovery } from './sources.ts';

/**
 * Reads the manifest of a plugin again, and checks that it still fits to the others.
 *
 * @throws RELOAD_REFUSED
 */
export async function renew(
  plugin: ResolvedPlugin,
  others: readonly ResolvedPlugin[],
  { revision, signal }: { readonly revision: number; readonly signal: AbortSignal },
): Promise<ResolvedPlugin> {
  const { id, code } = plugin;
  if (!code) throw refused(id, 'the application has imported it itself; start the application again');
  const manifest = await readAgain(plugin, code.directory, signal);
  const before = others.map(entryOf);
  const entries = before.map((entry) => (entry.manifest.id === id ? { ...entry, manifest } : entry));
  const { plugins, problems } = resolvePlugins(entries);
  const known = new Set(resolvePlugins(before).problems.map(({ message }) => message));
  const problem = problems.find(({ message }) => !known.has(message));
  if (problem) throw refused(id, problem.message.replace(/\.$/, ''));
  const next = plugins.find((each) => each.id === id);
  if (!next?.code || !hasSame(plugin.after, next.after)) {
    throw refused(id, 'it has other dependencies now; start the host again');
  }
  const { manifestDigest: _digest, ...fresh } = next.code;
  return { ...next, code: { ...fresh, revision } };
}

async function readAgain(
  { id, manifest }: ResolvedPlugin,
  directory: URL,
  signal: AbortSignal,
): Promise<PluginManifest> {
  let text: string;
  try {
    text = await readFile(new URL('package.json', directory), { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw refused(id, `its package.json cannot be read: ${messageOf(error)}`);
  }
  const read = readManifest(text, fileURLToPath(directory));
  if (read?.problem !== undefined) throw refused(id, `it ${read.problem}`);
  if (read && read.manifest.id !== id) throw refused(id, `its name is "${read.manifest.id}" now`);
  // A source may have another manifest than the package.
  return read?.manifest ?? manifest;
}

function entryOf({ manifest, plugin, code, config }: ResolvedPlugin): Discovery {
  if (code) return { manifest, directory: code.directory, config };
  return { manifest, plugin: plugin ?? {}, config };
}

function refused(plugin: string, why: string): Error {
  return new PluginErrors.RELOAD_REFUSED({ plugin, why });
}

function hasSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each));
}
