import { expect, test } from 'vitest';
import { createPluginHost, folder } from '../src/index.ts';
import type { OpenOptions, Plugin, PluginCode, PluginHost, Tier } from '../src/index.ts';
import { gate, states } from './make.ts';
import { packages, type Packages } from './packages.ts';

interface Recording extends Tier {
  readonly log: string[];
  /** The options of each plugin that was opened. */
  readonly opened: Map<string, OpenOptions>;
}

/** A tier that runs plugins made here, as a tier in another thread would: it has the code, hooks are called. */
function recordingTier(plugin: Plugin = {}, wait: () => Promise<void> = async () => {}): Recording {
  const log: string[] = [];
  const opened = new Map<string, OpenOptions>();
  return {
    name: 'worker',
    log,
    opened,
    async open({ id, entry }: PluginCode, options) {
      opened.set(id, options);
      log.push(`open ${id} ${entry.pathname.endsWith('/index.js')}`);
      await wait();
      return { plugin, close: async () => void log.push(`close ${id}`) };
    },
    close: async () => void log.push('close'),
  };
}

async function startIn(tier: Tier, disk: Packages): Promise<PluginHost> {
  const host = await createPluginHost({ sources: [folder(disk.path)], tiers: [tier], policy: { isolation: 'worker' } });
  await host.start();
  return host;
}

test('a tier opens a plugin before its hooks, and closes it after all undos', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': '' });
  const tier = recordingTier({
    onInit(ctx) {
      tier.log.push('init');
      ctx.defer(() => tier.log.push('undo'));
    },
    onDestroy: () => tier.log.push('destroy'),
  });
  const host = await startIn(tier, disk);
  await host.close();
  await host.close();
  expect(tier.log).toEqual(['open a true', 'init', 'destroy', 'undo', 'close a', 'close']);
});

test('a plugin whose hook fails is closed in its tier', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': '' });
  const tier = recordingTier({ onInit: () => Promise.reject(new Error('no ink')) });
  const host = await startIn(tier, disk);
  expect(tier.log).toEqual(['open a true', 'close a']);
  await host.close();
});

test('what a tier opens too late is closed at once, and its signal told it so', async () => {
  await using disk = await packages();
  await disk.add('a', { startTimeoutMs: 20 }, { 'index.js': '' });
  const late = gate();
  const tier = recordingTier({}, () => late.opened);
  const host = await startIn(tier, disk);
  expect(states(host)).toEqual({ a: 'failed' });
  expect(tier.opened.get('a')?.signal.aborted).toBe(true);
  late.open();
  await expect.poll(() => tier.log).toEqual(['open a true', 'close a']);
  await host.close();
});

test('a plugin that is lost is undone without its hooks, and those that need it stop with a reason', async () => {
  await using disk = await packages();
  await disk.add('base', {}, { 'index.js': '' });
  await disk.add('top', { dependencies: { base: '*' } }, { 'index.js': '' });
  await disk.add('other', {}, { 'index.js': '' });
  const tier = recordingTier({
    onStop: ({ id }) => tier.log.push(`stop ${id}`),
    onInit: (ctx) => ctx.command({ id: ctx.id, run: () => 1 }),
  });
  const host = await startIn(tier, disk);
  tier.log.length = 0;
  tier.opened.get('base')?.onCrash(new Error('exit code 9'));
  await expect.poll(() => states(host)).toEqual({ base: 'failed', top: 'stopped', other: 'started' });
  expect(tier.log).toEqual(['stop top', 'close top', 'close base']);
  expect(host.status().find(({ id }) => id === 'base')?.error).toEqual({
    code: 'seaworthy.plugins.PLUGIN_CRASHED',
    message: 'Plugin "base" was lost: exit code 9. The cause has the stack.',
  });
  expect(host.status().find(({ id }) => id === 'top')?.reason).toBe('it needs "base", which was lost');
  expect(host.commands().map(({ id }) => id)).toEqual(['other']);
  await host.close();
});

test('a tier that fails to close is told at the end', async () => {
  await using disk = await packages();
  const tier: Tier = { ...recordingTier(), close: () => Promise.reject(new Error('a thread is left')) };
  const host = await startIn(tier, disk);
  await expect(host.close()).rejects.toMatchObject({
    code: 'seaworthy.plugins.TEARDOWN_FAILED',
    message: expect.stringContaining('The tier "worker" failed to close: a thread is left'),
  });
});
