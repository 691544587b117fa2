// The peers, each opened the way its documentation says, without network, events or metrics where it has a switch for them.
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowthBookClient } from '@growthbook/growthbook';
import { basicLogger, init, type LDClient } from '@launchdarkly/node-server-sdk';
import { FileDataSourceFactory } from '@launchdarkly/node-server-sdk/integrations';
import { FlagdCore } from '@openfeature/flagd-core';
import { InMemoryProvider, OpenFeature, type Client } from '@openfeature/server-sdk';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import type { OpenFeatureFlag } from './documents.ts';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

export function openFlagd(document: string): FlagdCore {
  const core = new FlagdCore(undefined, logger);
  core.setConfigurations(document);
  return core;
}

/** Ready when the bootstrap is in use; there is no server to ask, so nothing is polled. */
export async function openUnleash(state: string): Promise<Unleash> {
  const unleash = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/',
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { bootstrapProvider: { readBootstrap: async () => JSON.parse(state) } },
    disableAutoStart: true,
  });
  unleash.on('error', () => {});
  const ready = new Promise<void>((resolve) => {
    unleash.once('ready', resolve);
  });
  void unleash.start();
  await ready;
  return unleash;
}

export function openGrowthbook(features: string): GrowthBookClient {
  return new GrowthBookClient().initSync({ payload: { features: JSON.parse(features) } });
}

/** Its flags come from a file: offline, its evaluations answer only fallbacks. */
export async function openLaunchDarkly(data: string): Promise<LDClient> {
  const path = join(tmpdir(), `seaworthy-bench-${process.pid}.json`);
  await writeFile(path, data);
  try {
    const client = init('sdk-key', {
      updateProcessor: new FileDataSourceFactory({ paths: [path] }).getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: basicLogger({ level: 'none' }),
    });
    await client.waitForInitialization({ timeout: 30 });
    return client;
  } finally {
    await rm(path, { force: true });
  }
}

export async function openOpenFeature(flags: Record<string, OpenFeatureFlag>): Promise<Client> {
  await OpenFeature.setProviderAndWait('bench', new InMemoryProvider(flags));
  return OpenFeature.getClient('bench');
}
