import { readFile, realpath } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginErrors } from './errors.ts';
import { digestOf } from './folder-index.ts';
import { messageOf } from './isolate.ts';
import type { OpenedPlugin, OpenOptions, PluginCode, Tier } from './isolation/tier.ts';
import type { Settings } from './options.ts';
import { askPlace } from './policy.ts';

/** Loads the code of a plugin in its place. @throws TIER_MISSING, TIER_REFUSED, ENTRY_MISSING, ENTRY_OUTSIDE, and what the tier, or the rule for it, throws */
export async function load(code: PluginCode, settings: Settings, options: OpenOptions): Promise<OpenedPlugin> {
  const { id: plugin, version, manifest } = code;
  const tier = tierOf(code, settings);
  await checkEntry(code);
  await checkManifest(code);
  options.signal.throwIfAborted();
  const details = { tier: tier.name, permissions: manifest.permissions ?? {}, limits: manifest.limits ?? {} };
  await settings.policy.audit?.record({ event: 'granted', plugin, version, details });
  options.signal.throwIfAborted();
  return await tier.open(withExamined(code, settings), options);
}

/** Between the examination and the loading others may write in its folder. */
function withExamined(code: PluginCode, { policy }: Settings): PluginCode {
  for (const examiner of policy.examiners ?? []) {
    const examined = examiner.filesOf?.(code);
    if (examined) return { ...code, examined };
  }
  return code;
}

function tierOf({ id: plugin, manifest }: PluginCode, { tiers, policy }: Settings): Tier {
  const name = askPlace(manifest, policy);
  if (manifest.inlineOnly && name !== 'inline') throw new PluginErrors.TIER_REFUSED({ plugin, tier: name });
  const tier = tiers.get(name);
  if (tier) return tier;
  throw new PluginErrors.TIER_MISSING({ plugin, tier: name, known: [...tiers.keys()].join(', ') });
}

/** A link could lead to code that nobody has examined. */
async function checkEntry({ id: plugin, entry, directory }: PluginCode): Promise<void> {
  const real = await realpath(fileURLToPath(entry)).catch((cause: unknown) => {
    throw new PluginErrors.ENTRY_MISSING({ plugin, entry: entry.href, detail: messageOf(cause) }, { cause });
  });
  const { href } = pathToFileURL(real);
  if (href.startsWith(directory.href)) return;
  throw new PluginErrors.ENTRY_OUTSIDE({ plugin, entry: href, directory: directory.href });
}

/** An index may be older than the package: what it grants is then not what the package asks for now. */
async function checkManifest({ id: plugin, directory, manifestDigest }: PluginCode): Promise<void> {
  if (manifestDigest === undefined) return;
  const text = await readFile(new URL('package.json', directory)).catch(() => '');
  if (digestOf(text) !== manifestDigest) throw new PluginErrors.INDEX_STALE({ plugin, directory: directory.href });
}
