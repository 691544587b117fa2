import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { createPluginHost, event, folder, processTier, wasmTier, workerTier } from '../src/index.ts';
import type { PluginHost, PluginHostOptions, Tier } from '../src/index.ts';
import { hostOf, entry, needs, states } from './make.ts';
import { packages, recorded, type Packages } from './packages.ts';

/** A plugin whose command answers a text that stands in a second module, and a number that it keeps while it runs. */
async function write(
  disk: Packages,
  id: string,
  text: string,
  seaworthy: object = {},
  version = '1.0.0',
): Promise<void> {
  const code = `import { text } from './text.js';
let runs = 0;
export default {
  onInit(ctx) {
    ctx.command({ id: ctx.id + '.say', run: () => text + ' ' + (runs += 1) });
  },
};
`;
  await disk.add(id, seaworthy, { 'index.js': code, 'text.js': `export const text = '${text}';\n` }, { version });
}

async function started(disk: Packages, options: Partial<PluginHostOptions> = {}): Promise<PluginHost> {
  const host = await createPluginHost({ sources: [folder(disk.path)], ...options });
  await host.start();
  return host;
}

function say(host: PluginHost, id: string): Promise<unknown> {
  const command = host.commands().find((each) => each.id === `${id}.say`);
  return command ? command.run() : Promise.reject(new Error(`no command of ${id}`));
}

const tiers: readonly (Tier | undefined)[] = [
  undefined,
  workerTier(),
  processTier({ publisherOf: () => 'us' }),
  wasmTier(),
];

for (const tier of tiers) {
  test(`in the tier "${tier?.name ?? 'inline'}" a reload runs the new code of all its modules`, async () => {
    await using disk = await packages();
    await write(disk, 'a', 'one');
    const options = tier ? { tiers: [tier], policy: { isolation: tier.name } } : {};
    await using host = await started(disk, options);
    expect([await say(host, 'a'), await say(host, 'a')]).toEqual(['one 1', 'one 2']);
    for (const text of ['two', 'three']) {
      await write(disk, 'a', text, {}, '1.1.0');
      await host.reload('a');
      expect(await say(host, 'a')).toBe(`${text} 1`);
    }
    expect(host.status()).toMatchObject([{ id: 'a', version: '1.1.0', state: 'started' }]);
  });
}

test('a plugin that is written in CommonJS is refused, because Node would run its old code', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': 'module.exports = {};' }, { type: 'commonjs' });
  await using host = await started(disk);
  await disk.write('a/index.js', 'module.exports = { onInit() { throw new Error("new code"); } };');
  await expect(host.reload('a')).rejects.toThrow(/is CommonJS, which Node does not load twice.*The old one runs on\.$/);
});

test('those that need it stop before it and start after it, in order; others run on', async () => {
  await using disk = await packages();
  const code = `const log = (globalThis[Symbol.for('order')] ??= []);
const tell = (what) => (ctx) => void log.push(ctx.id + ' ' + what);
export default { onInit: tell('init'), onStop: tell('stop') };`;
  for (const [id, manifest] of [
    ['base', {}],
    ['top', needs('base')],
    ['tip', needs('top')],
    ['other', {}],
  ] as const) {
    await disk.add(id, manifest, { 'index.js': code });
  }
  await using host = await started(disk);
  const before = recorded('order').length;
  await host.reload('base');
  expect(recorded('order').slice(before)).toEqual([
    'tip stop',
    'top stop',
    'base stop',
    'base init',
    'top init',
    'tip init',
  ]);
  expect(Object.values(states(host))).toEqual(['started', 'started', 'started', 'started']);
});

describe('a reload that fails', () => {
  async function failing(tier?: Tier): Promise<AsyncDisposable & { disk: Packages; host: PluginHost }> {
    const disk = await packages();
    await write(disk, 'a', 'old');
    const host = await started(disk, tier ? { tiers: [tier], policy: { isolation: tier.name } } : {});
    return {
      disk,
      host,
      async [Symbol.asyncDispose]() {
        await host.close();
        await disk[Symbol.asyncDispose]();
      },
    };
  }

  test('while it loads the new code leaves the old one as it is, and its state', async () => {
    await using it = await failing();
    await say(it.host, 'a');
    await it.disk.write('a/index.js', 'export default {');
    await expect(it.host.reload('a')).rejects.toMatchObject({
      code: 'seaworthy.plugins.RELOAD_FAILED',
      message: expect.stringMatching(/^Plugin "a" could not be reloaded: .* The old one runs on\.$/),
    });
    expect(await say(it.host, 'a')).toBe('old 2');
    await write(it.disk, 'a', 'new');
    await it.host.reload('a');
    expect(await say(it.host, 'a')).toBe('new 1');
  });

  test('in the start of the new code starts the old one again, where it is still there', async () => {
    await using it = await failing();
    await it.disk.write('a/index.js', `export default { onInit() { throw new Error('out of ink'); } };`);
    await expect(it.host.reload('a')).rejects.toThrow(/out of ink.*The old one was started again\.$/);
    expect(await say(it.host, 'a')).toBe('old 1');
    expect(states(it.host)).toEqual({ a: 'started' });
  });

  test('in the start of the new code says that nothing runs, in a tier that has let the old one go', async () => {
    await using it = await failing(wasmTier());
    await it.disk.write('a/index.js', `export default { onInit() { throw new Error('out of ink'); } };`);
    await expect(it.host.reload('a')).rejects.toThrow(/out of ink.*It does not run\.$/);
    expect(states(it.host)).toEqual({ a: 'failed' });
    await write(it.disk, 'a', 'new');
    await it.host.reload('a');
    expect(await say(it.host, 'a')).toBe('new 1');
  });
});

describe('a reload is refused, and what ran runs on,', () => {
  const cases: readonly (readonly [string, object, object, RegExp])[] = [
    ['when it needs one that is not there', needs('c'), {}, /needs "c" \*, which is not there/],
    ['when it would need itself by another', needs('b'), {}, /Cycle: a -> b -> a/],
    [
      'when several things do not fit, with all of them',
      { ...needs('c', 'd'), api: '^9' },
      {},
      /needs the API \^9, .*; .*needs "c" \*, .*; .*needs "d" \*/,
    ],
    ['when it asks for another API', { api: '^9' }, {}, /needs the API \^9/],
    ['when it has another name', {}, { name: 'c' }, /its name is "c" now/],
    [
      'when its version does not fit those that need it',
      {},
      { version: '2.0.0' },
      /"b" needs "a" \^1, but it is 2\.0\.0/,
    ],
  ];
  for (const [why, seaworthy, rest, message] of cases) {
    test(why, async () => {
      await using disk = await packages();
      await write(disk, 'a', 'old');
      const isNeeded = why.includes('those that need it') || why.includes('by another');
      await write(disk, 'b', 'b', isNeeded ? { dependencies: { a: '^1' } } : {});
      await using host = await started(disk);
      await disk.add('a', seaworthy, {}, rest);
      await expect(host.reload('a')).rejects.toMatchObject({
        code: 'seaworthy.plugins.RELOAD_REFUSED',
        message: expect.stringMatching(message),
      });
      expect(await say(host, 'a')).toBe('old 1');
    });
  }

  test('when an examiner of the policy refuses the new code', async () => {
    await using disk = await packages();
    await write(disk, 'a', 'old');
    let isAllowed = true;
    const examine = async (): Promise<void> => {
      if (!isAllowed) throw new Error('not signed');
    };
    await using host = await started(disk, { policy: { examiners: [{ name: 'signatures', examine }] } });
    isAllowed = false;
    await expect(host.reload('a')).rejects.toThrow(/is refused by signatures: not signed.*The old one runs on\.$/);
    expect(await say(host, 'a')).toBe('old 1');
  });

  test('when the application has imported it, or there is none', async () => {
    await using host = await hostOf([entry('a')]);
    await host.start();
    await expect(host.reload('a')).rejects.toMatchObject({ code: 'seaworthy.plugins.RELOAD_REFUSED' });
    await expect(host.reload('b')).rejects.toMatchObject({ code: 'seaworthy.plugins.UNKNOWN_PLUGIN' });
  });
});

describe('a reload with other dependencies', () => {
  const order = (name: string): string => `const log = (globalThis[Symbol.for('${name}')] ??= []);
const tell = (what) => (ctx) => void log.push(ctx.id + ' ' + what);
export default { onInit: tell('init'), onStop: tell('stop') };`;
  const since = (name: string, before: number): readonly string[] => recorded(name).slice(before);

  test('puts all into their new order, restarts what is affected, and nothing else', async () => {
    await using disk = await packages();
    const add = (id: string, manifest: object): Promise<void> =>
      disk.add(id, manifest, { 'index.js': order('other order') });
    for (const id of ['a', 'b', 'c']) await add(id, {});
    await add('top', needs('a'));
    await using host = await started(disk);
    expect(host.status().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'top']);
    const before = recorded('other order').length;
    await add('a', needs('c'));
    await host.reload('a');
    expect(since('other order', before)).toEqual(['top stop', 'a stop', 'a init', 'top init']);
    expect(host.status().map(({ id, state }) => `${id} ${state}`)).toEqual([
      'b started',
      'c started',
      'a started',
      'top started',
    ]);
    await host.unload('c');
    expect(states(host)).toEqual({ a: 'stopped', b: 'started', c: 'stopped', top: 'stopped' });
  });

  test('has listeners called in the new order', async () => {
    await using disk = await packages();
    const code = `export default { onInit: (ctx) => void ctx.on({ id: 'ask' }, () => {
  (globalThis[Symbol.for('called')] ??= []).push(ctx.id);
}) };`;
    await disk.add('a', {}, { 'index.js': code });
    await disk.add('b', {}, { 'index.js': code });
    await using host = await started(disk);
    const emit = host.emitter(event<number>('ask'));
    emit(1);
    await disk.add('a', needs('b'));
    await host.reload('a');
    emit(2);
    expect(recorded('called')).toEqual(['a', 'b', 'b', 'a']);
  });

  test('wakes a plugin that it needs now', async () => {
    await using disk = await packages();
    await write(disk, 'a', 'old');
    await write(disk, 'lazy', 'woken', { activation: ['event:never'] });
    await using host = await started(disk);
    expect(states(host)).toEqual({ a: 'started', lazy: 'dormant' });
    await write(disk, 'a', 'new', needs('lazy'));
    await host.reload('a');
    expect(states(host)).toEqual({ a: 'started', lazy: 'started' });
    expect(await say(host, 'a')).toBe('new 1');
  });

  test('takes those along that need it and have changed with it', async () => {
    await using disk = await packages();
    await write(disk, 'a', 'old');
    await write(disk, 'b', 'old', { dependencies: { a: '^1' } });
    await using host = await started(disk);
    await write(disk, 'a', 'new', {}, '2.0.0');
    await expect(host.reload('a')).rejects.toThrow(/"b" needs "a" \^1, but it is 2\.0\.0/);
    await write(disk, 'b', 'new', { dependencies: { a: '^2' } });
    await host.reload('a');
    expect([await say(host, 'a'), await say(host, 'b')]).toEqual(['new 1', 'new 1']);
  });

  test('that does not start has all as it was, also the order', async () => {
    await using disk = await packages();
    await write(disk, 'a', 'old');
    await write(disk, 'b', 'old', { dependencies: { a: '^1' } });
    await write(disk, 'c', 'c');
    await using host = await started(disk);
    const before = host.status();
    await write(disk, 'a', 'new', needs('c'), '2.0.0');
    const failing = { 'index.js': `export default { onInit() { throw new Error('out of ink'); } };` };
    await disk.add('b', { dependencies: { a: '^2' } }, failing);
    await expect(host.reload('a')).rejects.toThrow(
      /"b" failed in onInit: out of ink\..* The old one was started again\.$/,
    );
    expect(host.status().map(({ id, version, state }) => ({ id, version, state }))).toEqual(
      before.map(({ id, version, state }) => ({ id, version, state })),
    );
    expect([await say(host, 'a'), await say(host, 'b')]).toEqual(['old 1', 'old 1']);
    await write(disk, 'b', 'new', { dependencies: { a: '^2' } });
    await host.reload('a');
    expect([await say(host, 'a'), await say(host, 'b')]).toEqual(['new 1', 'new 1']);
  });

  test('is refused when the package of one that needs it cannot be read', async () => {
    await using disk = await packages();
    await write(disk, 'a', 'old');
    await write(disk, 'b', 'old', needs('a'));
    await using host = await started(disk);
    await disk.write('b/package.json', '{');
    await expect(host.reload('a')).rejects.toThrow(/"b", which needs it, has a package\.json that cannot be parsed/);
    expect(await say(host, 'b')).toBe('old 1');
  });
});

test('a plugin that waits gets its new manifest, and wakes with the new code', async () => {
  await using disk = await packages();
  const lazy = (id: string): object => ({ activation: [`command:${id}`], contributes: { commands: [{ id }] } });
  await write(disk, 'a', 'old', lazy('a.old'));
  await using host = await started(disk);
  await write(disk, 'a', 'new', lazy('a.say'));
  await host.reload('a');
  expect(host.commands().map(({ id }) => id)).toEqual(['a.say']);
  expect(await say(host, 'a')).toBe('new 1');
});

test('with `watch` a plugin whose files change is reloaded once for all of them, and failures are logged', async () => {
  await using disk = await packages();
  await write(disk, 'a', 'old');
  const errors: string[] = [];
  const logger = { info() {}, error: (_fields: object, message: string) => void errors.push(message) };
  const reloads: unknown[] = [];
  const note = (event: unknown): void => void reloads.push((event as { outcome: string }).outcome);
  subscribe('seaworthy:plugins:plugin-reloaded', note);
  try {
    await using host = await started(disk, { watch: { debounceMs: 50 }, logger });
    await write(disk, 'a', 'new');
    await expect.poll(() => say(host, 'a'), { timeout: 5_000 }).toMatch(/^new/);
    await disk.write('a/index.js', 'export default {');
    await expect.poll(() => errors, { timeout: 5_000 }).toEqual(['Reloading plugin "a" failed']);
    await disk.write('a/node_modules/b/index.js', 'nothing of ours');
    expect(reloads).toEqual(['ok', 'kept']);
    expect(await say(host, 'a')).toMatch(/^new/);
  } finally {
    unsubscribe('seaworthy:plugins:plugin-reloaded', note);
  }
});
