import { expect, expectTypeOf, test } from 'vitest';
import { contributionPoint, definePlugin, event, service } from '../src/index.ts';
import type { PluginContext, Service } from '../src/index.ts';
import { entry, hostOf, needs, states } from './make.ts';

interface Clock {
  now(): number;
  later(ms: number): Promise<number>;
  readonly zone: string;
}
const clock = service<Clock>('clock');
const implementation: Clock = { now: () => 7, later: async (ms) => 7 + ms, zone: 'UTC' };
const provider = definePlugin({ onInit: (ctx) => void ctx.provide(clock, implementation) });

test('a service reaches its users as methods that return promises', async () => {
  let seen: unknown;
  const user = definePlugin({
    async onInit(ctx) {
      const { now, later } = ctx.use(clock, '^1.2');
      seen = [await now(), await later(3)];
    },
  });
  const host = await hostOf([entry('time', provider, { version: '1.4.0' }), entry('user', user, needs('time'))]);
  await host.start();
  expect(seen).toEqual([7, 10]);
  expectTypeOf<Service<Clock>>().toEqualTypeOf<{
    readonly now: () => Promise<number>;
    readonly later: (ms: number) => Promise<number>;
  }>();
  await host.close();
});

test('two references with one id are the same service, and a service can be awaited by mistake', async () => {
  const host = await hostOf([entry('time', provider)]);
  await host.start();
  const found = host.service(service<Clock>('clock'));
  // oxlint-disable-next-line typescript/await-thenable -- what a user might write
  expect(await (await found).now()).toBe(7);
  expect(Reflect.get(found, 'zone')).toBeUndefined();
  await host.close();
});

const refused = [
  { name: 'is not there', manifest: {}, range: undefined, providers: [], code: 'SERVICE_MISSING' },
  {
    name: 'comes from an undeclared plugin',
    manifest: {},
    range: undefined,
    providers: ['time'],
    code: 'SERVICE_UNDECLARED',
  },
  { name: 'has another version', manifest: needs('time'), range: '^2', providers: ['time'], code: 'SERVICE_VERSION' },
];
for (const { name, manifest, range, providers, code } of refused) {
  test(`a service that ${name} is refused with ${code}`, async () => {
    let thrown: unknown;
    const user = definePlugin({
      onInit(ctx) {
        try {
          ctx.use(clock, range);
        } catch (error) {
          thrown = error;
        }
      },
    });
    const host = await hostOf([...providers.map((id) => entry(id, provider)), entry('user', user, manifest)]);
    await host.start();
    expect(thrown).toMatchObject({ code: `seaworthy.plugins.${code}` });
    await host.close();
  });
}

test('has() tells whether an optional service is there, and still refuses an undeclared one', async () => {
  const answers: unknown[] = [];
  const asking = definePlugin({
    onInit: (ctx) => void answers.push(ctx.has(clock), ctx.has(clock, '^9'), ctx.has(service('other'))),
  });
  const sneaky = definePlugin({ onInit: (ctx) => ctx.has(clock) });
  const host = await hostOf([
    entry('time', provider),
    entry('asking', asking, { optionalDependencies: { time: '*' } }),
    entry('sneaky', sneaky, { optionalDependencies: { asking: '*' } }),
  ]);
  await host.start();
  expect(answers).toEqual([true, false, false]);
  expect(states(host)).toMatchObject({ sneaky: 'failed' });
  await host.close();
});

test('a call to a service rejects once its plugin is unloaded, also one under way', async () => {
  const hanging = definePlugin({
    onInit: (ctx) => void ctx.provide(clock, { ...implementation, later: () => new Promise(() => {}) }),
  });
  const host = await hostOf([entry('time', hanging)]);
  await host.start();
  const { now, later } = host.service(clock);
  const underWay = later(1);
  underWay.catch(() => {});
  await host.unload('time');
  await expect(underWay).rejects.toMatchObject({ code: 'seaworthy.plugins.SERVICE_GONE' });
  await expect(now()).rejects.toThrow('The service "clock" is gone: plugin "time" was unloaded.');
  await host.close();
});

test('an exception of a service reaches the caller as a rejection', async () => {
  const broken = service<{ fail(): string }>('broken');
  const plugin = definePlugin({
    onInit(ctx) {
      ctx.provide(broken, {
        fail() {
          throw new TypeError('bad day');
        },
      });
    },
  });
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  await expect(host.service(broken).fail()).rejects.toThrow(new TypeError('bad day'));
  await host.close();
});

test('a service has one provider', async () => {
  const host = await hostOf([entry('a', provider), entry('b', provider)]);
  await host.start();
  expect(host.status()[1]?.error?.message).toContain('Plugin "a" already provides the service "clock"');
  await host.close();
});

test('a plugin that does not provide what its manifest says fails', async () => {
  const host = await hostOf([entry('a', {}, { provides: ['clock'] }), entry('b', provider)]);
  await host.start();
  expect(host.status().map(({ state, error }) => [state, error?.code])).toEqual([
    ['failed', 'seaworthy.plugins.SERVICE_NOT_PROVIDED'],
    ['started', undefined],
  ]);
  await host.close();
});

test('contributions come in dependency order, then by id, then as they were made', async () => {
  const point = contributionPoint<string>('words');
  let seen: unknown;
  const add = (...words: readonly string[]) =>
    definePlugin({
      async onInit(ctx: PluginContext) {
        // The later the id, the sooner it contributes.
        await new Promise((resolve) => {
          setTimeout(resolve, ctx.id === 'a' ? 5 : 0);
        });
        for (const word of words) ctx.contribute(point, word);
      },
      onStart: (ctx) => void (seen = ctx.contributions(point)),
    });
  const host = await hostOf([
    entry('z', add('z')),
    entry('a', add('a1', 'a2')),
    entry('first', add('1'), needs('z', 'a')),
  ]);
  await host.start();
  const all = [
    { plugin: 'a', value: 'a1' },
    { plugin: 'a', value: 'a2' },
    { plugin: 'z', value: 'z' },
    { plugin: 'first', value: '1' },
  ];
  expect(host.contributions(point)).toEqual(all);
  expect(seen).toEqual(all);
  await host.close();
});

test('a command runs with its arguments and a signal that the caller can abort', async () => {
  const plugin = definePlugin({
    onInit(ctx) {
      ctx.command({
        id: 'wait',
        title: 'Waits',
        run: (args, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () =>
              reject(new Error(`${String(args)} ended: ${String(signal.reason)}`)),
            );
          }),
      });
    },
  });
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  const [command] = host.commands();
  expect(command).toMatchObject({ id: 'wait', plugin: 'a', title: 'Waits' });
  const caller = new AbortController();
  const byCaller = command?.run('one', { signal: caller.signal });
  const byUnload = command?.run('two');
  caller.abort('enough');
  await expect(byCaller).rejects.toThrow('one ended: enough');
  void host.unload('a');
  await expect(byUnload).rejects.toThrow('two ended: AbortError: The plugin is stopped: it was unloaded.');
  await expect(command?.run()).rejects.toThrow('The plugin is stopped');
  await host.close();
});

test('a command id belongs to one plugin', async () => {
  const plugin = definePlugin({ onInit: (ctx) => void ctx.command({ id: 'go', run: () => ctx.id }) });
  const host = await hostOf([entry('a', plugin), entry('b', plugin)]);
  await host.start();
  expect(host.status()[1]?.error?.message).toContain('Plugin "a" already has a command "go"');
  expect(await host.commands()[0]?.run()).toBe('a');
  await host.close();
});

test('listeners are called pre, normal, post, then in dependency order; a failing one reaches nobody', async () => {
  const saved = event<number>('saved');
  const heard: string[] = [];
  const errors: object[] = [];
  const logger = { info() {}, error: (fields: object) => void errors.push(fields) };
  const listening = (id: string) =>
    definePlugin({
      onInit(ctx) {
        ctx.on(saved, (count) => heard.push(`${id} post ${count}`), { order: 'post' });
        ctx.on(saved, (count) => heard.push(`${id} normal ${count}`));
        ctx.on(saved, (count) => heard.push(`${id} pre ${count}`), { order: 'pre' });
      },
    });
  const failing = definePlugin({
    onInit(ctx) {
      ctx.on(saved, () => Promise.reject(new Error('deaf')), { order: 'pre' });
      ctx.on(saved, () => ctx.on(saved, () => heard.push('added meanwhile')), { order: 'pre' });
    },
    onStart: (ctx) => ctx.emit(saved, 1),
  });
  const host = await hostOf(
    [entry('b', listening('b')), entry('a', listening('a')), entry('c', failing, needs('a', 'b'))],
    { logger },
  );
  await host.start();
  expect(heard).toEqual(['a pre 1', 'b pre 1', 'a normal 1', 'b normal 1', 'a post 1', 'b post 1']);
  await Promise.resolve();
  expect(errors).toMatchObject([{ plugin: 'c', what: 'saved', err: { message: 'deaf' } }]);
  await host.close();
});

test('a plugin sees its id, its configuration and a logger with its id bound', async () => {
  const lines: unknown[] = [];
  const log = (fields: object, message: string): void => void lines.push([fields, message]);
  const plugin = definePlugin<{ size: number }>({
    onInit(ctx) {
      ctx.logger.info({ size: ctx.config.size }, 'ready');
      ctx.logger.warn({}, 'small');
      ctx.logger.error({ plugin: 'forged' }, 'full');
    },
  });
  const entries = [{ manifest: { id: 'a' }, plugin, config: { size: 3 } }];
  const host = await hostOf(entries, { logger: { info: log, error: log } });
  await host.start();
  expect(lines).toEqual([
    [{ size: 3, plugin: 'a' }, 'ready'],
    [{ plugin: 'a' }, 'small'],
    [{ plugin: 'a' }, 'full'],
  ]);
  await host.close();
});
