import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { context } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

describe('context', () => {
  test('adds its fields to every record of a call, through what it awaits', async () => {
    const { log, sink } = logToMemory();
    await context.run({ requestId: 'r1' }, async () => {
      await nextTurn();
      log.info('m', { a: 1 });
    });
    expect(latest(sink)).toMatchObject({ requestId: 'r1', a: 1 });
    log.info('m');
    expect(latest(sink)).not.toHaveProperty('requestId');
  });

  test('keeps calls at the same time apart', async () => {
    const { log, sink } = logToMemory();
    const request = (requestId: string) =>
      context.run({ requestId }, async () => {
        await nextTurn();
        log.info(requestId);
      });
    await Promise.all(['a', 'b', 'c'].map(request));
    expect(sink.records.map(({ message, requestId }) => message === requestId)).toEqual([true, true, true]);
  });

  test('an inner call adds to the outer one', () => {
    const { log, sink } = logToMemory();
    context.run({ a: 1, b: 1 }, () => context.run({ b: 2 }, () => log.info(JSON.stringify(context.get()))));
    expect(latest(sink)).toMatchObject({ a: 1, b: 2, message: '{"a":1,"b":2}' });
    expect(context.get()).toEqual({});
  });

  test('loses to the fields of the logger and of the record', () => {
    const { log, sink } = logToMemory();
    context.run({ bound: 0, own: 0, rest: 0 }, () => log.child({ bound: 1 }).info('m', { own: 2 }));
    expect(latest(sink)).toMatchObject({ bound: 1, own: 2, rest: 0 });
  });

  test('is written once where the record says it all itself', () => {
    const { log, sink } = logToMemory();
    context.run({ requestId: 'a', n: 0 }, () => {
      log.info({ requestId: 'b', n: 1 }, 'all');
      log.info({ requestId: 'c', n: undefined }, 'some');
    });
    expect(sink.records.map(({ requestId, n }) => [requestId, n])).toEqual([
      ['b', 1],
      ['c', 0],
    ]);
    expect(JSON.stringify(sink.records[0]).match(/requestId/g)).toHaveLength(1);
  });

  test('serves several loggers in one call', () => {
    const { log, sink } = logToMemory();
    const child = log.child({ part: 'db' });
    context.run({ requestId: 'r' }, () => {
      for (const each of [log, child, log, child]) each.info('m');
    });
    expect(sink.records.map(({ part, requestId }) => [part, requestId])).toEqual([
      [undefined, 'r'],
      ['db', 'r'],
      [undefined, 'r'],
      ['db', 'r'],
    ]);
  });

  test('runs the function even when its fields cannot be read', () => {
    const { log, sink } = logToMemory();
    const bad = {
      get id() {
        throw new TypeError('no id');
      },
    };
    context.run({ a: 1 }, () => context.run(bad, () => log.info('m')));
    expect(latest(sink)).toMatchObject({ a: 1, context: '[unreadable: no id]' });
  });

  test('gives what the function gives', () => {
    expect(context.run({}, () => 7)).toBe(7);
  });
});
