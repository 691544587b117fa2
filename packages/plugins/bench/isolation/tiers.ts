import { processTier, wasmTier, workerTier, type Tier } from '@seaworthy/plugins';

export type Name = 'worker' | 'process' | 'wasm';

/** How to make each tier, with plugins that share a guest or without. */
export const tiers: Readonly<Record<Name, (isShared: boolean) => Tier>> = {
  worker: (isShared) => workerTier({ pluginsPerWorker: isShared ? 32 : 1 }),
  process: (isShared) => processTier({ publisherOf: () => 'one', pluginsPerProcess: isShared ? 32 : 1 }),
  wasm: () => wasmTier(),
};

export const names: readonly Name[] = ['worker', 'process', 'wasm'];

export function isTier(name: unknown): name is Name {
  return names.some((known) => known === name);
}
