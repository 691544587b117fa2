import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import boom from '@hapi/boom';
import { expect, test } from 'vitest';
import {
  attempt,
  catalogue,
  defineErrors,
  exitCode,
  explain,
  normalize,
  toJSON,
  toLogFields,
  toProblemDetails,
  toSpanException,
  toTerminal,
} from '../src/index.ts';
import { suppressedError } from './values.ts';

// It has no types.
const httpErrors: (status: number, message: string) => Error = createRequire(import.meta.url)('http-errors');

const Errors = defineErrors('billing', {
  CARD_DECLINED: {
    message: 'Card ending {last4} was declined by {bank}',
    httpStatus: 402,
    exitCode: 65,
    sensitive: ['last4'],
    retryable: true,
    help: 'Ask for another card.',
    docs: 'https://errors.example.com/card-declined',
  },
  DB_DOWN: { message: 'The database {host} is down', rpc: 'UNAVAILABLE', retryable: true },
  MAINTENANCE: { message: 'Back at {time}', httpStatus: 503, expose: true },
  MISSING: { message: 'No invoice {id}', rpc: 'NOT_FOUND', stack: false },
});
const declined = new Errors.CARD_DECLINED({ last4: '4242', bank: 'Acme' });

test('a 4xx is told to the client: RFC 9457, with help and the parameters that the message shows', () => {
  expect(toProblemDetails(declined, { instance: '/orders/1' })).toEqual({
    type: 'https://errors.example.com/card-declined',
    title: 'Card declined',
    status: 402,
    detail: 'Card ending [redacted] was declined by Acme',
    instance: '/orders/1',
    code: 'billing.CARD_DECLINED',
    retryable: true,
    help: 'Ask for another card.',
    params: { last4: '[redacted]', bank: 'Acme' },
  });
});

test('without docs the type is about:blank and the title is the status phrase', () => {
  const details = toProblemDetails(new Errors.MISSING({ id: 7 }));
  expect(details).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404, detail: 'No invoice 7' });
});

test('a 5xx says nothing of itself but its code', () => {
  expect(toProblemDetails(new Errors.DB_DOWN({ host: 'db-1.internal' }))).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The server could not complete the request.',
    code: 'billing.DB_DOWN',
    retryable: true,
  });
});

test('a 5xx with expose is told to the client', () => {
  expect(toProblemDetails(new Errors.MAINTENANCE({ time: '12:00' })).detail).toBe('Back at 12:00');
});

const foreign: readonly (readonly [string, unknown, number, string])[] = [
  ['a foreign error', new Error('secret path /etc'), 500, 'The server could not complete the request.'],
  ['a thrown string', 'secret', 500, 'The server could not complete the request.'],
  [
    'an HTTP client error',
    Object.assign(new Error('upstream'), { status: 404 }),
    500,
    'The server could not complete the request.',
  ],
  [
    'an error made for the client',
    Object.assign(new Error('No such page'), { statusCode: 404, expose: true }),
    404,
    'No such page',
  ],
  [
    'a FastifyError',
    Object.assign(new Error('body must be object'), { name: 'FastifyError', statusCode: 400 }),
    400,
    'body must be object',
  ],
  [
    'what a schema of Fastify refuses',
    Object.assign(new Error('body must have required property'), { statusCode: 400, validation: [{}] }),
    400,
    'body must have required property',
  ],
  [
    'an address that Express cannot decode',
    Object.assign(new URIError("Failed to decode param '%'"), { status: 400, statusCode: 400 }),
    400,
    "Failed to decode param '%'",
  ],
  ['an error of http-errors', httpErrors(409, 'Taken'), 409, 'Taken'],
  ['a 5xx of http-errors', httpErrors(503, 'db-1 is down'), 500, 'The server could not complete the request.'],
  ['an error of Boom', boom.notFound('No such order'), 404, 'No such order'],
  ['a 5xx of Boom', boom.badGateway('upstream at 10.0.0.7'), 500, 'The server could not complete the request.'],
  [
    'a 5xx made for the client',
    Object.assign(new Error('no'), { statusCode: 502, expose: true }),
    500,
    'The server could not complete the request.',
  ],
];
for (const [title, error, status, detail] of foreign) {
  test(`${title} becomes status ${status}`, () => {
    expect(toProblemDetails(error)).toMatchObject({ status, detail });
  });
}

test('log fields carry type, code, message, stack, parameters and causes', () => {
  const error = new Errors.DB_DOWN({ host: 'db-1' }, { cause: Object.assign(new Error('refused'), { errno: -111 }) });
  const { err } = toLogFields(error);
  expect(err).toMatchObject({
    type: 'billing.DB_DOWN',
    code: 'billing.DB_DOWN',
    message: 'The database db-1 is down',
    params: { host: 'db-1' },
    cause: { type: 'Error', message: 'refused', properties: { errno: -111 } },
  });
  expect(err.stack).toContain('outputs.test.ts');
});

test('log fields write dates and big integers for people', () => {
  const Own = defineErrors('own', { LATE: { message: '{at} {id}' } });
  const fields = toLogFields(new Own.LATE({ at: new Date(0), id: 12n }));
  expect(fields.err.params).toEqual({ at: '1970-01-01T00:00:00.000Z', id: '12' });
});

test('log fields show the errors of an AggregateError', () => {
  const { err } = toLogFields(new AggregateError([new TypeError('a'), 'b'], 'both'));
  expect(err.errors).toMatchObject([
    { type: 'TypeError', message: 'a' },
    { type: 'string', message: 'b' },
  ]);
});

test('a span exception follows the semantic conventions and shows the causes', () => {
  const attributes = toSpanException(new Errors.DB_DOWN({ host: 'db-1' }, { cause: new RangeError('inner') }));
  expect(attributes).toMatchObject({
    'exception.type': 'billing.DB_DOWN',
    'exception.message': 'The database db-1 is down',
    'error.type': 'billing.DB_DOWN',
  });
  expect(attributes['exception.stacktrace']).toMatch(/Caused by: RangeError: inner/);
});

test('the error type of a foreign error is its name', () => {
  expect(toSpanException(new RangeError('x'))['error.type']).toBe('RangeError');
  expect(toSpanException('thrown')).not.toHaveProperty('exception.stacktrace');
});

test('terminal text has code, message, frames, help, docs and the chain of causes', () => {
  const inner = new Error('refused', { cause: 'no route' });
  inner.stack = 'Error: refused\n    at connect (db.js:1:2)';
  const error = new Errors.CARD_DECLINED({ last4: '4242', bank: 'Acme' }, { cause: inner });
  error.stack = 'x\n    at pay (pay.js:3:4)';
  expect(toTerminal(error)).toBe(
    [
      'billing.CARD_DECLINED  Card ending [redacted] was declined by Acme',
      '    at pay (pay.js:3:4)',
      '  help  Ask for another card.',
      '  docs  https://errors.example.com/card-declined',
      '  caused by  Error  refused',
      '  caused by  string  no route',
    ].join('\n'),
  );
});

test('terminal text without stack has no frames', () => {
  expect(toTerminal(new Error('a\nb'), { stack: false })).toBe('Error  a\n  b');
});

test('terminal text lists the errors of an AggregateError', () => {
  const text = toTerminal(new AggregateError([new TypeError('a'), new RangeError('b')], 'both'), { stack: false });
  expect(text).toBe('AggregateError  both\n  error 1  TypeError  a\n  error 2  RangeError  b');
});

test('terminal text shows what a failed disposal suppressed', () => {
  const error = suppressedError(new TypeError('on closing'), new RangeError('before'), 'both');
  const text = 'SuppressedError  both\n  error 1  TypeError  on closing\n  error 2  RangeError  before';
  expect(toTerminal(error, { stack: false })).toBe(text);
  expect(toTerminal(normalize(error), { stack: false })).toBe(text);
  expect(normalize(error).code).toBe('seaworthy.errors.AGGREGATE');
});

test('further lines of a text stand under its first', () => {
  const Own = defineErrors('own', { TWO: { message: 'one\ntwo', help: 'first\nsecond' } });
  expect(toTerminal(new Own.TWO(), { stack: false })).toBe(
    ['own.TWO  one', '  two', '  help  first', '        second'].join('\n'),
  );
  expect(explain('own.TWO', Own)).toMatch(/^own\.TWO\n {2}one\n {2}two\n[^]* {2}help {8}first\n {14}second$/);
});

test('terminal text is coloured on request only', () => {
  expect(toTerminal(new Error('x'), { color: true })).toContain('\u001B[31m');
  expect(toTerminal(new Error('x'))).not.toContain('\u001B');
});

test('a message cannot drive the terminal', () => {
  const text = toTerminal(new Error('\u001B[2Jwiped\u0007\u202Edrow'), { stack: false });
  expect(text).toBe('Error  wiped\uFFFD\uFFFDdrow');
});

const refusedConnection = Object.assign(new Error('x'), { code: 'ECONNREFUSED', syscall: 'connect' });
const exits: readonly (readonly [string, unknown, number])[] = [
  ['an error with an exit code', declined, 65],
  ['an error without one', new Errors.DB_DOWN({ host: 'x' }), 70],
  ['a foreign error', new TypeError('x'), 70],
  ['a thrown string', 'x', 70],
  ['a missing file', Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'open' }), 66],
  ['a port in use', Object.assign(new Error('x'), { code: 'EADDRINUSE', syscall: 'listen' }), 69],
  ['another system error', Object.assign(new Error('x'), { code: 'EIO', syscall: 'read' }), 74],
  [
    'a list of refused connections',
    Object.assign(new AggregateError([new Error('x'), new Error('x')]), { code: 'ECONNREFUSED' }),
    69,
  ],
  [
    'an error of ours with a system error as cause',
    new Errors.DB_DOWN({ host: 'x' }, { cause: refusedConnection }),
    70,
  ],
  ['an error with another cause', new Error('x', { cause: new Error('y') }), 70],
  ['an aborted operation', new DOMException('stop', 'AbortError'), 75],
];
for (const [title, error, code] of exits) {
  test(`${title} ends a process with ${code}`, () => {
    expect(exitCode(error)).toBe(code);
  });
}

test('a fetch of what does not listen ends a process with 69', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const failed = await attempt(() => fetch(`http://127.0.0.1:${port}`));
  expect(failed.ok ? undefined : exitCode(failed.error)).toBe(69);
});

test('a normalized foreign error is shown as itself, with the code of its kind', () => {
  const original = new TypeError('boom', { cause: new Error('why') });
  const json = toJSON(normalize(original));
  expect(json).toMatchObject({ name: 'TypeError', message: 'boom', code: 'seaworthy.errors.UNEXPECTED' });
  expect(json.cause).toMatchObject({ name: 'Error', message: 'why' });
});

test('a code is explained in a few lines', () => {
  expect(explain('billing.CARD_DECLINED', Errors)).toBe(
    [
      'billing.CARD_DECLINED',
      '  Card ending {last4} was declined by {bank}',
      '  severity    error',
      '  HTTP status 402',
      '  exit code   65',
      '  retry       may help',
      '  help        Ask for another card.',
      '  docs        https://errors.example.com/card-declined',
    ].join('\n'),
  );
});

test('an unknown code is refused, with the nearest one', () => {
  expect(() => explain('biling.DB_DWN', [Errors])).toThrow('Did you mean billing.DB_DOWN?');
  expect(() => explain('DB_DOWN', [Errors])).toThrow('Did you mean billing.DB_DOWN?');
  expect(() => explain('nothing', [])).toThrow(/^No error has the code nothing\. The error index/);
});

test('catalogues merge by full code and refuse a code that two declare', () => {
  const other = defineErrors('other', { GONE: { message: 'Gone.' } });
  const merged = catalogue(Errors, other, other);
  expect(Object.keys(merged)).toHaveLength(5);
  expect(merged['other.GONE']).toBe(other.GONE);
  const again = defineErrors('other', { GONE: { message: 'Gone again.' } });
  expect(() => catalogue(other, again)).toThrow('The error code other.GONE is declared by two catalogues.');
});
