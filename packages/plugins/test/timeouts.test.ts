import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { definePlugin, service } from '../src/index.ts';
import { entry, hostOf, needs, states } from './make.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const never = (): Promise<never> => new Promise(() => {});

test('a start that takes too long fails, naming plugin, phase and time', async () => {
  const host = await hostOf([entry('slow', { onStart: never })], { startTimeoutMs: 500 });
  const started = host.start();
  await vi.advanceTimersByTimeAsync(501);
  await started;
  expect(host.status()[0]?.error).toEqual({
    code: 'seaworthy.plugins.START_TIMEOUT',
    message:
      'Plugin "slow" did not finish onStart: 500 ms after its start it still awaits its own work. Repair what it awaits, or raise startTimeoutMs.',
  });
  await host.close();
});

test('the error names the service call that is awaited', async () => {
  const lake = service<{ drain(): Promise<void> }>('lake');
  const provider = definePlugin({ onInit: (ctx) => void ctx.provide(lake, { drain: never }) });
  const user = definePlugin({ onInit: (ctx) => ctx.use(lake).drain() });
  const host = await hostOf([entry('water', provider), entry('pump', user, needs('water'))], { startTimeoutMs: 500 });
  const started = host.start();
  await vi.advanceTimersByTimeAsync(501);
  await started;
  expect(host.status()[1]?.error?.message).toContain('still awaits lake.drain() of plugin "water"');
  expect(states(host)).toEqual({ water: 'started', pump: 'failed' });
  await host.close();
});

test('time counts from when that plugin runs, not from when the host starts', async () => {
  const slow = definePlugin({ onInit: () => after(400) });
  const host = await hostOf([entry('a', slow), entry('b', slow, needs('a')), entry('c', slow, needs('b'))], {
    startTimeoutMs: 500,
  });
  const started = host.start();
  await vi.advanceTimersByTimeAsync(1200);
  await started;
  expect(states(host)).toEqual({ a: 'started', b: 'started', c: 'started' });
  await host.close();
});

test('onInit and onStart share one time', async () => {
  const slow = definePlugin({ onInit: () => after(300), onStart: () => after(300) });
  const host = await hostOf([entry('a', slow)], { startTimeoutMs: 500 });
  const started = host.start();
  await vi.advanceTimersByTimeAsync(501);
  await started;
  expect(host.status()[0]?.error?.message).toContain('did not finish onStart');
  await host.close();
});

test('a manifest overrides the time of the host', async () => {
  const slow = definePlugin({ onInit: () => after(800) });
  const host = await hostOf([entry('patient', slow, { startTimeoutMs: 1000 }), entry('hasty', slow)], {
    startTimeoutMs: 500,
  });
  const started = host.start();
  await vi.advanceTimersByTimeAsync(1000);
  await started;
  expect(states(host)).toEqual({ hasty: 'failed', patient: 'started' });
  await host.close();
});

test('a hanging stop does not hold up the others for longer than its time', async () => {
  const log: string[] = [];
  const hanging = definePlugin({
    onInit: (ctx) => void ctx.defer(() => log.push('undo')),
    onStop: never,
    onDestroy: () => log.push('destroy'),
  });
  const db = definePlugin({ onStop: () => log.push('db stop') });
  const host = await hostOf([entry('db', db), entry('hanging', hanging, needs('db'))], { stopTimeoutMs: 200 });
  await host.start();
  const closed = host.close();
  closed.catch(() => {});
  await vi.advanceTimersByTimeAsync(201);
  await expect(closed).rejects.toMatchObject({
    code: 'seaworthy.plugins.TEARDOWN_FAILED',
    message: expect.stringContaining('Plugin "hanging" did not finish onStop: 200 ms after it began to stop'),
  });
  expect(log).toEqual(['destroy', 'undo', 'db stop']);
});

test('after the time of a stop nothing is awaited any more', async () => {
  const hanging = definePlugin({
    onInit(ctx) {
      ctx.defer(never);
      ctx.defer(never);
    },
    onStop: never,
    onDestroy: never,
  });
  const host = await hostOf([entry('a', hanging)], { stopTimeoutMs: 200 });
  await host.start();
  const closed = host.close();
  closed.catch(() => {});
  await vi.advanceTimersByTimeAsync(210);
  await expect(closed).rejects.toMatchObject({ params: { count: 4 } });
});

test('no timer is left when all is closed', async () => {
  const plugin = definePlugin({
    onInit: async (ctx) => {
      ctx.setTimeout(() => {}, 60_000);
      ctx.setInterval(() => {}, 60_000);
      await after(10);
    },
    onStop: () => after(10),
  });
  const host = await hostOf([entry('a', plugin)]);
  const started = host.start();
  await vi.advanceTimersByTimeAsync(10);
  await started;
  expect(vi.getTimerCount()).toBe(2);
  const closed = host.close();
  await vi.advanceTimersByTimeAsync(10);
  await closed;
  expect(vi.getTimerCount()).toBe(0);
});

test('timers of a plugin run, stop when disposed, and their exceptions reach nobody', async () => {
  const log: string[] = [];
  const errors: string[] = [];
  const logger = { info() {}, error: (_fields: object, message: string) => void errors.push(message) };
  const plugin = definePlugin({
    onInit(ctx) {
      ctx.setTimeout(() => log.push('once'), 10);
      ctx.setTimeout(async () => Promise.reject(new Error('late')), 20);
      const ticking = ctx.setInterval(() => {
        log.push('tick');
        if (log.length === 3) ticking[Symbol.dispose]();
      }, 30);
    },
  });
  const host = await hostOf([entry('a', plugin)], { logger });
  await host.start();
  await vi.advanceTimersByTimeAsync(500);
  expect(log).toEqual(['once', 'tick', 'tick']);
  expect(errors).toEqual(['A callback of the plugin failed']);
  await host.close();
});
