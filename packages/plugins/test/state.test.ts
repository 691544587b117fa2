import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderState, memoryState, processTier, wasmTier, workerTier } from '../src/index.ts';
import type { KeptState, Plugin, PluginContext, StateStore, Tier } from '../src/index.ts';
import { hosted } from './isolation/disk.ts';
import { entry, hostOf, states } from './make.ts';

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function newFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'seaworthy-state-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a body with the `ctx` of a plugin, from start to end of a host. */
async function withState(state: StateStore, body: (ctx: PluginContext) => unknown, version?: number): Promise<unknown> {
  let answer: unknown;
  const plugin: Plugin = { onInit: async (ctx) => void (answer = await body(ctx)) };
  const manifest = version === undefined ? {} : { stateVersion: version };
  await using host = await hostOf([entry('@acme/a', plugin, manifest)], { state, restart: { mostRestarts: 0 } });
  await host.start();
  return host.status()[0]?.error?.code ?? answer;
}

const signal = new AbortController().signal;

describe('what a plugin keeps', () => {
  test('is there in its next run, as copies, whatever the key', async () => {
    await using folder = await newFolder();
    const value = { list: [1, null, 'a'], deep: { on: true } };
    await withState(folderState(folder.path), async ({ state }) => {
      await state.set('__proto__', value);
      value.list.push('later');
      await Promise.all([state.set('b', 1), state.set('gone', 2), state.delete('gone'), state.delete('never')]);
    });
    const seen = await withState(folderState(folder.path), async ({ state }) => {
      Object.assign(Object(await state.get('__proto__')), { changed: true });
      return [await state.keys(), await state.get('__proto__'), await state.get('gone')];
    });
    expect(seen).toEqual([['__proto__', 'b'], { list: [1, null, 'a'], deep: { on: true } }, undefined]);
    expect(await readdir(folder.path, { recursive: true })).toEqual(['%40acme%2Fa.json', '.locks']);
  });

  test('(1) is in the store when `set` has resolved, and many writes at once are few', async () => {
    const writes: KeptState[] = [];
    const store: StateStore = { read: async () => undefined, write: async (_plugin, state) => void writes.push(state) };
    await withState(store, async ({ state }) => {
      await Promise.all(Array.from({ length: 100 }, (_, n) => state.set(`k${n}`, n)));
      expect(Object.keys(writes.at(-1)?.values ?? {})).toHaveLength(100);
    });
    expect(writes.length).toBeLessThan(4);
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a Date inside', { at: new Date() }],
    ['NaN', Number.NaN],
    ['a bigint', [1n]],
    ['too much', 'x'.repeat(5_000_000)],
  ];
  for (const [what, value] of refused) {
    test(`cannot be ${what}, and stays as it was`, async () => {
      const seen = await withState(memoryState(), async ({ state }) => {
        await state.set('a', 1);
        const failure: unknown = await state.set('a', value).catch((error: unknown) => error);
        return [Object(failure).code, await state.get('a')];
      });
      expect(seen).toEqual(['seaworthy.plugins.STATE_REFUSED', 1]);
    });
  }

  test('cannot contain itself', async () => {
    const loop: unknown[] = [];
    loop.push(loop);
    await expect(withState(memoryState(), ({ state }) => state.set('a', loop))).resolves.toBe(
      'seaworthy.plugins.HOOK_FAILED',
    );
  });

  const unreadable = ['{ "version": 1, "val', '{ "version": 1 }', '[]', '{ "version": "1", "values": {} }'];
  test.for(unreadable)('that cannot be read is not overwritten: %s', async (text) => {
    await using folder = await newFolder();
    const file = join(folder.path, '%40acme%2Fa.json');
    await writeFile(file, text);
    const code = await withState(folderState(folder.path), async ({ state }) => {
      const failure: unknown = await state.set('a', 1).catch((error: unknown) => error);
      return Object(failure).code;
    });
    expect(code).toBe('seaworthy.plugins.STATE_UNREADABLE');
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('that cannot be written fails the write, and the next one may succeed', async () => {
    const inner = memoryState();
    let isFull = true;
    const store: StateStore = {
      read: inner.read,
      write: (...args) => (isFull ? Promise.reject(new Error('no space left')) : inner.write(...args)),
    };
    const code = await withState(store, async ({ state }) => {
      const failure: unknown = await state.set('a', 1).catch((error: unknown) => error);
      isFull = false;
      await state.set('b', 2);
      return Object(failure).code;
    });
    expect(code).toBe('seaworthy.plugins.STATE_UNWRITABLE');
    expect(await inner.read('@acme/a', { signal })).toEqual({ version: 1, values: { a: 1, b: 2 } });
  });
});

describe('a migration', () => {
  const rename = async (ctx: PluginContext, from: number): Promise<void> => {
    await ctx.state.set('name', `${String(await ctx.state.get('title'))} from ${from}`);
    await ctx.state.delete('title');
  };
  const kept = { version: 1, values: { title: 'x' } };

  async function migrated(plugin: Plugin, stateVersion: number | undefined, before: KeptState = kept) {
    const store = memoryState();
    await store.write('a', before, { signal });
    const manifest = stateVersion === undefined ? {} : { stateVersion };
    await using host = await hostOf([entry('a', plugin, manifest)], { state: store, restart: { mostRestarts: 0 } });
    await host.start();
    return { after: await store.read('a', { signal }), status: host.status()[0] };
  }

  test('runs before onInit, once, and is kept with its version', async () => {
    const seen: unknown[] = [];
    const plugin: Plugin = { onMigrate: rename, onInit: async ({ state }) => void seen.push(await state.get('name')) };
    const { after } = await migrated(plugin, 3);
    expect(seen).toEqual(['x from 1']);
    expect(after).toEqual({ version: 3, values: { name: 'x from 1' } });
    const untouched = await migrated({ onMigrate: () => seen.push('again') }, 3, after);
    expect(untouched.after).toEqual(after);
    expect(seen).toHaveLength(1);
  });

  test('(3) that fails, or is late, leaves the state as it was', async () => {
    const failing: Plugin = {
      onMigrate: async (ctx, from) => {
        await rename(ctx, from);
        throw new Error('half way');
      },
    };
    expect(await migrated(failing, 2)).toMatchObject({
      after: kept,
      status: { error: { message: expect.stringContaining('failed in onMigrate: half way') } },
    });
    const hanging: Plugin = { onMigrate: (ctx, from) => rename(ctx, from).then(() => new Promise(() => {})) };
    const store = memoryState();
    await store.write('a', kept, { signal });
    const manifest = { stateVersion: 2, startTimeoutMs: 20 };
    await using host = await hostOf([entry('a', hanging, manifest)], { state: store });
    await host.start();
    expect(host.status()[0]?.error?.code).toBe('seaworthy.plugins.START_TIMEOUT');
    expect(await store.read('a', { signal })).toEqual(kept);
  });

  const newer = { version: 9, values: { title: 'y' } };
  test('(2) does not touch the state of a newer version: the plugin does not start', async () => {
    expect(await migrated({ onMigrate: rename }, 2, newer)).toMatchObject({
      after: newer,
      status: {
        state: 'failed',
        breaker: { state: 'open', failures: 1 },
        error: { code: 'seaworthy.plugins.STATE_NEWER' },
      },
    });
  });

  test('(2) nor does a plugin without a version, when it first asks', async () => {
    const plugin: Plugin = { onInit: ({ state }) => state.set('a', 1) };
    expect(await migrated(plugin, undefined, newer)).toMatchObject({
      after: newer,
      status: { error: { code: 'seaworthy.plugins.STATE_NEWER' } },
    });
  });

  test('that is needed and not there is an error', async () => {
    expect(await migrated({}, 2)).toMatchObject({
      after: kept,
      status: { error: { code: 'seaworthy.plugins.STATE_OLDER' } },
    });
  });
});

describe('the config of a plugin', () => {
  const rest = { restart: { mostRestarts: 0 } };
  const plugin: Plugin = {
    onMigrateConfig: ({ config }, from) => ({ colour: Object(config).color, from }),
    onInit: (ctx) => void ctx.command({ id: 'config', run: () => ctx.config }),
  };
  const old = { manifest: { id: 'a', configVersion: 2 }, config: { color: 'red' }, configVersion: 1 };

  test('of an older version is migrated, told to the application, and kept for further starts', async () => {
    const told: unknown[] = [];
    await using host = await hostOf([{ ...old, plugin }], { ...rest, onConfigMigrated: (each) => told.push(each) });
    await host.start();
    expect(await host.commands()[0]?.run()).toEqual({ colour: 'red', from: 1 });
    expect(told).toEqual([{ plugin: 'a', config: { colour: 'red', from: 1 }, version: 2 }]);
  });

  const failures: readonly (readonly [string, Plugin, number, string])[] = [
    ['of a newer version', plugin, 3, 'CONFIG_NEWER'],
    ['of an older version without a hook', {}, 1, 'CONFIG_OLDER'],
    ['whose migration fails', { onMigrateConfig: () => Promise.reject(new Error('no')) }, 1, 'HOOK_FAILED'],
  ];
  for (const [what, own, configVersion, code] of failures) {
    test(`${what} keeps the plugin from starting`, async () => {
      const told: unknown[] = [];
      const options = { ...rest, onConfigMigrated: (each: unknown) => told.push(each) };
      await using host = await hostOf([{ ...old, plugin: own, configVersion }], options);
      await host.start();
      expect(host.status()[0]?.error?.code).toBe(`seaworthy.plugins.${code}`);
      expect(told).toEqual([]);
    });
  }

  test('that cannot be kept by the application is not used', async () => {
    const onConfigMigrated = (): Promise<void> => Promise.reject(new Error('read only'));
    await using host = await hostOf([{ ...old, plugin }], { ...rest, onConfigMigrated });
    await host.start();
    expect(host.status()[0]?.error?.message).toContain('failed in onMigrateConfig: read only');
  });

  test('reaches a plugin without onConfigChange by a restart, and those that need it with it', async () => {
    const log: unknown[] = [];
    const told: Plugin = { onInit: ({ id, config }) => void log.push([id, config]) };
    await using host = await hostOf([
      { ...entry('a', told), config: 1 },
      { ...entry('b', told, { dependencies: { a: '*' } }), config: 9 },
    ]);
    await host.start();
    await host.configure('a', 2);
    expect(log).toEqual([
      ['a', 1],
      ['b', 9],
      ['a', 2],
      ['b', 9],
    ]);
    expect(states(host)).toEqual({ a: 'started', b: 'started' });
    await expect(host.configure('c', 1)).rejects.toMatchObject({ code: 'seaworthy.plugins.UNKNOWN_PLUGIN' });
  });

  test('that onConfigChange does not take stays as it was', async () => {
    const picky: Plugin = {
      onInit: (ctx) => void ctx.command({ id: 'config', run: () => ctx.config }),
      onConfigChange: () => Promise.reject(new Error('not that one')),
    };
    await using host = await hostOf([{ ...entry('a', picky), config: 1 }]);
    await host.start();
    await expect(host.configure('a', 2)).rejects.toThrow('failed in onConfigChange: not that one');
    expect(await host.commands()[0]?.run()).toBe(1);
    expect(states(host)).toEqual({ a: 'started' });
  });
});

const tiers: readonly Tier[] = [workerTier(), processTier(), wasmTier()];
const code = `export default {
  async onMigrate(ctx, from) {
    await ctx.state.set('count', (await ctx.state.get('n')) + from);
    await ctx.state.delete('n');
  },
  onMigrateConfig: (ctx, from) => ({ unit: ctx.config.u + from }),
  onInit(ctx) {
    this.seen = [];
    ctx.command({ id: 'count', run: async () => {
      await ctx.state.set('count', (await ctx.state.get('count')) + 1);
      return [await ctx.state.get('count'), await ctx.state.keys(), ctx.config, this.seen];
    } });
  },
  onConfigChange(ctx, previous) {
    if (ctx.config.unit === 'no') throw new Error('not that one');
    this.seen.push([previous, ctx.config]);
  },
};`;
for (const tier of tiers) {
  test(`in the tier "${tier.name}" state, migrations and config changes are the same`, async () => {
    const state = memoryState();
    await state.write('a', { version: 1, values: { n: 5 } }, { signal });
    const source = { config: () => ({ u: 'ms' }), configVersion: () => 1 };
    const plugins = { a: { code, manifest: { stateVersion: 2, configVersion: 2 } } };
    await using it = await hosted(tier, plugins, { state }, source);
    expect(await it.run('count')).toEqual([7, ['count'], { unit: 'ms1' }, []]);
    await it.host.configure('a', { unit: 's' });
    await expect(it.host.configure('a', { unit: 'no' })).rejects.toThrow('failed in onConfigChange: not that one');
    expect(await it.run('count')).toEqual([8, ['count'], { unit: 's' }, [[{ unit: 'ms1' }, { unit: 's' }]]]);
    expect(await state.read('a', { signal })).toEqual({ version: 2, values: { count: 8 } });
  });
}
