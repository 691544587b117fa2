import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkDefinition } from '../src/check-definition.ts';
import { attempt, defineErrors, ErrorsErrors, isSeaworthyError } from '../src/index.ts';
import { onceAsked } from '../src/lazily.ts';
import { isProblemName } from '../src/names.ts';
import type { RpcCode } from '../src/index.ts';

const Errors = defineErrors('billing', {
  CARD_DECLINED: { message: 'Card ending {last4} was declined by {bank}', httpStatus: 402, sensitive: ['last4'] },
  EMPTY: { message: 'The basket is empty.' },
  QUOTA: { message: 'Quota of {limit} exceeded', rpc: 'RESOURCE_EXHAUSTED', stack: false },
  ROUTE: { message: '{a} to {b} by {c}: {a}' },
});

/** Passes a value that the types forbid. */
function forbidden(value: unknown): never {
  return value as never;
}

const stackTraceLimit = Error.stackTraceLimit;
afterEach(() => {
  Object.defineProperty(Error, 'stackTraceLimit', { value: stackTraceLimit, writable: true, configurable: true });
});

test('an error carries its code, message and parameters', () => {
  const error = new Errors.ROUTE({ a: 'Oslo', b: 2, c: null });
  expect(error).toBeInstanceOf(Error);
  expect(error.code).toBe('billing.ROUTE');
  expect(error.name).toBe('billing.ROUTE');
  expect(error.message).toBe('Oslo to 2 by null: Oslo');
  expect(error.params).toEqual({ a: 'Oslo', b: 2, c: null });
  expect(error.stack).toMatch(/^billing\.ROUTE: Oslo to 2/);
});

test('an error is recognised by mark and code', () => {
  const error: unknown = new Errors.EMPTY();
  expect(isSeaworthyError(error)).toBe(true);
  expect(Errors.EMPTY.is(error)).toBe(true);
  expect(Errors.QUOTA.is(error)).toBe(false);
  expect(isSeaworthyError(new Error('other'))).toBe(false);
});

test('an error of another copy of the package is recognised', () => {
  const copy = defineErrors('billing', { EMPTY: { message: 'The basket is empty.' } });
  const error = new copy.EMPTY();
  expect(error).not.toBeInstanceOf(Errors.EMPTY);
  expect(Errors.EMPTY.is(error)).toBe(true);
});

test('a cause is kept and not enumerable, an absent one is absent', () => {
  const cause = new TypeError('inner');
  const error = new Errors.EMPTY({}, { cause });
  expect(error.cause).toBe(cause);
  expect(Object.keys(error)).toEqual(['params']);
  expect('cause' in new Errors.EMPTY({}, {})).toBe(false);
});

test('a sensitive parameter is redacted in the message and hidden from consoles, yet readable by name', () => {
  const error = new Errors.CARD_DECLINED({ last4: '4242-secret', bank: 'Acme' });
  expect(error.message).toBe('Card ending [redacted] was declined by Acme');
  expect(error.params.last4).toBe('4242-secret');
  const outputs = [inspect(error), JSON.stringify(error), JSON.stringify({ ...error }), error.stack, String(error)];
  expect(outputs.join('\n')).not.toContain('4242-secret');
  expect(JSON.stringify(structuredClone({ ...error.params }))).not.toContain('4242-secret');
});

test('JSON.stringify of an error gives its code and message', () => {
  expect(JSON.parse(JSON.stringify(new Errors.EMPTY()))).toMatchObject({
    code: 'billing.EMPTY',
    message: 'The basket is empty.',
  });
});

test('an error without stack has a headline only and leaves the limit as it was', () => {
  Error.stackTraceLimit = 7;
  const error = new Errors.QUOTA({ limit: 3 });
  expect(error.stack).toBe('billing.QUOTA: Quota of 3 exceeded');
  expect(Error.stackTraceLimit).toBe(7);
});

test('a stack limit that cannot be written is no obstacle', () => {
  Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true });
  expect(new Errors.QUOTA({ limit: 3 }).message).toBe('Quota of 3 exceeded');
});

test('a stack limit of zero is no obstacle', () => {
  Error.stackTraceLimit = 0;
  expect(new Errors.EMPTY().message).toBe('The basket is empty.');
});

// As google/rpc/code.proto maps them; typed, so that a code without a row does not compile.
const statusOfRpc: Readonly<Record<RpcCode, number>> = {
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  UNAUTHENTICATED: 401,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
};

test.each(Object.entries(statusOfRpc))('the rpc code %s is the HTTP status %i', (rpc, status) => {
  const errors = defineErrors('x', { FAILED: { message: 'Failed.', rpc: rpc as RpcCode } });
  expect(errors.FAILED.meta.httpStatus).toBe(status);
});

test('an rpc code gives the HTTP status, unless there is one', () => {
  expect(Errors.QUOTA.meta.httpStatus).toBe(429);
  const own = defineErrors('x', { GONE: { message: 'Gone.', rpc: 'NOT_FOUND', httpStatus: 410 } });
  expect(own.GONE.meta.httpStatus).toBe(410);
});

test('a parameter that cannot be printed is shown as such', () => {
  const params = {
    a: forbidden(Object.create(null)),
    b: forbidden(Symbol('s')),
    c: forbidden({ toString: () => ({}) }),
  };
  expect(new Errors.ROUTE(params).message).toBe('[unprintable] to Symbol(s) by [unprintable]: [unprintable]');
  const throwing = new Proxy(
    { a: '', b: '', c: '' },
    {
      get() {
        throw new Error('no');
      },
    },
  );
  expect(new Errors.ROUTE(throwing).message).toContain('[unprintable] to [unprintable]');
});

test('a catalogue is frozen and lists its classes by problem', () => {
  expect(Object.isFrozen(Errors)).toBe(true);
  expect(Object.isFrozen(Errors.EMPTY.meta)).toBe(true);
  expect(Object.keys(Errors)).toEqual(['CARD_DECLINED', 'EMPTY', 'QUOTA', 'ROUTE']);
});

const bad: readonly (readonly [string, string, Record<string, unknown>, RegExp])[] = [
  ['an empty namespace', '', {}, /namespace .* got ""/],
  ['a namespace in capitals', 'Billing', {}, /dotted lower-case/],
  ['a problem in small letters', 'a', { gone: { message: 'x' } }, /in capitals.*"gone".*"a"/],
  ['a namespace that is no text', forbidden(7), {}, /namespace .* got 7/],
  ['no definition', 'a', { GONE: undefined }, /object with a `message` for error "a.GONE", got undefined/],
  ['no message', 'a', { GONE: {} }, /`message` to be a text in error "a.GONE", got undefined/],
  ['an empty message', 'a', { GONE: { message: '' } }, /`message` to be a text/],
  ['a stray brace', 'a', { GONE: { message: 'gone {' } }, /braces only for/],
  ['a malformed placeholder', 'a', { GONE: { message: 'gone {not a name}' } }, /braces only for/],
  ['a success status', 'a', { GONE: { message: 'x', httpStatus: 200 } }, /`httpStatus` .* 400 to 599 .* got 200/],
  ['a broken status', 'a', { GONE: { message: 'x', httpStatus: 404.5 } }, /`httpStatus`/],
  ['exit code 0', 'a', { GONE: { message: 'x', exitCode: 0 } }, /`exitCode` .* 1 to 255/],
  ['an unknown severity', 'a', { GONE: { message: 'x', severity: 'bad' } }, /`severity` to be "fatal", "error"/],
  ['an unknown rpc code', 'a', { GONE: { message: 'x', rpc: 'toString' } }, /google\.rpc/],
  ['a status that is no number', 'a', { GONE: { message: 'x', httpStatus: NaN } }, /`httpStatus`.* got NaN\./],
  ['a big integer as status', 'a', { GONE: { message: 'x', httpStatus: 404n } }, /`httpStatus`.* got 404n\./],
  ['a status as text', 'a', { GONE: { message: 'x', httpStatus: '404' } }, /`httpStatus`.* got "404"\./],
  [
    'a mistyped option',
    'a',
    { GONE: { message: 'x', httpstatus: 404 } },
    /"a\.GONE" has an unknown option "httpstatus"/,
  ],
  ['docs as an object', 'a', { GONE: { message: 'x', docs: new URL('https://a.test') } }, /`docs` .* as text/],
  ['help that is no text', 'a', { GONE: { message: 'x', help: 5 } }, /`help` to be a text .* got 5/],
  ['a flag as text', 'a', { GONE: { message: 'x', expose: 'no' } }, /`expose` to be true or false .* got "no"/],
  ['a stack that is on', 'a', { GONE: { message: 'x', stack: true } }, /`stack` to be false, or left out/],
  [
    'one sensitive name',
    'a',
    { GONE: { message: '{pin}', sensitive: 'pin' } },
    /`sensitive` to be a list .* got "pin"/,
  ],
  [
    'parameters that are no schema',
    'a',
    { GONE: { message: '{a}', params: { a: 1 } } },
    /`params` to be a Standard Schema/,
  ],
  ['no definitions', 'a', forbidden(null), /definitions of namespace "a" to be an object, got null/],
  ['a relative docs URL', 'a', { GONE: { message: 'x', docs: '/errors' } }, /`docs` to be an absolute URL/],
  ['a sensitive stranger', 'a', { GONE: { message: 'x', sensitive: ['pin'] } }, /marks "pin" as sensitive/],
  [
    'a placeholder that the schema lacks',
    'a',
    { GONE: { message: 'gone {who}', params: z.object({ what: z.string() }) } },
    /shows \{who\}, but its params schema has no "who"/,
  ],
  [
    'a sensitive name that the schema lacks',
    'a',
    { GONE: { message: 'gone', params: z.object({ what: z.string() }), sensitive: ['who'] } },
    /marks "who" as sensitive/,
  ],
];
for (const [title, namespace, definitions, message] of bad) {
  test(`a catalogue with ${title} is refused at definition time`, () => {
    expect(() => defineErrors(namespace, forbidden(definitions))).toThrow(
      expect.objectContaining({ code: 'seaworthy.errors.BAD_DEFINITION', message: expect.stringMatching(message) }),
    );
  });
}

test('a refused definition is an error of this package, as its own catalogue declares it', () => {
  const refused = attempt(() => defineErrors('a', forbidden({ GONE: {} })));
  if (refused.ok) throw new Error('it was not refused');
  expect(ErrorsErrors.BAD_DEFINITION.is(refused.error)).toBe(true);
  expect(refused.error.meta).toEqual(ErrorsErrors.BAD_DEFINITION.meta);
});

test('what this package declares of itself is valid, and nobody can change it', () => {
  const kinds = Object.entries(ErrorsErrors);
  expect(kinds.length).toBeGreaterThan(15);
  for (const [problem, { code, meta }] of kinds) {
    expect(isProblemName(problem)).toBe(true);
    expect(code).toBe(`seaworthy.errors.${problem}`);
    const { code: _code, ...definition } = meta;
    expect(checkDefinition(code, definition)).toContain(meta.message.split('{')[0]);
  }
  expect(Object.isFrozen(ErrorsErrors)).toBe(true);
  expect(Reflect.set(ErrorsErrors, 'INTERNAL', 1)).toBe(false);
  expect(Reflect.deleteProperty(ErrorsErrors, 'INTERNAL')).toBe(false);
  expect('INTERNAL' in ErrorsErrors).toBe(true);
  expect(ErrorsErrors.INTERNAL).toBe(ErrorsErrors.INTERNAL);
});

describe('an object that is filled when it is first asked', () => {
  const fill = (target: object): object => Object.freeze(Object.assign(target, { a: 1 }));
  const cases: readonly (readonly [string, (late: object) => unknown, unknown])[] = [
    ['reads', (late) => Reflect.get(late, 'a'), 1],
    ['has', (late) => 'a' in late, true],
    ['lists', (late) => Object.keys(late), ['a']],
    ['describes', (late) => Object.getOwnPropertyDescriptor(late, 'a')?.value, 1],
    ['spreads', (late) => ({ ...late }), { a: 1 }],
    ['is frozen', (late) => Object.isFrozen(late), true],
    ['refuses a property', (late) => Reflect.set(late, 'b', 1), false],
    ['refuses another prototype', (late) => Reflect.setPrototypeOf(late, null), false],
    ['loses nothing', (late) => Reflect.deleteProperty(late, 'a'), false],
    ['cannot be extended', (late) => Reflect.preventExtensions(late) && Object.isExtensible(late), false],
  ];
  test.each(cases)('%s', (_name, ask, expected) => {
    let times = 0;
    const late = onceAsked((target) => {
      times += 1;
      fill(target);
    });
    expect(times).toBe(0);
    expect(ask(late)).toEqual(expected);
    expect(Object.keys(late)).toEqual(['a']);
    expect(times).toBe(1);
  });
});
