import { anything, array, assert, bigInt, constantFrom, dictionary, object, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import winston from 'winston';
import Transport from 'winston-transport';
import { context, createLogger, memory, type Logger, type Preset, type Sink } from '../src/index.ts';
import { prettyLine } from '../src/pretty.ts';

/** A sink that checks each line as a log reader would. */
function checkingSink(): { sink: Sink; lines: string[] } {
  const lines: string[] = [];
  const sink: Sink = { ...memory(), write: (line) => void lines.push(line) };
  return { sink, lines };
}

function strictLogger(options: { redact?: (string | RegExp)[] } = {}): { log: Logger; lines: string[] } {
  const { sink, lines } = checkingSink();
  return { log: createLogger({ name: 'hostile', sinks: [sink], ...options }), lines };
}

function checkLine(line: string | undefined): void {
  expect(line?.endsWith('\n')).toBe(true);
  expect(line?.indexOf('\n')).toBe((line?.length ?? 0) - 1);
  expect(line).toMatch(/^\{"level":"info","timestamp":"[^"]+","message":".*","logger":"hostile"/s);
  const record: unknown = JSON.parse(line ?? '');
  expect(record).toMatchObject({ level: 'info', logger: 'hostile', message: expect.any(String) });
}

function deepCause(depth: number): Error {
  let error = new Error('root');
  for (let level = 0; level < depth; level += 1) error = new Error(`level ${level}`, { cause: error });
  return error;
}

function deepObject(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}

function cyclic(): object {
  const value: Record<string, unknown> = { name: 'loop' };
  value['self'] = value;
  value['list'] = [value, { value }];
  return value;
}

const refuse = () => {
  throw new TypeError('refused');
};

const everyTrap = {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getOwnPropertyDescriptor: refuse,
  getPrototypeOf: refuse,
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

class EndlessSet extends Set<number> {
  override *[Symbol.iterator](): SetIterator<number> {
    for (let index = 0; ; index += 1) yield index;
  }
}

const values: { name: string; value: unknown }[] = [
  { name: 'a cycle', value: cyclic() },
  {
    name: 'a throwing getter',
    value: {
      get bad() {
        return refuse();
      },
      good: 1,
    },
  },
  {
    name: 'a getter that throws something odd',
    value: {
      get bad(): never {
        throw Object.create(null);
      },
    },
  },
  { name: 'a throwing toJSON', value: { toJSON: refuse } },
  {
    name: 'a toJSON that gives itself',
    value: {
      toJSON() {
        return this;
      },
      a: 1,
    },
  },
  { name: 'a toJSON that gives another like it', value: { toJSON: () => ({ toJSON: () => deepObject(100) }) } },
  { name: 'a proxy that refuses everything', value: new Proxy({}, everyTrap) },
  { name: 'a revoked proxy', value: revoked() },
  { name: 'a proxy of an array', value: new Proxy([1, 2], { get: refuse }) },
  { name: 'a proxy of an error', value: new Proxy(new Error('x'), { get: refuse }) },
  {
    name: 'an error with throwing properties',
    value: Object.defineProperties(new Error('x'), { message: { get: refuse }, stack: { get: refuse } }),
  },
  {
    name: 'an error that is its own cause',
    value: ((error: Error) => Object.assign(error, { cause: error }))(new Error('x')),
  },
  { name: 'causes 10,000 deep', value: deepCause(10_000) },
  { name: 'an object 10,000 deep', value: deepObject(10_000) },
  { name: 'an array 10,000 deep', value: Array.from({ length: 10_000 }).reduce<unknown[]>((inner) => [inner], []) },
  { name: 'a text of 50 million characters', value: 'x'.repeat(50_000_000) },
  { name: 'a text of 20 million quotes', value: '"'.repeat(20_000_000) },
  { name: 'many long texts', value: Array.from({ length: 2000 }, () => '\u0000'.repeat(100_000)) },
  { name: 'a million items', value: Array.from({ length: 1_000_000 }, (_, index) => index) },
  { name: 'an endless iterator', value: new EndlessSet([1]) },
  { name: 'an array that claims to be long', value: Object.assign([], { length: 2 ** 32 - 1 }) },
  { name: 'lone surrogates', value: { '\udfff': '\ud800', ok: 'a\ud83d\ude00b' } },
  { name: 'control characters', value: { 'a\n\u2028': '\u0000\u001f\u007f\u2028\r\n' } },
  { name: 'odd primitives', value: [10n, Symbol('s'), undefined, () => 1, -0, Number.NaN] },
  { name: 'a huge typed array', value: new Float64Array(2_000_000) },
  { name: 'a shared buffer', value: new SharedArrayBuffer(8) },
  {
    name: 'a map of objects to maps',
    value: new Map<unknown, unknown>([[{}, new Map([[Symbol('s'), [new Set([1n])]]])]]),
  },
  { name: 'an invalid date', value: new Date(Number.NaN) },
  { name: 'a date with a stolen method', value: Object.assign(new Date(0), { toISOString: refuse, getTime: refuse }) },
  { name: 'an object without a prototype', value: Object.assign(Object.create(null) as object, { a: 1 }) },
  { name: 'a key named __proto__', value: JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') },
  { name: 'keys with quotes and line ends', value: { 'a"b': 1, 'c\n': 2, '\\': 3, '': 4, "'": 5 } },
  { name: 'format strings', value: '%s %d %i %f %j %o %O %c %% %' },
  { name: 'a symbol', value: Symbol('s') },
  { name: 'a big integer', value: 10n ** 100n },
  { name: 'a function', value: refuse },
  {
    name: 'a toJSON that gives a cycle',
    value: { toJSON: () => cyclic() },
  },
  {
    name: 'an error with a stack that is no text',
    value: Object.assign(new Error('x'), { stack: { toString: refuse }, name: 7, code: {} }),
  },
  {
    name: 'an error of many errors',
    value: new AggregateError(
      Array.from({ length: 100 }, () => new Error('x', { cause: cyclic() })),
      'many',
    ),
  },
  { name: 'something thrown that is no error', value: Object.create(Error.prototype) as Error },
  {
    name: 'a typed array with a stolen constructor',
    value: Object.assign(new Uint8Array(3), { constructor: undefined }),
  },
  { name: 'an object whose prototype throws', value: Object.create(new Proxy({}, everyTrap)) as object },
];

describe('hostile values give one valid line', () => {
  for (const { name, value } of values) {
    test(`${name} as a field`, () => {
      const { log, lines } = strictLogger();
      log.info('m', { before: 1, value, after: 2 });
      checkLine(lines[0]);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ before: 1, after: 2 });
    });

    test(`${name} as anything else`, () => {
      const { log, lines } = strictLogger({ redact: ['a.b', '*.c', /secret/] });
      const calls: unknown[][] = [[value], [value, 'm'], ['m', value], ['%s %o', value, value], [value, value, value]];
      for (const call of calls) Reflect.apply(log.info, log, call);
      log.log({ level: 'info', message: value as string });
      log.child({ value }).info('m', { value });
      for (const line of lines) checkLine(line);
      expect(lines).toHaveLength(calls.length + 2);
    });
  }

  test('what can be read of an unreadable object is kept', () => {
    const { log, lines } = strictLogger();
    log.info('m', {
      value: {
        get bad() {
          return refuse();
        },
        good: 1,
      },
    });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ value: { bad: '[unreadable: refused]', good: 1 } });
  });

  test('a cycle is named where it closes', () => {
    const { log, lines } = strictLogger();
    log.info('m', { value: cyclic() });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ value: { name: 'loop', self: '[circular]' } });
  });

  test('a getter that logs does not disturb the record it is read for', () => {
    const { log, lines } = strictLogger();
    const fields = {
      a: 1,
      get b() {
        log.info('inner', { z: [{}], y: 1 });
        return { c: 2 };
      },
      d: 3,
    };
    log.child({ fields }).info('outer', fields);
    for (const line of lines) checkLine(line);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ message: 'outer', a: 1, b: { c: 2 }, d: 3 });
  });
});

const presets: Preset[] = ['default', 'pino', 'ecs', 'gcp', 'otel', 'aws'];
const calls: { name: string; call: (log: Logger, value: unknown) => void }[] = [
  { name: 'as a field', call: (log, value) => log.info('m', { value }) },
  { name: 'as a message', call: (log, value) => log.info(value) },
  { name: 'as fields', call: (log, value) => log.info('m', value as object) },
  { name: 'as fields before a message', call: (log, value) => log.info(value as object, 'm') },
  { name: 'as an error', call: (log, value) => log.error({ err: value }, 'm') },
  { name: 'as bound fields', call: (log, value) => log.child(value as object).info('m') },
  { name: 'in a bound field', call: (log, value) => log.child({ value }).warn('m', { value }) },
  { name: 'in a context', call: (log, value) => context.run({ value }, () => log.info('m')) },
  { name: 'as a context', call: (log, value) => context.run(value as object, () => log.info('m')) },
  { name: 'as a record of winston', call: (log, value) => log.log({ level: 'info', message: 'm', value }) },
  { name: 'as a level', call: (log, value) => log.log(value as string, 'm') },
  { name: 'as fields after a format string', call: (log, value) => log.info('%s %d %o', value, value, value, value) },
];

interface Way {
  readonly name: string;
  readonly log: Logger;
  readonly lines: string[];
  readonly isJson: boolean;
}

/** Loggers of every layout and way out, with lines that must be whole. */
function everyWay(redact: (string | RegExp)[]): readonly Way[] {
  const ways = presets.map((preset) => ({ name: preset, options: { preset }, isJson: true }));
  const { combine, timestamp, errors, splat, json, simple } = winston.format;
  const formats = [
    {
      name: 'format json',
      options: { format: combine(errors({ stack: true }), splat(), timestamp(), json()) },
      isJson: true,
    },
    { name: 'format simple', options: { format: simple() }, isJson: false },
  ];
  return [...ways, ...formats].map(({ name, options, isJson }) => {
    const { sink, lines } = checkingSink();
    const transport = new Transport({
      log(info: Record<PropertyKey, unknown>, next: () => void) {
        lines.push(`${String(info[Symbol.for('message')])}\n`);
        next();
      },
    });
    const log = createLogger({
      name: 'hostile',
      level: 'trace',
      sinks: [sink],
      transports: [transport],
      redact,
      ...options,
    });
    return { log, lines, isJson, name };
  });
}

/** What is wrong with what came out, if anything. */
function problemsOf(ways: readonly Way[], act: (log: Logger) => void): readonly string[] {
  return ways.flatMap(({ log, lines, isJson, name }) => {
    lines.length = 0;
    act(log);
    const { failures, dropped } = log.stats();
    if (failures + dropped > 0) return [`${name}: ${failures} failures, ${dropped} dropped`];
    if (lines.length < 2) return [`${name}: ${lines.length} lines`];
    return lines.flatMap((line) => problemsOfLine(line, isJson)).map((problem) => `${name}: ${problem}`);
  });
}

function problemsOfLine(line: string, isJson: boolean): readonly string[] {
  const problems: string[] = [];
  if (isJson && line.indexOf('\n') !== line.length - 1) problems.push('not one line');
  if (isJson && typeof JSON.parse(line) !== 'object') problems.push('no object');
  const texts = [true, false].map((color) => prettyLine(line, { color }));
  if (!texts.every((text) => text.endsWith('\n'))) problems.push('text for people without an end');
  return problems;
}

describe('every layout, format and transport gives whole lines of', () => {
  const ways = everyWay(['value.token', '*.secret', 'list[*].x', /password/i]);
  for (const { name, value } of values) {
    test(name, () => {
      // Reading megabytes back for every way and call takes longer than writing them.
      const isHuge = /million|many long|endless|huge/.test(name);
      const [some, few] = isHuge ? [ways.slice(0, 1), calls.slice(0, 2)] : [ways, calls];
      const problems = few.flatMap(({ call }) => problemsOf(some, (log) => call(log, value)));
      expect(problems).toEqual([]);
    });
  }

  for (const value of [
    'x'.repeat(50_000_000),
    Array.from({ length: 1_000_000 }, () => 1),
    new Float64Array(2_000_000),
  ]) {
    test(`a ${typeof value} of ${value.length} parts where fields are expected`, () => {
      const few = calls.slice(3);
      expect(few.flatMap(({ call }) => problemsOf(ways.slice(0, 1), (log) => call(log, value)))).toEqual([]);
    });
  }
});

describe('text for people', () => {
  test('is made of any JSON that a format may write', () => {
    const odd = dictionary(
      constantFrom('level', 'timestamp', 'message', 'logger', 'err', 'stack', 'cause', 'type', '__proto__'),
      anything(),
    );
    assert(
      property(odd, odd, (record, err) => {
        const base = { level: 'error', timestamp: 'T', message: 'm' };
        for (const value of [
          record,
          { ...base, ...record },
          { ...base, err },
          { ...base, err: { stack: err, cause: err } },
        ]) {
          const line = JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
          for (const color of [true, false]) expect(prettyLine(`${line}\n`, { color })).toMatch(/\n$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('any value at all', () => {
  const wild = anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
    withObjectString: true,
    withUnicodeString: true,
  });

  test('gives one valid line', () => {
    const { log, lines } = strictLogger({ redact: ['a', '*.b', 'c[*].d'] });
    assert(
      property(array(wild, { maxLength: 4 }), (args) => {
        lines.length = 0;
        Reflect.apply(log.info, log, args);
        expect(lines).toHaveLength(1);
        checkLine(lines[0]);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives whole lines in every layout, format and transport, by any call', () => {
    const ways = everyWay(['a', '*.b', 'c[*].d', /^e/]);
    assert(
      property(wild, constantFrom(...calls), (value, { call }) => {
        expect(problemsOf(ways, (log) => call(log, value))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('written as JSON gives the value that JSON.stringify gives', () => {
    const { log, lines } = strictLogger();
    assert(
      property(dictionary(string({ unit: 'binary' }), oneof(object(), string({ unit: 'binary' }))), (value) => {
        lines.length = 0;
        log.info('m', { value });
        const expected = JSON.parse(JSON.stringify({ value })) as unknown;
        expect(JSON.parse(lines[0] ?? '')).toMatchObject(expected as object);
      }),
    );
  });

  test('a big integer keeps every digit', () => {
    const { log, lines } = strictLogger();
    assert(
      property(bigInt(), (value) => {
        lines.length = 0;
        log.info('m', { value });
        expect(JSON.parse(lines[0] ?? '')).toMatchObject({ value: String(value) });
      }),
    );
  });
});
