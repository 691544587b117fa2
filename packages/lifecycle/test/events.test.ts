import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { createLifecycle, lifecycleChannels } from '../src/index.ts';

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((off) => off()));

function listen(): [string, unknown][] {
  const heard: [string, unknown][] = [];
  for (const name of lifecycleChannels) {
    const listener = (event: unknown): void => void heard.push([name.replace('seaworthy:lifecycle:', ''), event]);
    subscribe(name, listener);
    undo.push(() => void unsubscribe(name, listener));
  }
  return heard;
}

test('a start and a stop are told in order, with outcomes and durations', async () => {
  const heard = listen();
  const life = createLifecycle({ lameDuckMs: 0, signals: [], onUncaught: 'off' });
  life.add('db', { stop: () => Promise.reject(new Error('no')) });
  life.health.add('db', () => {}, { ttlMs: 0 });
  await life.start();
  await life.health.check();
  await life.stop('deploy');
  const durationMs: unknown = expect.any(Number);
  expect(heard).toEqual([
    ['state-changed', { from: 'idle', to: 'starting' }],
    ['resource-started', { resource: 'db', outcome: 'ok', durationMs }],
    ['state-changed', { from: 'starting', to: 'ready' }],
    ['check-changed', { check: 'db', from: 'unknown', to: 'up' }],
    ['state-changed', { from: 'ready', to: 'draining' }],
    ['resource-stopped', { resource: 'db', outcome: 'error', durationMs }],
    ['state-changed', { from: 'draining', to: 'stopped' }],
    ['stop-finished', { reason: 'deploy', exitCode: 1, outcome: 'error', durationMs }],
  ]);
});
