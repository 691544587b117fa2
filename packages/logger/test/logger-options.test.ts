import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { context, createLogger, LoggerErrors, memory } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

describe('context: false', () => {
  test('leaves the fields of context.run out', () => {
    const { log, sink } = logToMemory({ context: false });
    context.run({ requestId: 'r' }, () => log.info('m'));
    expect(latest(sink)).toEqual({ level: 'info', message: 'm', logger: 'test' });
  });
});

describe('child(fields, { redact })', () => {
  test('hides more than its parent, in its own fields, those it inherits, and those of a record', () => {
    const { log, sink } = logToMemory({ redact: ['a'] });
    const child = log.child({ b: 1, c: 2 }).child({ b2: 3, user: { token: 't', id: 1 } }, { redact: ['b', '*.token'] });
    child.info('m', { a: 4, d: 5 });
    expect(latest(sink)).toMatchObject({
      a: '[redacted]',
      b: '[redacted]',
      b2: 3,
      c: 2,
      d: 5,
      user: { token: '[redacted]', id: 1 },
    });
  });

  test('may bring a censor, and leaves the parent as it was', () => {
    const { log, sink } = logToMemory({ redact: ['a'] });
    const child = log.child({}, { redact: { paths: ['b'], censor: (value) => `${String(value).length} characters` } });
    child.info('m', { a: 'four', b: 'seconds' });
    expect(latest(sink)).toMatchObject({ a: '4 characters', b: '7 characters' });
    log.info('m', { a: 'four', b: 'seconds' });
    expect(latest(sink)).toMatchObject({ a: '[redacted]', b: 'seconds' });
  });

  test('a path that cannot be read is refused', () => {
    const { log } = logToMemory();
    expect(() => log.child({}, { redact: ['a..b'] })).toThrow(
      expect.objectContaining({ code: LoggerErrors.INVALID_REDACT_PATH.code }),
    );
    expect(() => log.child({}, { redact: [7 as never] })).toThrow(
      expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }),
    );
  });
});

describe('event', () => {
  const schema = { orderId: 'number', currency: 'string', err: 'error?', note: 'unknown?' } as const;

  test('logs typed fields under its name, in the order of the schema', () => {
    const { log, sink } = logToMemory();
    const charged = log.event('order.charged', schema, { message: 'charged', level: 'warn' });
    expectTypeOf(charged).parameter(0).toExtend<{ readonly orderId: number; readonly currency: string }>();
    charged({ currency: 'EUR', orderId: 17 });
    expect(Object.entries(latest(sink))).toEqual([
      ['level', 'warn'],
      ['message', 'charged'],
      ['logger', 'test'],
      ['event', 'order.charged'],
      ['orderId', 17],
      ['currency', 'EUR'],
    ]);
  });

  test('a mistake that the compiler could not see is told in the record, and nothing is lost', () => {
    const { log, sink } = logToMemory();
    const charged = log.event('charged', schema);
    charged({ orderId: '17', extra: true } as never);
    expect(latest(sink)).toMatchObject({
      orderId: '17',
      extra: true,
      eventProblems: ['orderId is not number', 'currency is not string', 'extra is not in the schema'],
    });
    expect(() => charged(null as never)).not.toThrow();
  });

  test('follows the level of its logger and hides what that hides', () => {
    const { log, sink } = logToMemory({ redact: ['currency'] });
    log.event('quiet', schema, { level: 'debug' })({ orderId: 1, currency: 'EUR' });
    expect(sink.records).toHaveLength(0);
    log.event('told', schema)({ orderId: 1, currency: 'EUR' });
    expect(latest(sink)).toMatchObject({ currency: '[redacted]' });
  });

  test('a type that does not exist is refused', () => {
    const { log } = logToMemory();
    expect(() => log.event('x', { a: 'date' as 'string' })).toThrow(/`schema.a`.*"date"/);
  });
});

describe('time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('logs the label with the duration once', () => {
    const { log, sink } = logToMemory();
    const timed = log.time('import', { fields: { file: 'a.csv' } });
    vi.advanceTimersByTime(250);
    expect(timed.end({ rows: 3 })).toBe(250);
    vi.advanceTimersByTime(250);
    expect(timed.end()).toBe(250);
    timed[Symbol.dispose]();
    expect(sink.records).toHaveLength(1);
    expect(latest(sink)).toMatchObject({ message: 'import', durationMs: 250, file: 'a.csv', rows: 3 });
  });

  test('at a level that is off costs no record', () => {
    const { log, sink } = logToMemory();
    log.time('import', { level: 'debug' }).end();
    expect(sink.records).toHaveLength(0);
  });
});

describe("preset: 'winston'", () => {
  test('writes level, timestamp, message and fields, and the stack of an error at the top', () => {
    const sink = memory();
    const log = createLogger({ preset: 'winston', sinks: [sink] });
    log.info('m', { a: 1 });
    expect(latest(sink)).toEqual({ level: 'info', message: 'm', a: 1 });
    log.error(new TypeError('boom'));
    expect(latest(sink)).toMatchObject({
      level: 'error',
      message: 'boom',
      stack: expect.stringMatching(/^TypeError: boom/),
    });
  });
});
