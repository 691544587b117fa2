// What programs written for pino call besides the level methods, next to pino itself.
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createLogger, memory, type LoggerOptions, type Preset } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

const silence = { write: () => undefined };

function both(options: LoggerOptions = {}) {
  return [
    pino({ base: { region: 'eu' } }, silence),
    createLogger({ sinks: [memory()], base: { region: 'eu' }, ...options }),
  ] as const;
}

describe('bindings', () => {
  test('gives the fields of every record, those of a child included', () => {
    for (const log of both()) {
      const child = log.child({ requestId: 'r1', user: { id: 1 } }).child({ step: 2 });
      expect(child.bindings()).toEqual({ region: 'eu', requestId: 'r1', user: { id: 1 }, step: 2 });
      expect(log.bindings()).toEqual({ region: 'eu' });
    }
  });

  const presets: readonly Preset[] = ['default', 'pino', 'ecs', 'gcp', 'otel', 'aws', 'winston'];
  for (const preset of presets) {
    test(`leaves out what the preset ${preset} adds by itself`, () => {
      const log = createLogger({ preset, sinks: [memory()] });
      expect(log.bindings()).toEqual({});
      expect(log.child({ a: 1 }).bindings()).toEqual({ a: 1 });
    });
  }

  test('gives them as they are written: redacted, and by their serializers', () => {
    const { log } = logToMemory({ redact: ['token'], serializers: { user: ({ id }: { id: number }) => id } });
    expect(log.child({ token: 't', user: { id: 7 } }).bindings()).toEqual({ token: '[redacted]', user: 7 });
  });

  test('is a copy: changing it changes no record', () => {
    const { log, sink } = logToMemory({ base: { a: 1 } });
    log.bindings()['a'] = 2;
    log.info('m');
    expect(latest(sink)['a']).toBe(1);
  });
});

describe('setBindings', () => {
  test('adds fields, the new ones win, and only children that are made later have them', () => {
    for (const log of both()) {
      const parent = log.child({ a: 1, b: 1 });
      const before = parent.child({ c: 1 });
      parent.setBindings({ b: 2, d: 2 });
      expect(parent.bindings()).toEqual({ region: 'eu', a: 1, b: 2, d: 2 });
      expect(before.bindings()).toEqual({ region: 'eu', a: 1, b: 1, c: 1 });
      expect(parent.child({ c: 2 }).bindings()).toEqual({ region: 'eu', a: 1, b: 2, d: 2, c: 2 });
      expect(log.bindings()).toEqual({ region: 'eu' });
    }
  });

  test('is in the records, redacted and by the serializers of the logger', () => {
    const { log, sink } = logToMemory({ redact: ['token'], serializers: { user: ({ id }: { id: number }) => id } });
    log.setBindings({ token: 't', user: { id: 7 } });
    log.info('m', { x: 1 });
    expect(latest(sink)).toEqual({ level: 'info', message: 'm', logger: 'test', token: '[redacted]', user: 7, x: 1 });
  });

  test('with something else than fields throws nothing', () => {
    const { log, sink } = logToMemory();
    for (const value of [null, undefined, 'text', 7, new Error('boom')]) log.setBindings(value as unknown as object);
    log.info('m');
    expect(latest(sink)).toMatchObject({ message: 'm', value: 7, err: { message: 'boom' } });
  });
});

test('flush calls back when everything is written', async () => {
  const { log, sink } = logToMemory();
  log.info('m');
  let called = 0;
  await new Promise<void>((resolve) => void log.flush(() => resolve(void (called += 1))));
  await log.child({ a: 1 }).flush(() => (called += 1));
  expect([called, sink.stats().written]).toEqual([2, 1]);
});
