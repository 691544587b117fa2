// Loading flags from JSON text: time until they can be evaluated, and the memory that is kept.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createFlags, memory } from '@seaworthy/flags';
import { flagdDocument, growthbookFeatures, launchdarklyData, namedFlags, unleashState } from './documents.ts';
import { median } from './harness.ts';
import { openFlagd, openGrowthbook, openLaunchDarkly, openUnleash } from './peers.ts';

/** One side: opens the flags, and gives back what closes them. */
export interface Loader {
  readonly name: string;
  readonly gives: string;
  readonly open: () => Promise<() => unknown>;
  /** The most of the peer's that is allowed, for ours. */
  readonly time?: number;
  readonly heap?: number;
}

/** Ours first. */
export function loaders(count: number): readonly Loader[] {
  const named = namedFlags(count);
  const texts = {
    ours: flagdDocument(named),
    unleash: unleashState(named),
    growthbook: growthbookFeatures(named),
    launchdarkly: launchdarklyData(named),
  };
  return [
    {
      name: 'ours',
      gives:
        'structure and meaning checked, differences told, the text kept to compare; rules are compiled at first use',
      open: async () => {
        const flags = await createFlags({ source: memory(texts.ours) });
        return () => flags.close();
      },
    },
    {
      name: 'unleash-client',
      gives: 'nothing but the list of strategies is checked; rules are read at each call',
      open: async () => {
        const unleash = await openUnleash(texts.unleash);
        return () => unleash.destroy();
      },
      time: 1,
      heap: 1.5,
    },
    {
      name: '@growthbook/growthbook',
      gives: 'nothing is checked; rules are read at each call',
      open: async () => {
        const growthbook = openGrowthbook(texts.growthbook);
        return () => growthbook.destroy();
      },
    },
    {
      name: '@launchdarkly/node-server-sdk',
      gives: 'read from a file; nothing is checked',
      open: async () => {
        const client = await openLaunchDarkly(texts.launchdarkly);
        return () => client.close();
      },
    },
    {
      name: '@openfeature/flagd-core',
      gives: 'every rule is compiled',
      open: async () => {
        const core = openFlagd(texts.ours);
        return () => core.getFlags().clear();
      },
    },
  ];
}

export interface Loaded {
  readonly ms: number;
  readonly bytes: number;
}

/** Loads in turns, each time in a new process: medians in the order of the sides. */
export function measureLoading(sides: readonly Loader[], count: number, rounds: number): readonly Loaded[] {
  const samples: Loaded[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name }] of sides.entries()) samples[index]?.push(loadOnce(name, count));
  }
  return samples.map((loads) => ({
    ms: median(loads.map(({ ms }) => ms)),
    bytes: median(loads.map(({ bytes }) => bytes)),
  }));
}

function loadOnce(name: string, count: number): Loaded {
  const program = join(import.meta.dirname, 'program.ts');
  const args = [...process.execArgv, '--conditions=@seaworthy/source', '--expose-gc', program, name, String(count)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }));
}
