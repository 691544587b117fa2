import { anything, array, assert, bigInt, dictionary, object, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, memory, type Logger, type Sink } from '../src/index.ts';

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
  { name: 'a text of 20 million characters', value: 'x'.repeat(20_000_000) },
  { name: 'a text of 20 million quotes', value: '"'.repeat(20_000_000) },
  { name: 'many long texts', value: Array.from({ length: 2000 }, () => '\u0000'.repeat(100_000)) },
  { name: 'a million items', value: Array.from({ length: 1_000_000 }, (_, index) => index) },
  { name: 'an endless iterator', value: new EndlessSet([1]) },
  { name: 'an array that claims to be long', value: Object.assign([], { length: 2 ** 32 - 1 }) },
  { name: 'lone surrogates', value: { '\udfff': '\ud800', ok: 'a\ud83d\ude00b' } },
  { name: 'control characters', value: { 'a\n\u2028': '\u0000\u001f\u007f\u2028\r\n' } },
  { name: 'odd primitives', value: [10n, Symbol('s'), undefined, () => 1, -0, Number.NaN] },
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
      { numRuns: 2000 },
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
