import { expect, test } from 'vitest';
import { tokensIn } from '../../src/rules/syntax/token-formats.ts';

// Put together at run time: written out, a scanner of secrets would take this file for a leak.
const varied = 'q7Zk2Vx9Lm4Rt8Ws1Yp6Nb3Hd5Jf0Gc';
// Thirty characters; what follows them below is their checksum.
const madeUp = 'SeaworthyMadeUpForThisTest0000';
const found = [
  { kind: 'a GitHub token', text: ['ghp', `${madeUp}26NI6z`].join('_') },
  { kind: 'an npm token', text: ['npm', `${madeUp}26NI6z`].join('_') },
  { kind: 'an AWS access key id', text: ['AKIA', 'Q3EGVZ6R2XK7LMNP'].join('') },
  { kind: 'a Slack token', text: ['xoxb', '123456789012', '123456789012', varied.slice(0, 24)].join('-') },
  { kind: 'a live Stripe key', text: ['sk', 'live', varied.slice(0, 28)].join('_') },
  { kind: 'a SendGrid key', text: ['SG', varied.slice(0, 22), `${varied}${varied}`.slice(0, 43)].join('.') },
  { kind: 'a Google API key', text: ['AIza', `${varied}${varied}`.slice(0, 35)].join('') },
  {
    kind: 'a private key',
    text: ['-----BEGIN PRIVATE', ` KEY-----\n${varied.repeat(3)}\n-----END PRIVATE KEY-----`].join(''),
  },
  { kind: 'an address with a password', text: 'mysql://orders:k7orders9f2c@db.internal' },
];

test.for(found)('$kind is found, with its place', ({ kind, text }) => {
  const [token, ...more] = tokensIn(`const key = '${text}';`);
  expect(more).toEqual([]);
  expect(token).toMatchObject({ kind, start: 13 });
  expect(`const key = '${text}';`.slice(token?.start, token?.end)).toBe(text);
});

const passed = [
  {
    what: 'a GitHub token with a wrong checksum',
    text: ['ghp', `${madeUp}26NI60`].join('_'),
  },
  { what: 'the example key of the AWS handbook', text: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') },
  { what: 'a Stripe key of one character', text: ['sk', 'live', 'a'.repeat(28)].join('_') },
  {
    what: 'a private key without a body',
    text: ['-----BEGIN PRIVATE', ' KEY-----\n...\n-----END PRIVATE KEY-----'].join(''),
  },
  { what: 'an address whose password is a variable', text: 'postgres://orders:${DB_PASSWORD}@db.internal/orders' },
  { what: 'an address with the default password', text: 'postgres://postgres:postgres@db.internal/orders' },
  { what: 'an address of this machine', text: 'redis://:k7orders9f2c@localhost:6379' },
  { what: 'an address without a password', text: 'postgres://orders@db.internal/orders' },
];

test.for(passed)('$what is no finding', ({ text }) => {
  expect(tokensIn(`const key = '${text}';`)).toEqual([]);
});
