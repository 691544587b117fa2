import { expect, test } from 'vitest';
import { describe } from '../src/report.ts';

const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
const errors: { title: string; error: unknown; says: string }[] = [
  { title: 'an error', error: new Error('no route'), says: 'no route' },
  { title: 'an error without a message', error: refused, says: 'ECONNREFUSED' },
  { title: 'an error without anything', error: new TypeError(''), says: 'TypeError' },
  {
    title: 'the failure of several addresses',
    error: new AggregateError([new Error('connect ECONNREFUSED ::1:9'), refused]),
    says: 'connect ECONNREFUSED ::1:9; ECONNREFUSED',
  },
  {
    title: 'a failed fetch',
    error: new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND db') }),
    says: 'fetch failed: getaddrinfo ENOTFOUND db',
  },
  { title: 'an error that is its own cause', error: itsOwnCause(), says: `${'fetch failed: '.repeat(4)}fetch failed` },
  { title: 'an error that is one of its own', error: oneOfItsOwn(), says: 'AggregateError' },
  { title: 'a text', error: 'no', says: 'no' },
  { title: 'nothing', error: undefined, says: 'undefined' },
  { title: 'an object that refuses', error: Object.create(null), says: 'an error that cannot be printed' },
];
for (const { title, error, says } of errors) {
  test(`${title} is described as "${says}"`, () => {
    expect(describe(error)).toBe(says);
  });
}

function itsOwnCause(): Error {
  const error = new TypeError('fetch failed');
  return Object.assign(error, { cause: error });
}

function oneOfItsOwn(): Error {
  const errors: Error[] = [];
  const error = new AggregateError(errors);
  return Object.assign(error, { errors: [error] });
}
