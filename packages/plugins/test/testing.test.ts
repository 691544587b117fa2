import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { event, hooks, service, type Plugin } from '../src/index.ts';
import { fakeService, onEachTier, startPlugin } from '../src/testing.ts';
import { packages } from './packages.ts';

interface Mailer {
  send(to: string): number;
}
const Mailer = service<Mailer>('mailer');
const Sent = event<string>('sent');

const greeter: Plugin<{ greeting: string }> = {
  async onMigrate({ state }) {
    await state.set('migrated', true);
  },
  onInit(ctx) {
    const mailer = ctx.use(Mailer, '^2');
    ctx.command({
      id: 'greet',
      run: async (name) => {
        ctx.logger.info({ name }, 'greeting');
        await ctx.state.set('last', name);
        ctx.emit(Sent, String(name));
        return `${ctx.config.greeting} ${String(name)} ${await mailer.send(String(name))}`;
      },
    });
  },
};

test('a plugin runs with fakes for what it needs, its config, its state and its log', async () => {
  const sent: string[] = [];
  const mailer = fakeService(Mailer, { send: (to) => sent.push(to) }, { plugin: 'post', version: '2.3.0' });
  await using it = await startPlugin(greeter, {
    manifest: { id: 'greeter', dependencies: { post: '^2' }, stateVersion: 2 },
    config: { greeting: 'Hi' },
    services: [mailer],
    state: { version: 1, values: { old: 1 } },
  });
  expect(it.id).toBe('greeter');
  expect(await it.run('greet', 'Ada')).toBe('Hi Ada 1');
  expect(sent).toEqual(['Ada']);
  expect(it.log).toContainEqual({ level: 'info', message: 'greeting', fields: { name: 'Ada', plugin: 'greeter' } });
  expect(await it.kept()).toEqual({ version: 2, values: { old: 1, migrated: true, last: 'Ada' } });
  expect(await it.stop()).toEqual([]);
});

test('a plugin that does not start says why, and so does a command that is not there', async () => {
  await expect(startPlugin({ onInit: () => Promise.reject(new Error('out of ink')) })).rejects.toMatchObject({
    code: 'seaworthy.plugins.PLUGIN_UNAVAILABLE',
    message: expect.stringContaining('failed in onInit: out of ink'),
  });
  await using it = await startPlugin({ onInit: (ctx) => void ctx.command({ id: 'go', run: () => 1 }) });
  await expect(it.run('stop')).rejects.toThrow('has no command "stop". There are: go.');
});

test('values are cloned as on their way to another tier, unless that is switched off', async () => {
  const plugin: Plugin = { onInit: (ctx) => void ctx.command({ id: 'go', run: () => () => 1 }) };
  await using strict = await startPlugin(plugin);
  await expect(strict.run('go')).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
  await using loose = await startPlugin(plugin, { clone: false });
  expect(await loose.run('go')).toBeTypeOf('function');
});

describe('what a plugin leaves behind is told when it stops:', () => {
  const undo: (() => unknown)[] = [];
  const leaky: readonly (readonly [string, Plugin, RegExp])[] = [
    [
      'a timer',
      {
        onInit: () =>
          void undo.push(
            clearInterval.bind(
              undefined,
              setInterval(() => {}, 60_000),
            ),
          ),
      },
      /^timers that keep the process alive: 1$/,
    ],
    [
      'a server',
      {
        onInit: async () => {
          const server = createServer().listen(0);
          undo.push(() => server.close());
          await new Promise((resolve) => server.once('listening', resolve));
        },
      },
      /^servers that keep the process alive: 1$/,
    ],
    [
      'a listener',
      {
        onInit: () => {
          const listener = (): void => {};
          process.on('SIGWINCH', listener);
          undo.push(() => process.off('SIGWINCH', listener));
        },
      },
      /^listeners to "SIGWINCH" of the process: 1$/,
    ],
    ['a failure while it stops', { onStop: () => Promise.reject(new Error('stuck')) }, /failed in onStop: stuck/],
    [
      'a callback that failed',
      { onInit: (ctx) => ctx.on(Sent, () => Promise.reject(new Error('no'))), onStart: (ctx) => ctx.emit(Sent, '') },
      /^1 of its callbacks failed; the log says how$/,
    ],
  ];
  for (const [what, plugin, expected] of leaky) {
    test(what, async () => {
      try {
        const leaks = await (await startPlugin(plugin)).stop();
        expect(leaks).toEqual([expect.stringMatching(expected)]);
      } finally {
        for (const each of undo.splice(0)) each();
      }
    });
  }
});

describe('in each tier', () => {
  const change = hooks.waterfall<number>('change');
  const code = `import { definePlugin, hooks } from '@seaworthy/plugins';
const change = hooks.waterfall('change');
export default definePlugin({
  onInit(ctx) {
    ctx.on(change, (value) => value + 1);
    ctx.command({ id: 'change', run: (value) => ctx.call(change, value, { timeoutMs: 1000 }) });
    ctx.command({ id: 'where', run: () => typeof URL });
  },
});`;

  test('a package on disk is started, checked and stopped; hooks are called in all of them', async () => {
    await using disk = await packages();
    await disk.add('a', {}, { 'index.js': code.replace(`'@seaworthy/plugins'`, `'./api.js'`), 'api.js': api });
    const seen: string[] = [];
    await onEachTier(`${disk.path}/a`, async (it, tier) => {
      expect(await it.run('change', 1)).toBe(2);
      expect(await it.host.call(change, 5)).toBe(6);
      seen.push(tier);
    });
    expect(seen).toEqual(['inline', 'worker', 'process', 'wasm']);
  });

  test('what it does otherwise somewhere is told for each tier, after all have run', async () => {
    await using disk = await packages();
    await disk.add('a', { isolation: { minimum: 'process' } }, { 'index.js': code });
    const check = async (it: { run(command: string): Promise<unknown> }): Promise<void> => {
      const found = await it.run('where');
      if (found !== 'function') throw new Error(`URL is ${String(found)}`);
    };
    await expect(onEachTier(`${disk.path}/a`, check)).rejects.toMatchObject({
      code: 'seaworthy.plugins.TIERS_FAILED',
      message: expect.stringMatching(/there were 1 failures:\n- wasm: URL is undefined\n/),
    });
  });

  const api = `export const definePlugin = (plugin) => plugin;
export const hooks = { waterfall: (id) => ({ kind: 'hook', mode: 'waterfall', id }) };`;
});

test('a folder without a plugin is refused', async () => {
  await using disk = await packages();
  await disk.write('a/package.json', '{ "name": "a" }');
  await expect(startPlugin(`${disk.path}/a`)).rejects.toMatchObject({ code: 'seaworthy.plugins.CODE_REFUSED' });
});
