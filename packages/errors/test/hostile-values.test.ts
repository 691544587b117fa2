import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  codeFrame,
  defineErrors,
  explain,
  fromJSON,
  isSeaworthyError,
  matchError,
  normalize,
  problemOf,
  reporter,
  suggest,
  toCompact,
  toGithub,
  toJSON,
  toSarif,
  type Report,
} from '../src/index.ts';
import { chain, dataOf, Errors, forbidden, inGerman, revoked, textsOf, trap, traps } from './values.ts';

const most = 4_000_000;

/** Checks that every output of any value is what it promises, bounded text or JSON data; the length of the longest text. */
function checkedSize(value: unknown): number {
  const problem = problemOf(value, { file: 'src/a b.ts', line: 2, column: 3, suggestion: 'Try.' });
  const data: readonly unknown[] = [
    ...dataOf(value, { ...inGerman, instance: '/' }),
    toSarif([problem], { tool: { name: 'test' } }),
    problem,
  ];
  for (const item of data) {
    const text = JSON.stringify(item);
    expect(text.length).toBeLessThan(most);
    // Nothing is lost on the way: it is JSON data already.
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
    expect(text.isWellFormed()).toBe(true);
  }
  const texts = [...textsOf(value), toCompact([problem]), toGithub([problem])];
  expect(isSeaworthyError(normalize(value))).toBe(true);
  expect(matchError(value, Errors, { CARD: () => 'card' }, () => 'other')).toMatch(/card|other/);
  expect(Errors.CARD.is(value)).toBe(Errors.CARD.is(normalize(value)));
  expect(fromJSON(JSON.parse(JSON.stringify(toJSON(value))), Errors)).toBeInstanceOf(Error);
  return Math.max(...texts.map((text) => text.length));
}

/** In a box, because the test library itself looks at what it makes. */
type Box = () => unknown;
const boxes = (...values: readonly unknown[]): fc.Arbitrary<Box> =>
  fc.nat({ max: values.length - 1 }).map((index) => () => values[index]);

const leaf: fc.Arbitrary<Box> = fc.oneof(
  fc
    .anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true })
    .map((value) => () => value),
  fc.string({ unit: 'binary' }).map((value) => () => value),
  boxes('\uD800', 'a\uDFFFb', '\u001B[31mred', '\u202Eevil', 'x\u0000y', Symbol('s'), 10n ** 400n, trap),
  boxes(NaN, Infinity, -0, new Date(NaN), /x/g, new Uint8Array(9), Promise.resolve(), new WeakMap()),
  boxes(...[[], {}, () => 1].map(revoked)),
  boxes(...[[], {}, new Error('x')].map((target) => new Proxy(target, traps))),
  boxes(...['toString', 'toJSON', 'then', 'name'].map((key) => ({ [key]: trap }))),
);

/** An error of any kind whose every property may be anything, or throw, and which may be frozen or contain itself. */
const hostileError = fc
  .record({
    kind: fc.constantFrom('native', 'type', 'aggregate', 'ours', 'dom', 'system', 'forged'),
    fields: fc.dictionary(
      fc.constantFrom(
        'name',
        'message',
        'stack',
        'cause',
        'errors',
        'code',
        'params',
        'meta',
        'own',
        'toJSON',
        '__proto__',
      ),
      leaf,
    ),
    throwing: fc.subarray(['name', 'message', 'stack', 'cause', 'errors', 'code', 'params', 'meta']),
    isFrozen: fc.boolean(),
    isCyclic: fc.boolean(),
    inner: leaf,
  })
  .map(({ kind, fields, throwing, isFrozen, isCyclic, inner }): Box => {
    const error = make(kind, inner());
    for (const [key, value] of Object.entries(fields)) define(error, key, { value: value(), enumerable: true });
    for (const key of throwing) define(error, key, { get: trap, enumerable: true });
    if (isCyclic) define(error, 'cause', { value: new AggregateError([error], 'around', { cause: error }) });
    const made = isFrozen ? Object.freeze(error) : error;
    return () => made;
  });

function make(kind: string, inner: unknown): object {
  const mark = Symbol.for('seaworthy.error');
  if (kind === 'type') return new TypeError('bad', { cause: inner });
  if (kind === 'aggregate') return new AggregateError([inner, inner], 'many');
  if (kind === 'ours') return new Errors.CARD({ number: forbidden(inner), owner: forbidden(inner) }, { cause: inner });
  if (kind === 'dom') return new DOMException('over', 'AbortError');
  if (kind === 'system') return Object.assign(new Error('refused'), { syscall: 'connect', errno: -111, code: 'ECONN' });
  if (kind === 'forged') return { [mark]: true, '~kind': inner, code: 'billing.CARD', meta: inner, params: inner };
  return new Error('plain', { cause: inner });
}

/** What an object refuses, it keeps as it is: an own property may be one that cannot be changed. */
function define(target: object, key: string, descriptor: PropertyDescriptor): void {
  Reflect.defineProperty(target, key, { configurable: true, ...descriptor });
}

describe('no output throws, and each is bounded and valid', () => {
  test('for any thrown value', () => {
    fc.assert(
      fc.property(leaf, (box) => {
        expect(checkedSize(box())).toBeLessThan(most);
      }),
      { numRuns: 300 },
    );
  });

  test('for any error, whatever its properties are', () => {
    fc.assert(
      fc.property(hostileError, (box) => {
        expect(checkedSize(box())).toBeLessThan(most);
      }),
      { numRuns: 500 },
    );
  });

  const huge = 'x'.repeat(50_000_000);
  const large: readonly (readonly [string, () => unknown])[] = [
    ['a text of 50 MB', () => huge],
    ['an error with texts of 50 MB', () => Object.assign(new Error(huge, { cause: huge }), { own: huge })],
    ['a secret of 50 MB', () => new Errors.CARD({ number: huge, owner: 'o' }, { cause: new Error(huge) })],
    ['10,000 causes', () => chain(10_000)],
    ['10,000 causes of our own', () => ownChain(10_000)],
    ['100,000 errors at once', () => new AggregateError(Array.from({ length: 100_000 }, () => new Error('x')))],
  ];
  for (const [title, value] of large) test(`for ${title}`, () => expect(checkedSize(value())).toBeLessThan(most));
});

function ownChain(length: number): Error {
  let error: Error = new Error('root');
  for (let index = 0; index < length; index += 1)
    error = new Errors.CARD({ number: 1, owner: index }, { cause: error });
  return error;
}

describe('the stack limit of the program', () => {
  const original = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {};
  afterEach(() => {
    Object.defineProperty(Error, 'stackTraceLimit', original);
  });

  const limits: readonly (readonly [string, PropertyDescriptor])[] = [
    ['zero', { value: 0, writable: true }],
    ['negative', { value: -5, writable: true }],
    ['infinite', { value: Infinity, writable: true }],
    ['a text', { value: 'many', writable: true }],
    ['undefined', { value: undefined, writable: true }],
    ['not writable', { value: 3, writable: false }],
    ['only readable', { get: () => 4 }],
  ];
  for (const [title, descriptor] of limits) {
    test(`may be ${title}, and is left as it was`, () => {
      Object.defineProperty(Error, 'stackTraceLimit', { configurable: true, ...descriptor });
      expect(checkedSize(new Errors.CARD({ number: 1, owner: 2 }, { cause: new Error('x') }))).toBeLessThan(most);
      expect(checkedSize('a text')).toBeLessThan(most);
      const quiet = defineErrors('quiet', { STOP: { message: 'stop', stack: false } });
      expect(new quiet.STOP().message).toBe('stop');
      const { value, get } = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {};
      expect({ value, get }).toEqual({ value: descriptor.value, get: descriptor.get });
    });
  }
});

test('data that is none of ours becomes an error, never an exception', () => {
  const json = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), tie('node')),
    node: fc.dictionary(
      fc.constantFrom('name', 'message', 'code', 'params', 'stack', 'cause', 'errors', 'value', 'properties', '$type'),
      fc.oneof(tie('any'), fc.constantFrom('billing.CARD', 'AggregateError', 'bigint', 'map', '__proto__')),
    ),
  })).any;
  fc.assert(
    fc.property(json, (value) => {
      const error = fromJSON(value, Errors);
      expect(error).toBeInstanceOf(Error);
      expect(checkedSize(error)).toBeLessThan(most);
    }),
    { numRuns: 50 },
  );
});

test('a place that is none gives no frame and a valid log', () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(NaN, Infinity, 2 ** 60, 0, -1));
  const place = fc.record({ line: number, column: number, endLine: number, endColumn: number });
  const file = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), place, file, (text, location, name) => {
      const frame = codeFrame(text, location);
      expect(frame === undefined || frame.length < 10_000).toBe(true);
      const problem = problemOf(new Error('x'), { ...location, file: name });
      const [result] = toSarif([problem], { tool: { name: 't' } }).runs[0].results;
      for (const value of Object.values(result?.locations?.[0].physicalLocation.region ?? {})) {
        expect(value === undefined || (Number.isSafeInteger(value) && value >= 1)).toBe(true);
      }
      // One line for a problem, whatever stands in it.
      expect(toCompact([problem])).not.toContain('\n');
      expect(toGithub([problem])).not.toContain('\n');
    }),
  );
});

test('a frame of one line of 50 MB is cut around its column', () => {
  const frame = codeFrame('x'.repeat(50_000_000), { line: 1, column: 25_000_000 });
  expect(frame?.length).toBeLessThan(500);
  expect(frame).toMatch(/\^$/);
});

test('a report of anything, with any details, is JSON and never throws into the caller', async () => {
  const sent: Report[] = [];
  const reports = reporter({
    sinks: [{ name: 'memory', send: (report) => void sent.push(report) }],
    dedupe: { windowMs: 0 },
    rateLimit: { perMinute: 10_000 },
  });
  fc.assert(
    fc.property(fc.oneof(leaf, hostileError), leaf, (box, details) =>
      reports.report(box(), forbidden({ details: details() })),
    ),
    { numRuns: 200 },
  );
  await reports.close();
  expect(sent).toHaveLength(200);
  for (const report of sent) expect(JSON.stringify(report).length).toBeLessThan(most);
});

test('any word is explained or refused with a code, and no word is too strange for a suggestion', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (word) => {
      expect(() => explain(word, Errors)).toThrow(expect.objectContaining({ code: 'seaworthy.errors.UNKNOWN_CODE' }));
      expect([undefined, 'CARD']).toContain(suggest(word, ['CARD']));
    }),
  );
});
