import {
  anything,
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  double,
  integer,
  oneof,
  property,
  record,
  tuple,
} from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { numberText } from '../src/encode/text.ts';
import { createLogger, memory } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a record', () => {
  test('has level, time, message, logger and process id, in this order', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 9, 5, 7, 42) });
    const sink = memory();
    createLogger({ name: 'shop', sinks: [sink] }).info('charged', { ms: 12 });
    expect(JSON.stringify(sink.records[0])).toBe(
      `{"level":"info","timestamp":"2026-11-21T09:05:07.042Z","message":"charged","logger":"shop","pid":${process.pid},"ms":12}`,
    );
  });

  const times = [
    '2026-11-21T09:05:07.000Z',
    '2026-11-21T09:05:07.007Z',
    '2026-11-21T09:05:07.999Z',
    '1969-12-31T23:59:59.001Z',
  ];
  for (const time of times) {
    test(`carries the time ${time}`, () => {
      vi.useFakeTimers({ now: Date.parse(time) });
      const { log, sink } = logToMemory();
      log.info('now');
      expect(sink.records[0]?.timestamp).toBe(time);
    });
  }

  test('carries the ids of the active span', () => {
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const { log, sink } = logToMemory({ activeSpan: () => span });
    log.info('traced');
    expect(latest(sink)).toMatchObject({ trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' });
  });

  test('does without a span when there is none or asking throws', () => {
    const { log, sink } = logToMemory({ activeSpan: () => undefined });
    log.info('quiet');
    expect(latest(sink)).toEqual({ level: 'info', message: 'quiet', logger: 'test' });
    const broken = logToMemory({
      activeSpan: () => {
        throw new TypeError('no tracer');
      },
    });
    broken.log.info('still here');
    expect(latest(broken.sink)['message']).toBe('still here');
    expect(broken.log.stats().failures).toBe(1);
  });
});

describe('keys', () => {
  const cases = [
    {
      name: 'a reserved key is not overwritten',
      fields: { level: 'x', logger: 'y', timestamp: 1 },
      gives: { level_: 'x', logger_: 'y', timestamp_: 1 },
    },
    {
      name: 'a renamed key makes way for one of that name',
      fields: { level: 1, level_: 2 },
      gives: { level_: 1, level__: 2 },
    },
    {
      name: 'a key named __proto__ is a key',
      fields: JSON.parse('{"__proto__": 1}') as object,
      gives: JSON.parse('{"__proto__": 1}') as object,
    },
    { name: 'a key is escaped', fields: { 'a"b\n': 1 }, gives: { 'a"b\n': 1 } },
    { name: 'an undefined value has no key', fields: { a: undefined, b: 1 }, gives: { b: 1 } },
    { name: 'no fields are no keys', fields: {}, gives: {} },
  ];
  for (const { name, fields, gives } of cases) {
    test(name, () => {
      const { log, sink } = logToMemory();
      log.info('m', fields);
      log.info('m', fields);
      expect(latest(sink)).toEqual({ level: 'info', message: 'm', logger: 'test', ...gives });
    });
  }

  test('no key is written twice when a record overrides a bound field', () => {
    const lines: string[] = [];
    const { log } = logToMemory();
    const spy = { ...memory(), write: (line: string) => void lines.push(line) };
    const child = createLogger({ sinks: [spy], base: { a: 0 } }).child({ a: 1, b: 2 });
    child.info('m', { a: 3, c: 4 });
    child.info('m', { a: undefined });
    expect(lines.map((line) => line.match(/"a":/g)?.length)).toEqual([1, 1]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { a: 3, b: 2, c: 4 },
      { a: 1, b: 2 },
    ]);
    log.flushSync();
  });

  test('more keys than anybody reads are cut', () => {
    const { log, sink } = logToMemory();
    log.info('wide', Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index])));
    expect(Object.keys(latest(sink)).length).toBeLessThan(600);
  });

  test('keys that never repeat do not fill the memory', () => {
    const { log, sink } = logToMemory();
    for (let index = 0; index < 30_000; index += 1) log.info('m', { [`id-${index}`]: { [`in-${index}`]: index } });
    expect(latest(sink)['id-29999']).toEqual({ 'in-29999': 29_999 });
  });
});

describe('values', () => {
  class Money {
    amount = 5;
    toJSON(): string {
      return `${this.amount} EUR`;
    }
  }
  class Point {
    x = 1;
    y = 2;
  }
  const cases = [
    { name: 'a big integer', value: 10n ** 20n, gives: '100000000000000000000' },
    { name: 'not a number', value: Number.NaN, gives: null },
    { name: 'infinity', value: -Infinity, gives: null },
    { name: 'a date', value: new Date(0), gives: '1970-01-01T00:00:00.000Z' },
    { name: 'an invalid date', value: new Date(Number.NaN), gives: null },
    {
      name: 'a map',
      value: new Map<unknown, unknown>([
        ['a', 1],
        [{}, 2],
      ]),
      gives: { a: 1, '[object]': 2 },
    },
    { name: 'a set', value: new Set([1, 'b']), gives: [1, 'b'] },
    { name: 'a buffer', value: Buffer.alloc(3), gives: '[Buffer of 3 bytes]' },
    { name: 'an array with holes', value: [1, undefined, () => 1, Symbol('s')], gives: [1, null, null, null] },
    { name: 'something with toJSON', value: new Money(), gives: '5 EUR' },
    { name: 'an instance of a class', value: new Point(), gives: { x: 1, y: 2 } },
    { name: 'a URL', value: new URL('https://example.com/a'), gives: 'https://example.com/a' },
    {
      name: 'an object without a prototype',
      value: Object.assign(Object.create(null) as object, { a: 1 }),
      gives: { a: 1 },
    },
    { name: 'a lone surrogate', value: '\ud800', gives: '\ud800' },
    { name: 'a long text with quotes', value: '"'.repeat(100), gives: '"'.repeat(100) },
    { name: 'null', value: null, gives: null },
    { name: 'false', value: false, gives: false },
    { name: 'a nested value', value: { a: [{ b: 'c' }], d: 1.5 }, gives: { a: [{ b: 'c' }], d: 1.5 } },
  ];
  for (const { name, value, gives } of cases) {
    test(`${name} is written as ${JSON.stringify(gives)}`, () => {
      const { log, sink } = logToMemory();
      log.info('m', { value });
      expect(latest(sink)['value']).toEqual(gives);
    });
  }

  const unwritten = [
    { name: 'a function', value: () => 1 },
    { name: 'a symbol', value: Symbol('s') },
  ];
  for (const { name, value } of unwritten) {
    test(`${name} is left out`, () => {
      const { log, sink } = logToMemory();
      log.info('m', { value });
      expect(latest(sink)).not.toHaveProperty('value');
    });
  }
});

describe('values that come again and again', () => {
  const value = oneof(
    constantFrom<unknown>(
      'GET',
      'a "quoted" text',
      'longer than twelve',
      '',
      200,
      12.5,
      -0,
      NaN,
      true,
      false,
      null,
      undefined,
    ),
    anything(),
  );
  const fields = dictionary(constantFrom('method', 'path', 'status', 'took'), value);

  test('are written as they are the first time', () => {
    const { log, sink } = logToMemory();
    assert(
      property(array(fields, { minLength: 1, maxLength: 20 }), (records) => {
        for (const each of records) {
          log.info('m', each);
          const again = sink.records.at(-1);
          const first = logToMemory();
          first.log.info('m', each);
          expect({ ...again, timestamp: '' }).toEqual({ ...first.sink.records[0], timestamp: '' });
        }
      }),
    );
  });

  test('have the message of their own record', () => {
    const { log, sink } = logToMemory();
    const messages = ['a', 'a', 'b "quoted"', 'b "quoted"', 'a', 'x'.repeat(300), 'x'.repeat(300), ''];
    for (const message of messages) log.info(message);
    expect(sink.records.map(({ message }) => message)).toEqual(messages);
  });

  test('numbers are written as JavaScript writes them', () => {
    const thousandths = integer({ min: 0, max: 2_000_000_000 }).map((count) => count / 1000);
    assert(
      property(oneof(thousandths, double(), integer()), (number) => {
        expect(numberText(number)).toBe(Number.isFinite(number) ? String(number) : 'null');
      }),
      { numRuns: 5000 },
    );
  });
});

describe('errors', () => {
  /** The members that an error has when it is written one by one, which an own property makes happen. */
  function oneByOne(error: Error): unknown {
    const { log, sink } = logToMemory();
    log.info('m', { err: Object.assign(error, { extra: 1 }) });
    delete (error as { extra?: unknown }).extra;
    const { properties, ...members } = latest(sink)['err'] as { properties: unknown };
    expect(properties).toEqual({ extra: 1 });
    return members;
  }

  const messages = [
    'plain',
    '',
    'two\nlines',
    '"quoted" \\ \u0007',
    'żółw \ud800',
    'x'.repeat(5000),
    '\n    at nowhere',
  ];
  for (const message of messages) {
    test(`an error with the message ${JSON.stringify(message.slice(0, 20))} is written as any other`, () => {
      for (const cause of [undefined, 'text', new TypeError('inner', { cause: new RangeError(message) })]) {
        const error = new Error(message, { cause });
        const { log, sink } = logToMemory();
        log.info(error, 'm');
        const { err } = latest(sink);
        expect(err).toEqual(oneByOne(error));
        log.child({ a: 1 }).info(error, 'm');
        expect(latest(sink)).toMatchObject({ a: 1, err });
      }
    });
  }

  test('each error has its own message and stack, wherever it comes from', () => {
    const { log, sink } = logToMemory();
    const errors = Array.from({ length: 100 }, (_, index) => {
      const error = new Error(`number ${index}`);
      // More places than are remembered.
      error.stack = `Error: number ${index}\n    at "place ${index % 30}"\n    at main`;
      return error;
    });
    for (const error of errors) log.error(error, 'failed');
    expect(sink.records.map(({ err }) => (err as { stack: string }).stack)).toEqual(errors.map(({ stack }) => stack));
  });

  test('a bound error, a cause that cannot be read and a chain that closes are written all the same', () => {
    const { log, sink } = logToMemory();
    const error = new Error('now');
    log.child({ err: new Error('bound') }).error(error, 'm');
    expect(latest(sink)).toMatchObject({ err: { message: 'now' } });
    const unreadable = new Error('inner');
    Object.defineProperty(unreadable, 'message', {
      get() {
        throw new TypeError('refused');
      },
    });
    log.error(new Error('outer', { cause: unreadable }), 'm');
    expect(latest(sink)).toMatchObject({ err: { message: 'outer', cause: '[unreadable: refused]' } });
    error.cause = error;
    log.error(error, 'm');
    expect(latest(sink)).toMatchObject({ err: { message: 'now', cause: '[circular]' } });
  });

  test('many long stacks keep to the most text of one record', () => {
    const { log, sink } = logToMemory();
    const long = Object.assign(new Error('long'), { stack: `Error: long\n    at ${'x'.repeat(4000)}` });
    Object.defineProperty(long, 'stack', { enumerable: false });
    log.info('m', { errors: Array.from({ length: 5000 }, () => long) });
    expect(JSON.stringify(sink.records.at(-1)).length).toBeLessThan(5 * 1024 * 1024);
    expect(JSON.stringify(sink.records.at(-1))).toContain('[too much text]');
  });

  test('an error has type, message, code, stack and cause', () => {
    const { log, sink } = logToMemory();
    const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER', errno: -2 });
    log.error(new TypeError('outer', { cause }), 'failed');
    expect(latest(sink)).toMatchObject({
      message: 'failed',
      err: {
        type: 'TypeError',
        message: 'outer',
        stack: expect.stringContaining('TypeError: outer\n    at '),
        cause: { type: 'RangeError', message: 'inner', code: 'E_INNER', properties: { errno: -2 } },
      },
    });
  });

  test('an aggregate error has its errors', () => {
    const { log, sink } = logToMemory();
    log.error(new AggregateError([new Error('one'), 'two'], 'both'));
    expect(latest(sink)['err']).toMatchObject({ type: 'AggregateError', errors: [{ message: 'one' }, 'two'] });
  });

  test('an error in any field is written as one', () => {
    const { log, sink } = logToMemory();
    class PaymentError extends Error {}
    log.warn('retrying', { reason: new PaymentError('late') });
    expect(latest(sink)['reason']).toMatchObject({ type: 'PaymentError', message: 'late' });
  });

  test('sensitive parameters of a catalogued error are left out', () => {
    const { log, sink } = logToMemory();
    const meta = { sensitive: ['card'] };
    log.error(Object.assign(new Error('declined'), { params: { card: '4242', amount: 3 }, meta }));
    expect(latest(sink)['err']).toMatchObject({ params: { amount: 3 } });
    expect(JSON.stringify(sink.records)).not.toContain('"4242"');
  });
});

describe('what repeats is kept, and what comes', () => {
  const value = constantFrom<unknown>('GET', 'PUT', 'a"b', 'longer than is kept', 1, 2, 12.5, true, false, null, [1]);
  const call = record({
    logger: integer({ min: 0, max: 3 }),
    level: constantFrom('info', 'warn'),
    message: constantFrom('paid', 'sent', 'a "b"'),
    keys: constantFrom(
      ['method', 'status', 'cached'],
      ['method', 'cached'],
      ['status', 'method'],
      ['token', 'method'],
      [],
    ),
    values: tuple(value, value, value),
    // Repeated often enough to be kept, and to be used.
    times: integer({ min: 1, max: 4 }),
  });

  test('is in each record what was given to it, in any order of calls', () => {
    assert(
      property(array(call, { maxLength: 30 }), (calls) => {
        const { log, sink } = logToMemory({ redact: ['token'] });
        const loggers = [log, log.child({ request: 'r-17' }), log.child({ request: 'r-18' }), log.child({ status: 1 })];
        const expected: unknown[] = [];
        for (const { logger, level, message, keys, values, times } of calls) {
          const given = Object.fromEntries(keys.map((key, index) => [key, values[index]]));
          for (let time = 0; time < times; time += 1) {
            loggers[logger]?.log(level, message, { ...given });
            const shown = 'token' in given ? { ...given, token: '[redacted]' } : given;
            const bound = [{}, { request: 'r-17' }, { request: 'r-18' }, { status: 1 }][logger];
            expected.push({ level, message, logger: 'test', ...bound, ...shown });
          }
        }
        expect(
          sink.records.map(({ timestamp, ...rest }) => (typeof timestamp === 'string' ? rest : undefined)),
        ).toEqual(expected);
      }),
    );
  });

  test('is of each error its own type, message and stack', () => {
    const kind = constantFrom('Error', 'TypeError', 'Own');
    const text = constantFrom('refused', 'a "b"', '');
    const place = constantFrom(
      '\n    at a (/a.js:1:1)',
      '\n    at b (/b"c.js:2:2)\n    at a (/a.js:1:1)',
      '\nno frames',
      '',
    );
    assert(
      property(array(tuple(kind, text, place, boolean()), { maxLength: 40 }), (given) => {
        const { log, sink } = logToMemory();
        const expected = given.map(([name, message, frames, hasCause]) => {
          const cause = hasCause ? errorOf('RangeError', 'deeper', '\n    at c (/c.js:3:3)') : undefined;
          const error = errorOf(name, message, frames, cause);
          log.info(error, 'failed');
          const inner = { type: 'RangeError', message: 'deeper', stack: cause?.stack };
          return { type: name, message, stack: error.stack, ...(hasCause && { cause: inner }) };
        });
        expect(sink.records.map(({ err }) => err)).toEqual(expected);
      }),
    );
  });
});

function errorOf(name: string, message: string, frames: string, cause?: Error): Error {
  const error = new Error(message, cause && { cause });
  const properties = { name: { value: name }, stack: { value: `${name}: ${message}${frames}` } };
  return Object.defineProperties(error, properties);
}
