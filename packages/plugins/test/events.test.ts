import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { pluginChannels } from '../src/index.ts';
import { entry, hostOf, needs } from './make.ts';

const undos: (() => void)[] = [];
afterEach(() => undos.splice(0).forEach((undo) => undo()));

/** Collects what is told, by the last part of the channel's name. */
function listen(): Record<string, unknown[]> {
  const told: Record<string, unknown[]> = {};
  for (const name of pluginChannels) {
    const listener = (message: unknown): void =>
      void (told[name.replace('seaworthy:plugins:', '')] ??= []).push(message);
    subscribe(name, listener);
    undos.push(() => void unsubscribe(name, listener));
  }
  return told;
}

test('the channels tell what became of every plugin', async () => {
  const told = listen();
  const host = await hostOf([
    entry('good', {}, { version: '1.0.0' }),
    entry('bad', { onInit: () => Promise.reject(new Error('no')) }),
    entry('lost', {}, needs('bad')),
    entry('messy', {
      onStop() {
        throw new Error('stuck');
      },
      onStart(ctx) {
        const undo = ctx.defer(() => Promise.reject(new Error('undone badly')));
        undo[Symbol.dispose]();
      },
    }),
  ]);
  await host.start();
  await host.close().catch(() => {});
  const durationMs = expect.any(Number);
  const version = '0.0.0';
  expect(told).toMatchObject({
    'plugin-started': [
      { plugin: 'good', version: '1.0.0', durationMs },
      { plugin: 'messy', version, durationMs },
    ],
    'plugin-failed': [{ plugin: 'bad', phase: 'onInit', code: 'seaworthy.plugins.HOOK_FAILED', durationMs }],
    'plugin-skipped': [{ plugin: 'lost', version, reason: expect.stringContaining('it needs "bad"') }],
    'callback-failed': [{ plugin: 'messy', what: 'undo', message: 'undone badly' }],
    'host-started': [{ started: 2, failed: 1, skipped: 1, durationMs }],
    'plugin-stopped': expect.arrayContaining([
      { plugin: 'messy', version, durationMs, outcome: 'error' },
      { plugin: 'good', version: '1.0.0', durationMs, outcome: 'ok' },
    ]),
  });
});
