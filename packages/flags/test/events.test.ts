import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { createFlags, flagChannels, memory } from '../src/index.ts';
import { toggle } from './make.ts';

const undos: (() => void)[] = [];
afterEach(() => undos.splice(0).forEach((undo) => undo()));

function listen(): unknown[] {
  const told: unknown[] = [];
  for (const name of flagChannels) {
    const listener = (message: unknown): void => void told.push([name, message]);
    subscribe(name, listener);
    undos.push(() => void unsubscribe(name, listener));
  }
  return told;
}

test('changes and refusals are told', async () => {
  const told = listen();
  const source = memory({ flags: { a: toggle('on') } });
  const flags = await createFlags({ source });
  source.set('no');
  await flags.reload().catch(() => {});
  expect(told).toEqual([
    [
      'seaworthy:flags:changed',
      { source: 'memory', cause: 'load', version: 1, added: ['a'], removed: [], changed: [] },
    ],
    [
      'seaworthy:flags:rejected',
      { source: 'memory', code: 'seaworthy.flags.NOT_JSON', message: expect.stringContaining('are not JSON') },
    ],
  ]);
  await flags.close();
});

test('an evaluation is told in the words of the semantic conventions', async () => {
  const source = memory({ metadata: { flagSetId: 'shop', version: '7' }, flags: { a: toggle('on'), b: toggle(null) } });
  const flags = await createFlags({ source });
  const told = listen();
  flags.value('a', { targetingKey: 'ada' });
  flags.handle('b').value({}, false);
  flags.evaluate('c');
  const shared = { 'feature_flag.provider.name': 'seaworthy' };
  const set = { 'feature_flag.set.id': 'shop', 'feature_flag.version': '7' };
  expect(told).toEqual([
    [
      'seaworthy:flags:evaluated',
      {
        ...shared,
        ...set,
        'feature_flag.key': 'a',
        'feature_flag.result.variant': 'on',
        'feature_flag.result.reason': 'static',
        'feature_flag.context.id': 'ada',
      },
    ],
    [
      'seaworthy:flags:evaluated',
      {
        ...shared,
        ...set,
        'feature_flag.key': 'b',
        'feature_flag.result.value': false,
        'feature_flag.result.reason': 'default',
      },
    ],
    [
      'seaworthy:flags:evaluated',
      {
        ...shared,
        'feature_flag.key': 'c',
        'feature_flag.result.value': undefined,
        'feature_flag.result.reason': 'error',
        'error.type': 'flag_not_found',
        'feature_flag.error.message': 'There is no flag "c".',
      },
    ],
  ]);
  await flags.close();
});
