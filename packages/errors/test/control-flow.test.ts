import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { attempt, defineErrors, isSeaworthyError, matchError, normalize, toJSON } from '../src/index.ts';

const Errors = defineErrors('billing', {
  QUOTA: { message: 'Quota of {limit} exceeded' },
  EMPTY: { message: 'The basket is empty.' },
});
const cases = {
  QUOTA: (error: { params: { limit: unknown } }) => `limit ${String(error.params.limit)}`,
  EMPTY: () => 'empty',
};

test('an error is matched to its case', () => {
  expect(matchError(new Errors.QUOTA({ limit: 3 }), Errors, cases)).toBe('limit 3');
  expect(matchError(new Errors.EMPTY(), Errors, cases)).toBe('empty');
});

test('a value that is no error of the catalogue is thrown on, or goes to otherwise', () => {
  const stranger = new Error('other');
  expect(() => matchError(stranger, Errors, cases)).toThrow(stranger);
  expect(matchError(stranger, Errors, cases, (value) => String(value))).toBe('Error: other');
});

test('an attempt answers with the value', async () => {
  expect(attempt(() => 1)).toEqual({ ok: true, value: 1 });
  expect(await attempt(async () => 2)).toEqual({ ok: true, value: 2 });
});

test('an attempt answers with what was thrown, normalized', async () => {
  const own = new Errors.EMPTY();
  const thrown = attempt(() => {
    throw own;
  });
  expect(thrown).toEqual({ ok: false, error: own });
  const rejected = await attempt(() => Promise.reject<number>(new TypeError('no')));
  expect(!rejected.ok && rejected.error.code).toBe('seaworthy.errors.UNEXPECTED');
});

const kinds: readonly (readonly [string, unknown, string])[] = [
  ['an Error', new TypeError('x'), 'UNEXPECTED'],
  ['a system error', Object.assign(new Error('x'), { syscall: 'open', code: 'ENOENT' }), 'SYSTEM'],
  ['an AbortError', new DOMException('x', 'AbortError'), 'ABORTED'],
  ['a TimeoutError', new DOMException('x', 'TimeoutError'), 'TIMED_OUT'],
  ['an AggregateError', new AggregateError([new Error('a')], 'x'), 'AGGREGATE'],
  ['an error-like object', { name: 'Odd', message: 'x' }, 'UNEXPECTED'],
];
for (const [title, value, problem] of kinds) {
  test(`${title} is wrapped as ${problem}, with its message, stack and itself as cause`, () => {
    const error = normalize(value);
    expect(isSeaworthyError(error)).toBe(true);
    expect(error.code).toBe(`seaworthy.errors.${problem}`);
    expect(error.message).toBe('x');
    expect(error.cause).toBe(value);
    expect(error.stack).toContain(value instanceof Error ? value.stack : 'x');
  });
}

for (const value of ['text', null, undefined, 0, { a: 1 }, Symbol('s'), 10n, () => 1]) {
  test(`a thrown ${value === null ? 'null' : typeof value} is wrapped, and kept as cause`, () => {
    const error = normalize(value);
    expect(error.code).toBe('seaworthy.errors.THROWN_VALUE');
    expect(error.cause).toBe(value);
  });
}

test('an error of another realm is wrapped as what it is', () => {
  const error = normalize(runInNewContext('new AggregateError([new RangeError("inner")], "outer")'));
  expect(error.cause).not.toBeInstanceOf(Error);
  expect(error).toMatchObject({ code: 'seaworthy.errors.AGGREGATE', message: 'outer' });
  expect(toJSON(error)).toMatchObject({ name: 'AggregateError', errors: [{ name: 'RangeError', message: 'inner' }] });
});

test('our own error comes back as it is, also a frozen one', () => {
  const error = Object.freeze(new Errors.EMPTY());
  expect(normalize(error)).toBe(error);
});
