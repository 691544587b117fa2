import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalize, toJSON } from '../src/index.ts';
import { chain, dataOf, Errors, forbidden, revoked, textsOf, trap, traps } from './values.ts';

/** Every output of a value, as it is and wrapped, as one text. */
function outputs(value: unknown): string {
  const normal = normalize(value);
  return JSON.stringify([dataOf(value), textsOf(value), dataOf(normal), textsOf(normal)]);
}

function cyclic(): Error {
  const error = new Error('a');
  const other = new AggregateError([error], 'b', { cause: error });
  error.cause = other;
  return error;
}

function withGetters(): Error {
  const error = new Error('x');
  for (const key of ['name', 'message', 'stack', 'cause', 'errors', 'code', 'own']) {
    Object.defineProperty(error, key, { get: trap, enumerable: true });
  }
  return error;
}

const mark = Symbol.for('seaworthy.error');
const wideParams = {
  number: 'n'.repeat(1_000_000),
  owner: forbidden(Array.from({ length: 5_000 }, (_, i) => ({ i }))),
};
const hostile: readonly (readonly [string, unknown])[] = [
  ['a Proxy with throwing traps', new Proxy({}, traps)],
  ['a Proxy of an Error', new Proxy(new Error('x'), traps)],
  ['a revoked Proxy', revoked({})],
  ['a frozen error', Object.freeze(new Error('x'))],
  ['an error whose getters throw', withGetters()],
  ['cyclic causes', cyclic()],
  ['10,000 causes', chain(10_000)],
  ['10,000 errors', new AggregateError(Array.from({ length: 10_000 }, () => new Error('x'.repeat(1_000))))],
  ['a Proxy as list of errors', Object.assign(new Error('x'), { errors: new Proxy([], traps) })],
  ['a huge message', new Error('m'.repeat(10_000_000))],
  ['huge parameters', new Errors.CARD(wideParams)],
  ['null parameters', new Errors.CARD(forbidden(null))],
  ['a forged mark', { [mark]: true }],
  ['a forged mark with an angry meta', { [mark]: true, code: 'a.B', meta: new Proxy({}, traps) }],
  [
    'a forged mark with a nonsense meta',
    { [mark]: true, code: 'a.B', meta: { httpStatus: 'x', sensitive: 1, help: {} } },
  ],
  ['a forged status', Object.assign(new Error('x'), { [mark]: true, code: 'a.B', meta: { httpStatus: 999 } })],
  ['a null-prototype object', Object.create(null)],
  [
    'properties without number',
    Object.assign(
      new Error('x'),
      Object.fromEntries(Array.from({ length: 9_999 }, (_, i) => [`k${i}`, 'v'.repeat(999)])),
    ),
  ],
  ['an object that throws when printed', { toString: trap, toJSON: trap, [Symbol.toPrimitive]: trap }],
  ['a deep thrown object', deepObject(10_000)],
];

function deepObject(depth: number): object {
  let value: object = {};
  for (let index = 0; index < depth; index += 1) value = { value };
  return value;
}

for (const [title, value] of hostile) {
  test(`${title} is rendered by every output, bounded`, () => {
    expect(outputs(value).length).toBeLessThan(4_000_000);
  });
}

const preparations: readonly (readonly [string, typeof Error.prepareStackTrace])[] = [
  ['throws', trap],
  ['gives frames, no text', (_error, frames) => frames],
];
for (const [title, prepare] of preparations) {
  test(`a program whose Error.prepareStackTrace ${title} still has its errors rendered`, () => {
    const { prepareStackTrace: original } = Error;
    const card = (): Error => new Errors.CARD({ number: '1', owner: 'ann' }, { cause: new Error('inner') });
    try {
      Error.prepareStackTrace = prepare;
      expect(outputs(card())).toContain('Card [redacted] of ann');
    } finally {
      Error.prepareStackTrace = original;
    }
  });
}

test('a wide and deep parameter is bounded', () => {
  const wide = (depth: number): unknown =>
    depth === 0 ? 'leaf' : Array.from({ length: 100 }, () => (depth > 3 ? wide(0) : wide(depth - 1)));
  expect(JSON.stringify(toJSON(wide(3))).length).toBeLessThan(600_000);
});

test('any value at all is rendered by every output', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      expect(outputs(value).length).toBeLessThan(4_000_000);
    }),
  );
});

test('any error at all is rendered by every output', () => {
  const parts = fc.record({ message: fc.string(), cause: fc.anything(), code: fc.anything(), errors: fc.anything() });
  fc.assert(
    fc.property(parts, ({ message, cause, code, errors }) => {
      const error = Object.assign(new Error(message, { cause }), { code, errors });
      expect(outputs(error)).toContain('exception.message');
    }),
  );
});

test('a secret planted in a sensitive parameter appears in no output', () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9+/:@.-]{8,40}$/);
  fc.assert(
    fc.property(secret, fc.string(), (number, owner) => {
      fc.pre(!owner.includes(number));
      const cause = Object.assign(new Error(`refused ${number}`, { cause: number }), { tried: number });
      const error = new Errors.CARD({ number, owner }, { cause });
      const wrapped = new AggregateError([error, new Error(`again ${number}`)], `all of ${number}`, { cause: error });
      for (const text of [outputs(error), outputs(wrapped), error.message, String(error), error.stack]) {
        expect(text).not.toContain(number);
      }
    }),
  );
});
