import { expect, test } from 'vitest';
import { contributionPoint, definePlugin, event, service } from '../src/index.ts';
import type { PluginContext } from '../src/index.ts';
import { entry, gate, hostOf, needs, recorder, states } from './make.ts';

const fail = (message: string) => (): never => {
  throw new Error(message);
};

test('undos run last in first out, after onStop and onDestroy', async () => {
  const log: string[] = [];
  const plugin = definePlugin({
    onInit(ctx) {
      ctx.defer(() => log.push('first'));
      ctx.defer(async () => {
        await Promise.resolve();
        log.push('second');
      });
    },
    onStart: (ctx) => void ctx.defer(() => log.push('third')),
    onStop: () => log.push('stop'),
    onDestroy: () => log.push('destroy'),
  });
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  await host.close();
  expect(log).toEqual(['stop', 'destroy', 'third', 'second', 'first']);
});

test('a failure in teardown skips nothing; all failures come in one error', async () => {
  const log: string[] = [];
  const bad = definePlugin({
    onInit(ctx) {
      ctx.defer(() => log.push('undo'));
      ctx.defer(fail('three'));
    },
    onStop: fail('one'),
    onDestroy: async () => Promise.reject(new Error('two')),
  });
  const host = await hostOf([entry('good', recorder(log)('good')), entry('bad', bad, needs('good'))]);
  await host.start();
  await expect(host.close()).rejects.toMatchObject({
    code: 'seaworthy.plugins.TEARDOWN_FAILED',
    message: expect.stringContaining('- Plugin "bad" failed in onStop: one. The cause has the stack.'),
    cause: { errors: [{ params: { detail: 'one' } }, { params: { detail: 'two' } }, { params: { detail: 'three' } }] },
  });
  expect(log).toEqual(['good init', 'good start', 'undo', 'good stop', 'good destroy']);
  expect(states(host)).toEqual({ good: 'stopped', bad: 'stopped' });
});

test('unloading undoes every registration of the plugin and of those that need it', async () => {
  const point = contributionPoint<string>('words');
  const tick = event<string>('tick');
  const clock = service<{ now(): number }>('clock');
  const heard: string[] = [];
  const plugin = (id: string, provides: boolean) =>
    definePlugin({
      onInit(ctx) {
        if (provides) ctx.provide(clock, { now: () => 7 });
        ctx.contribute(point, id);
        ctx.command({ id: `${id}.run`, run: () => id });
        ctx.on(tick, (word) => heard.push(`${id} ${word}`));
      },
    });
  const host = await hostOf([
    entry('a', plugin('a', true)),
    entry('b', plugin('b', false), needs('a')),
    entry('c', plugin('c', false), { optionalDependencies: { a: '*' } }),
  ]);
  await host.start();
  await host.unload('a');
  host.emit(tick, 'tock');
  expect(heard).toEqual(['c tock']);
  expect(host.contributions(point)).toEqual([{ plugin: 'c', value: 'c' }]);
  expect(host.commands().map(({ id }) => id)).toEqual(['c.run']);
  expect(() => host.service(clock)).toThrow('No running plugin provides the service "clock"');
  expect(host.status().map(({ id, state, reason }) => [id, state, reason])).toEqual([
    ['a', 'stopped', 'it was unloaded'],
    ['b', 'stopped', 'it needs "a", which was unloaded'],
    ['c', 'started', undefined],
  ]);
  await host.close();
});

test('a failed start undoes what it had registered, and what onInit began', async () => {
  const log: string[] = [];
  const point = contributionPoint<string>('words');
  const plugin = definePlugin({
    ...recorder(log)('a'),
    onInit: (ctx) => void ctx.contribute(point, 'early'),
    onStart: fail('no port'),
  });
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  expect(host.contributions(point)).toEqual([]);
  expect(log).toEqual(['a destroy']);
  await host.close();
});

test('disposing a registration undoes it once, and early', async () => {
  const log: string[] = [];
  const point = contributionPoint<string>('words');
  const plugin = definePlugin({
    onInit(ctx) {
      const undo = ctx.defer(() => log.push('undone'));
      undo[Symbol.dispose]();
      undo[Symbol.dispose]();
      ctx.contribute(point, 'gone')[Symbol.dispose]();
    },
  });
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  expect(log).toEqual(['undone']);
  expect(host.contributions(point)).toEqual([]);
  await host.close();
  expect(log).toEqual(['undone']);
});

test('an undo that fails when disposed by hand is logged', async () => {
  const lines: unknown[] = [];
  const logger = { info() {}, error: (fields: object) => void lines.push(fields) };
  const plugin = definePlugin({ onInit: (ctx) => ctx.defer(fail('stuck'))[Symbol.dispose]() });
  const host = await hostOf([entry('a', plugin)], { logger });
  await host.start();
  expect(lines).toMatchObject([{ plugin: 'a', what: 'undo', err: { message: 'stuck' } }]);
  await host.close();
});

test('after unload the context refuses everything, and undoes a late defer on the spot', async () => {
  const log: string[] = [];
  const kept: PluginContext[] = [];
  const host = await hostOf([entry('a', { onInit: (ctx) => void kept.push(ctx) })]);
  await host.start();
  await host.unload('a');
  const [ctx] = kept;
  if (!ctx) throw new Error('onInit did not run');
  const calls: Record<string, () => unknown> = {
    provide: () => ctx.provide(service('s'), {}),
    use: () => ctx.use(service('s')),
    has: () => ctx.has(service('s')),
    contribute: () => ctx.contribute(contributionPoint('p'), 1),
    contributions: () => ctx.contributions(contributionPoint('p')),
    command: () => ctx.command({ id: 'c', run: () => {} }),
    on: () => ctx.on(event('e'), () => {}),
    emit: () => ctx.emit(event('e'), 1),
    setTimeout: () => ctx.setTimeout(() => {}, 1),
    setInterval: () => ctx.setInterval(() => {}, 1),
    defer: () => ctx.defer(() => log.push('undone')),
  };
  for (const [name, call] of Object.entries(calls)) {
    expect(call).toThrow(`Plugin "a" called ctx.${name} after it was unloaded.`);
  }
  expect(log).toEqual(['undone']);
  expect(ctx.signal.aborted).toBe(true);
  expect(host.commands()).toEqual([]);
  await host.close();
});

test('unloading a plugin that is not there says which are', async () => {
  const host = await hostOf([entry('a'), entry('b')]);
  await expect(host.unload('c')).rejects.toThrow('There is no plugin "c" in this host. It has: a, b.');
  await host.close();
});

test('(1) closing while it starts cancels the start, undoes everything and is safe to repeat', async () => {
  const log: string[] = [];
  const entered = gate();
  const slow = definePlugin({
    onInit(ctx) {
      ctx.defer(() => log.push('slow undone'));
      entered.open();
      return new Promise(() => {});
    },
  });
  const host = await hostOf([entry('a', recorder(log)('a')), entry('slow', slow, needs('a'))]);
  const started = host.start();
  started.catch(() => {});
  await entered.opened;
  await Promise.all([host.close(), host.close(), host[Symbol.asyncDispose]()]);
  await expect(started).rejects.toMatchObject({ code: 'seaworthy.plugins.HOST_CLOSED' });
  await expect(host.start()).rejects.toMatchObject({ code: 'seaworthy.plugins.HOST_CLOSED' });
  expect(log).toEqual(['a init', 'a start', 'slow undone', 'a stop', 'a destroy']);
});

test('the signal of the application closes the host', async () => {
  const controller = new AbortController();
  const stopped = gate();
  const host = await hostOf([entry('a', { onStop: () => stopped.open() })], { signal: controller.signal });
  await host.start();
  controller.abort();
  await stopped.opened;
  await host.close();
  expect(states(host)).toEqual({ a: 'stopped' });
});

test('a signal that is already aborted opens no host', async () => {
  await expect(hostOf([], { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
});
