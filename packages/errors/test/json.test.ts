import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineErrors, fromJSON, isSeaworthyError, normalize, toJSON } from '../src/index.ts';
import { suppressedError } from './values.ts';

const Errors = defineErrors('billing', {
  ANY: { message: 'Something: {value}', params: z.object({ value: z.unknown() }) },
  CARD: { message: 'Card {number}', sensitive: ['number'] },
});

function travel(error: unknown): Error {
  return fromJSON(JSON.parse(JSON.stringify(toJSON(error))), Errors);
}

test('an error comes back as one of its own class, with stack, parameters and causes', () => {
  const error = new Errors.ANY({ value: 1 }, { cause: new TypeError('inner', { cause: 'why' }) });
  const back = travel(error);
  expect(Errors.ANY.is(back)).toBe(true);
  expect(back).toBeInstanceOf(Errors.ANY);
  expect(back.stack).toBe(error.stack);
  expect(back.message).toBe(error.message);
  expect(back.cause).toBeInstanceOf(TypeError);
  expect(back).toHaveProperty('cause.cause', 'why');
});

test('an error survives the way to a worker', () => {
  const { port1, port2 } = new MessageChannel();
  const error = new Errors.ANY({ value: new Map([['a', 10n]]) }, { cause: new Error('inner') });
  port1.postMessage(toJSON(error));
  const back = fromJSON(receiveMessageOnPort(port2)?.message, Errors);
  port1.close();
  expect(back).toEqual(error);
  expect(back.stack).toBe(error.stack);
});

const values: readonly unknown[] = [
  10n ** 30n,
  NaN,
  -Infinity,
  undefined,
  new Date(12),
  new Date(NaN),
  new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 2n])]]),
  new URL('https://example.com/a?b'),
  { $type: 'bigint', value: 'not one' },
  JSON.parse('{"__proto__": {"polluted": true}}'),
];
for (const value of values) {
  test(`a parameter ${Object.prototype.toString.call(value)} round-trips`, () => {
    expect(travel(new Errors.ANY({ value }))).toHaveProperty('params', { value });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
}

test('any JSON parameter of reasonable size round-trips', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(json, (value) => {
      const back = travel(new Errors.ANY({ value }));
      expect(JSON.stringify(Errors.ANY.is(back) && back.params.value)).toBe(JSON.stringify(value));
    }),
  );
});

test('a foreign error keeps name, primitive properties and errors', () => {
  const error = new AggregateError([Object.assign(new RangeError('a'), { errno: -2, big: 3n })], 'all');
  const back = travel(error);
  expect(back).toBeInstanceOf(AggregateError);
  const [first] = back instanceof AggregateError ? back.errors : [];
  expect(first).toBeInstanceOf(RangeError);
  expect(first).toMatchObject({ message: 'a', errno: -2, big: 3n });
  class Odd extends Error {
    override name = 'OddError';
  }
  expect(travel(new Odd('x')).name).toBe('OddError');
});

test('what a failed disposal suppressed comes back', () => {
  const back = travel(suppressedError(new Errors.ANY({ value: 1 }), new RangeError('before'), 'both'));
  expect(back).toMatchObject({ name: 'SuppressedError', message: 'both' });
  const { error, suppressed } = back as Error & { error?: unknown; suppressed?: unknown };
  expect(Errors.ANY.is(error) && error.params.value).toBe(1);
  expect(suppressed).toBeInstanceOf(RangeError);
});

test('objects that a library hangs on an error stay behind', () => {
  const error = Object.assign(new Error('x'), { config: { headers: { authorization: 'Bearer t' } }, status: 404 });
  expect(toJSON(error).properties).toEqual({ status: 404 });
});

test('a sensitive value does not travel, not even in a cause', () => {
  const error = new Errors.CARD({ number: '4000-1234' }, { cause: new Error('refused 4000-1234') });
  const text = JSON.stringify(toJSON(error));
  expect(text).not.toContain('4000-1234');
  expect(travel(error).message).toBe('Card [redacted]');
});

test('an error of an unknown catalogue keeps its code', () => {
  const Other = defineErrors('other', { GONE: { message: 'Gone {where}' } });
  const back = travel(new Other.GONE({ where: 'away' }));
  expect(isSeaworthyError(back)).toBe(true);
  expect(back).toMatchObject({ code: 'other.GONE', message: 'Gone away', params: { where: 'away' } });
});

test('a normalized foreign error and a normalized value come back normalized', () => {
  const error = travel(normalize(new TypeError('x')));
  expect(error).toMatchObject({ code: 'seaworthy.errors.UNEXPECTED', message: 'x' });
  expect(error.cause).toBeInstanceOf(TypeError);
  const value = travel(normalize({ a: 1n }));
  expect(value).toMatchObject({ code: 'seaworthy.errors.THROWN_VALUE', cause: { a: 1n } });
});

const hostile: readonly unknown[] = [
  null,
  7,
  'text',
  [],
  {},
  { name: 5, message: {}, stack: [], cause: 0, errors: 'x' },
  { code: 'billing.ANY', params: 'not an object' },
  { code: 'billing.ANY' },
  { code: '__proto__', name: 'constructor', message: 'x' },
  { name: 'Error', message: 'x', properties: JSON.parse('{"__proto__": {"polluted": 1}, "stack": "s"}') },
  { value: { $type: 'map', value: 'not a list' } },
  { value: { $type: 'bigint', value: 'x'.repeat(100) } },
];
for (const data of hostile) {
  test(`hostile data ${JSON.stringify(data)?.slice(0, 60)} gives an error, not an exception`, () => {
    expect(fromJSON(data, Errors)).toBeInstanceOf(Error);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
}

test('any JSON gives an error, not an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      expect(fromJSON(data, Errors)).toBeInstanceOf(Error);
    }),
  );
});
