// The comparisons of evaluating: all sides hold the same flags, and are asked about the same 64 subjects in turn.
// Each side has a loop of its own: one loop for all would cost every side the same nanoseconds, and flatter the slow ones.
import { createFlags, memory, type Flags } from '@seaworthy/flags';
import {
  flagdDocument,
  growthbookFeatures,
  launchdarklyData,
  openfeatureFlags,
  subjects,
  unleashState,
  type Named,
} from './documents.ts';
import type { Comparison, Peer, Side } from './harness.ts';
import { openFlagd, openGrowthbook, openLaunchDarkly, openOpenFeature, openUnleash } from './peers.ts';

export interface Opened {
  readonly flags: Flags;
  compare(name: string, keys: readonly string[], targets: Targets): Comparison;
  close(): Promise<void>;
}

/** How many times a peer's speed is wanted; null where that is only told. Without the last, the provider has no such rule. */
export type Targets = readonly [
  flagd: number | null,
  unleash: number | null,
  growthbook: number,
  launchdarkly: number,
  memory?: number,
];

const mask = subjects.length - 1;
const keyMask = 1_023;
const ours = subjects.map(({ id, email, country }) => ({ targetingKey: id, email, country }));
const forUnleash = subjects.map(({ id, email, country }) => ({ userId: id, properties: { email, country } }));
const forGrowthbook = subjects.map((attributes) => ({ attributes: { ...attributes } }));
const forLaunchDarkly = subjects.map(({ id, email, country }) => ({ kind: 'user', key: id, email, country }));

/** Opens every side with the same flags. */
export async function openSides(named: readonly Named[]): Promise<Opened> {
  const flags = await createFlags({ source: memory(flagdDocument(named)) });
  const unleash = await openUnleash(unleashState(named));
  const growthbook = openGrowthbook(growthbookFeatures(named));
  const launchdarkly = await openLaunchDarkly(launchdarklyData(named));
  const peers = [
    flagdSide(flagdDocument(named)),
    unleashSide(unleash),
    growthbookSide(growthbook),
    launchdarklySide(launchdarkly),
    openfeatureSide(await openOpenFeature(openfeatureFlags(named))),
  ];
  return {
    flags,
    compare: (name, some, targets) => {
      const keys = Array.from({ length: keyMask + 1 }, (_, index) => some[index % some.length] ?? '');
      return {
        name,
        ours: ourSide(flags, keys),
        gives: 'the value, of the type of the fallback; an event if somebody listens',
        peers: peers.slice(0, targets.length).map(({ run, ...peer }, index) => {
          const target = targets[index];
          return { ...peer, run: run(keys), ...(target !== undefined && target !== null && { target }) };
        }),
        count: 2_048,
      };
    },
    async close() {
      await flags.close();
      unleash.destroy();
      growthbook.destroy();
      launchdarkly.close();
    },
  };
}

type Prepared = Omit<Peer, 'run' | 'target'> & { readonly run: (keys: readonly string[]) => Side };

function ourSide(flags: Flags, keys: readonly string[]): Side {
  return (count) => {
    let on = 0;
    for (let index = 0; index < count; index += 1) {
      if (flags.value(keys[index & keyMask] ?? '', ours[index & mask], false)) on += 1;
    }
    return on;
  };
}

function flagdSide(document: string): Prepared {
  const core = openFlagd(document);
  const run =
    (keys: readonly string[]): Side =>
    (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        if (core.resolveBooleanEvaluation(keys[index & keyMask] ?? '', false, ours[index & mask]).value) on += 1;
      }
      return on;
    };
  return { name: '@openfeature/flagd-core', run, gives: 'the value, with variant, reason and metadata' };
}

function unleashSide(unleash: Awaited<ReturnType<typeof openUnleash>>): Prepared {
  const run =
    (keys: readonly string[]): Side =>
    (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        if (unleash.isEnabled(keys[index & keyMask] ?? '', forUnleash[index & mask], false)) on += 1;
      }
      return on;
    };
  return { name: 'unleash-client', run, gives: 'a boolean; its metrics are off' };
}

function growthbookSide(growthbook: ReturnType<typeof openGrowthbook>): Prepared {
  const run =
    (keys: readonly string[]): Side =>
    (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        if (growthbook.isOn(keys[index & keyMask] ?? '', forGrowthbook[index & mask] ?? {})) on += 1;
      }
      return on;
    };
  return { name: '@growthbook/growthbook', run, gives: 'a boolean' };
}

function launchdarklySide(client: Awaited<ReturnType<typeof openLaunchDarkly>>): Prepared {
  const nobody = { kind: 'user', key: '' };
  const run =
    (keys: readonly string[]): Side =>
    async (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        const key = keys[index & keyMask] ?? '';
        if (await client.boolVariation(key, forLaunchDarkly[index & mask] ?? nobody, false)) on += 1;
      }
      return on;
    };
  return { name: '@launchdarkly/node-server-sdk', run, gives: 'a promise of the value; its events are off' };
}

function openfeatureSide(client: Awaited<ReturnType<typeof openOpenFeature>>): Prepared {
  const run =
    (keys: readonly string[]): Side =>
    async (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        if (await client.getBooleanValue(keys[index & keyMask] ?? '', false, ours[index & mask])) on += 1;
      }
      return on;
    };
  const gives = 'a promise of the value; its rules are functions, which change with a release';
  return { name: 'OpenFeature in-memory', run, gives };
}

/** 64 handles of plain flags, beside 64 objects of settings whose property is read. */
export function compareHandle(flags: Flags, keys: readonly string[]): Comparison {
  const handles = subjects.map((_, index) => flags.handle(keys[index % keys.length] ?? ''));
  const settings = subjects.map(() => ({ name: 'settings', isOn: true, limit: 10 }));
  return {
    name: 'a handle of a plain boolean',
    ours: (count) => {
      let on = 0;
      for (let index = 0; index < count; index += 1) {
        if (handles[index & mask]?.value(ours[index & mask], false)) on += 1;
      }
      return on;
    },
    gives: 'the value, through reloads; an event if somebody listens',
    peers: [
      {
        name: 'a property',
        run: (count) => {
          let on = 0;
          for (let index = 0; index < count; index += 1) {
            // The subject is at hand on both sides, as it is in a request.
            if (ours[index & mask] && settings[index & mask]?.isOn) on += 1;
          }
          return on;
        },
        gives: 'what was written there',
        target: 1 / 1.5,
      },
    ],
    count: 65_536,
    more: 1,
  };
}
