import { expectKnown, type OptionNames } from '../expect-option.ts';
import { openInPool } from './open-in-pool.ts';
import { createPool } from './pool.ts';
import { valuesOf } from './grants.ts';
import { expectWhole } from './tier-options.ts';
import type { PluginCode, Tier } from './tier.ts';
import { startWorker, type WorkerOrder } from './worker-guest.ts';

export interface WorkerTierOptions {
  /** Plugins with the same limits and environment in one thread; a crash takes them all. @default 16 */
  readonly pluginsPerWorker?: number;
  readonly resourceLimits?: {
    /** Megabytes of JavaScript memory of a thread, unless a manifest says otherwise in `limits.memoryMb`. @default 256 */
    readonly memoryMb?: number;
    /** Megabytes of its stack. @default 4 */
    readonly stackSizeMb?: number;
  };
  /** How long code may compute without a pause, unless a manifest says it in `limits.cpuMs`. @default 5000 */
  readonly unresponsiveMs?: number;
  /** How long a thread may take until it serves. @default 30000 */
  readonly startTimeoutMs?: number;
}

const optionNames: OptionNames<WorkerTierOptions> = {
  pluginsPerWorker: true,
  resourceLimits: true,
  unresponsiveMs: true,
  startTimeoutMs: true,
};
const limitNames: OptionNames<NonNullable<WorkerTierOptions['resourceLimits']>> = { memoryMb: true, stackSizeMb: true };

/**
 * Runs plugins in worker threads: for code that is trusted and may fail.
 *
 * It isolates faults, not hostile code: a thread can read and write what the process can. An exception nobody catches, an
 * endless loop or too much JavaScript memory ends the thread, and its plugins fail.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export function workerTier(options: WorkerTierOptions = {}): Tier {
  expectKnown('', options, optionNames);
  const { pluginsPerWorker = 16, resourceLimits = {}, unresponsiveMs = 5_000, startTimeoutMs = 30_000 } = options;
  expectKnown('resourceLimits', resourceLimits, limitNames);
  const { memoryMb = 256, stackSizeMb = 4 } = resourceLimits;
  expectWhole('pluginsPerWorker', pluginsPerWorker, 1);
  expectWhole('resourceLimits.memoryMb', memoryMb, 8);
  expectWhole('resourceLimits.stackSizeMb', stackSizeMb, 1);
  expectWhole('unresponsiveMs', unresponsiveMs, 100);
  expectWhole('startTimeoutMs', startTimeoutMs, 1);
  const pool = createPool<WorkerOrder>({
    mostPlugins: pluginsPerWorker,
    start: (order) => startWorker(order, { startTimeoutMs, stackSizeMb }),
  });
  return {
    name: 'worker',
    open: (code, opening) => {
      const order = orderOf(code, { memoryMb, unresponsiveMs });
      return openInPool(pool, { order, code, input: { entry: code.entry.href } }, opening);
    },
    close: () => pool.close(),
  };
}

interface Limits {
  readonly memoryMb: number;
  readonly unresponsiveMs: number;
}

function orderOf({ manifest, revision }: PluginCode, limits: Limits): WorkerOrder {
  const { memoryMb = limits.memoryMb, cpuMs: unresponsiveMs = limits.unresponsiveMs } = manifest.limits ?? {};
  const needs = { env: valuesOf(manifest.permissions?.env ?? []), memoryMb, unresponsiveMs };
  return { ...needs, group: JSON.stringify([needs, revision]) };
}
