import { PluginErrors } from '../errors.ts';
import { processTier } from '../isolation/process.ts';
import { tierNames, type Tier, type TierName } from '../isolation/tier.ts';
import { messageOf } from '../isolate.ts';
import { wasmTier } from '../isolation/wasm.ts';
import { workerTier } from '../isolation/worker.ts';
import { readPackage, startPlugin, type PluginUnderTest, type StartPluginOptions } from './start-plugin.ts';

export interface EachTierOptions extends Omit<StartPluginOptions, 'tier'> {
  /** @default all that the manifest lets it run in: inline, worker, process, wasm */
  readonly tiers?: readonly TierName[];
}

const makers: Readonly<Record<TierName, () => Tier | undefined>> = {
  inline: () => undefined,
  worker: () => workerTier(),
  process: () => processTier(),
  wasm: () => wasmTier(),
};

/**
 * Starts the plugin in a folder in one tier after the other, runs the same check on each, and looks for what it has left behind.
 *
 * @throws TIERS_FAILED with what went wrong in each tier, after all have run
 */
export async function onEachTier(
  folder: string | URL,
  check: (it: PluginUnderTest, tier: TierName) => unknown,
  { tiers, ...options }: EachTierOptions = {},
): Promise<void> {
  const failures: string[] = [];
  const causes: unknown[] = [];
  for (const name of tiers ?? (await allowedTiers(folder))) {
    const leaks = await checkIn(name, folder, check, options).catch((error: unknown) => {
      causes.push(error);
      return [messageOf(error)];
    });
    failures.push(...leaks.map((each) => `- ${name}: ${each}`));
  }
  if (failures.length === 0) return;
  const cause = new AggregateError(causes, 'Failures of a plugin in its tiers');
  throw new PluginErrors.TIERS_FAILED({ count: failures.length, list: failures.join('\n') }, { cause });
}

async function allowedTiers(folder: string | URL): Promise<readonly TierName[]> {
  const { manifest } = await readPackage(folder);
  const { minimum = 'inline' } = manifest.isolation ?? {};
  return manifest.inlineOnly ? ['inline'] : tierNames.slice(tierNames.indexOf(minimum));
}

async function checkIn(
  name: TierName,
  folder: string | URL,
  check: (it: PluginUnderTest, tier: TierName) => unknown,
  options: StartPluginOptions,
): Promise<readonly string[]> {
  const tier = makers[name]();
  const it = await startPlugin(folder, { ...options, ...(tier && { tier }) });
  try {
    await check(it, name);
  } catch (error) {
    await it[Symbol.asyncDispose]();
    throw error;
  }
  return await it.stop();
}
