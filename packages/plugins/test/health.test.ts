import { expect, test } from 'vitest';
import type { Plugin } from '../src/index.ts';
import { entry, hostOf } from './make.ts';

const durationMs = expect.any(Number);
const cases: readonly { readonly name: string; readonly plugin: Plugin; readonly answer: object }[] = [
  { name: 'without a hook is up', plugin: {}, answer: { status: 'up', durationMs } },
  {
    name: 'that returns an object shows it',
    plugin: { health: () => ({ queue: 3 }) },
    answer: { status: 'up', durationMs, details: { queue: 3 } },
  },
  {
    name: 'that throws is down',
    plugin: { health: () => Promise.reject(new Error('no database')) },
    answer: { status: 'down', durationMs, error: 'no database' },
  },
  {
    name: 'that hangs is down',
    plugin: { health: () => new Promise(() => {}) },
    answer: { status: 'down', durationMs, error: 'The health hook did not answer within 20 ms.' },
  },
  {
    name: 'that failed to start is down',
    plugin: { onInit: () => Promise.reject(new Error('no')) },
    answer: { status: 'down', durationMs: 0, error: 'Plugin "a" failed in onInit: no. The cause has the stack.' },
  },
];
for (const { name, plugin, answer } of cases) {
  test(`a plugin ${name}`, async () => {
    const host = await hostOf([entry('a', plugin)]);
    await host.start();
    expect(await host.health({ timeoutMs: 20 })).toEqual([{ id: 'a', ...answer }]);
    await host.close();
  });
}

test('a plugin that has not started yet is down', async () => {
  const host = await hostOf([entry('a')]);
  expect(await host.health()).toEqual([
    { id: 'a', status: 'down', durationMs: 0, error: 'The plugin is waiting: not started yet.' },
  ]);
  await host.close();
});

test('the hook is told when the caller gives up', async () => {
  const caller = new AbortController();
  let told: AbortSignal | undefined;
  const plugin: Plugin = {
    health(signal) {
      told = signal;
      caller.abort(new Error('gone'));
      return new Promise(() => {});
    },
  };
  const host = await hostOf([entry('a', plugin)]);
  await host.start();
  expect(await host.health({ signal: caller.signal })).toMatchObject([{ status: 'down', error: 'gone' }]);
  expect(told?.aborted).toBe(true);
  await host.close();
});
