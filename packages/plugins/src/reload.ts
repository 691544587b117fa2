import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { PluginManifest } from './manifest.ts';
import { readManifest } from './package-manifest.ts';
import { resolvePlugins, type ResolvedPlugin } from './resolve.ts';
import type { Discovery } from './sources.ts';

/** What a reload comes to. */
export interface Renewal {
  /** All plugins, in their new order. */
  readonly plugins: readonly ResolvedPlugin[];
  /** Those with new code: the one that is reloaded, and of those that come after it the ones whose manifest has changed. */
  readonly renewed: readonly ResolvedPlugin[];
}

interface RenewOptions {
  readonly revision: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the manifest of a plugin again, and those of the plugins that come after it, and puts all in order again.
 *
 * @throws RELOAD_REFUSED with everything that does not fit together any more
 */
export async function renew(
  plugin: ResolvedPlugin,
  all: readonly ResolvedPlugin[],
  { revision, signal }: RenewOptions,
): Promise<Renewal> {
  const { id } = plugin;
  const manifests = await readManifests(plugin, all, signal);
  const before = all.map(entryOf);
  const entries = before.map((entry) => ({ ...entry, manifest: manifests.get(entry.manifest.id) ?? entry.manifest }));
  const { plugins, problems } = resolvePlugins(entries);
  const known = new Set(resolvePlugins(before).problems.map(({ message }) => message));
  const added = problems.filter(({ message }) => !known.has(message));
  if (added.length > 0) throw refused(id, added.map(({ message }) => withoutDot(message)).join('; '));
  const former = new Map(all.map((each) => [each.id, each]));
  const next = plugins.map((each) =>
    manifests.has(each.id) ? asRevision(each, revision) : (former.get(each.id) ?? each),
  );
  return { plugins: next, renewed: next.filter((each) => manifests.has(each.id)) };
}

/** That of the plugin, and those that have changed of the plugins that come after it. */
async function readManifests(
  plugin: ResolvedPlugin,
  all: readonly ResolvedPlugin[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PluginManifest>> {
  const { id, code } = plugin;
  if (!code) throw refused(id, 'the application has imported it itself; start the application again');
  const read = new Map([[id, await readAgain(id, plugin, signal)]]);
  for (const each of comingAfter(id, all)) {
    if (!each.code) continue;
    const manifest = await readAgain(id, each, signal);
    if (!isDeepStrictEqual(manifest, each.manifest)) read.set(each.id, manifest);
  }
  return read;
}

function comingAfter(id: string, all: readonly ResolvedPlugin[]): readonly ResolvedPlugin[] {
  const found = new Set([id]);
  // In dependency order: whatever a plugin comes after has been looked at before.
  return all.filter((each) => {
    const comes = each.after.some((other) => found.has(other));
    if (comes) found.add(each.id);
    return comes;
  });
}

async function readAgain(
  reloaded: string,
  { id, code, manifest }: ResolvedPlugin,
  signal: AbortSignal,
): Promise<PluginManifest> {
  const it = id === reloaded ? 'it' : `"${id}", which needs it,`;
  const its = id === reloaded ? 'its' : `of "${id}", which needs it, the`;
  if (!code) return manifest;
  let text: string;
  try {
    text = await readFile(new URL('package.json', code.directory), { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw refused(reloaded, `${its} package.json cannot be read: ${messageOf(error)}`);
  }
  const read = readManifest(text, fileURLToPath(code.directory));
  if (read?.problem !== undefined) throw refused(reloaded, `${it} ${read.problem}`);
  if (read && read.manifest.id !== id) throw refused(reloaded, `${its} name is "${read.manifest.id}" now`);
  // A source may have another manifest than the package.
  return read?.manifest ?? manifest;
}

/** Its code under a name that Node has not loaded yet; an index says nothing about it. */
function asRevision(plugin: ResolvedPlugin, revision: number): ResolvedPlugin {
  const { id, version, manifest, config, configVersion, needs, after, code } = plugin;
  if (!code) return plugin;
  const { manifestDigest: _digest, ...fresh } = code;
  const rest = { id, version, manifest, config, configVersion, needs, after, plugin: undefined };
  return { ...rest, code: { ...fresh, revision } };
}

function entryOf({ manifest, plugin, code, config, configVersion }: ResolvedPlugin): Discovery {
  const given = { manifest, config, ...(configVersion !== undefined && { configVersion }) };
  return code ? { ...given, directory: code.directory } : { ...given, plugin: plugin ?? {} };
}

function refused(plugin: string, why: string): Error {
  return new PluginErrors.RELOAD_REFUSED({ plugin, why });
}

function withoutDot(message: string): string {
  return message.replace(/\.$/, '');
}
