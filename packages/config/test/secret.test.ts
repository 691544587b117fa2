import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isSecret, Secret } from '../src/index.ts';

const hidden = 'hunter2';
const secret = new Secret(hidden);

const prints: readonly { readonly how: string; readonly print: () => string }[] = [
  { how: 'String()', print: () => String(secret) },
  { how: 'a template', print: () => `${String(secret)} ${[secret].join()}` },
  { how: 'addition', print: () => 'x' + secret },
  { how: 'JSON', print: () => JSON.stringify({ secret, list: [secret] }) },
  { how: 'inspect', print: () => inspect(secret) },
  {
    how: 'inspect with everything',
    print: () => inspect({ a: { b: [secret] } }, { depth: null, showHidden: true, getters: true }),
  },
  { how: 'inspect without custom functions', print: () => inspect(secret, { customInspect: false, showHidden: true }) },
  { how: 'format', print: () => format('%s %o %O %j', secret, secret, secret, secret) },
  { how: 'an error message', print: () => inspect(new Error(`no ${String(secret)}`, { cause: secret })) },
  {
    how: 'its own keys',
    print: () => JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret), Object.assign({}, secret)]),
  },
  { how: 'a structured clone', print: () => inspect(structuredClone(Object.assign({}, secret))) },
  { how: 'a map', print: () => inspect(new Map([[secret, secret]])) },
];
for (const { how, print } of prints) {
  test(`a secret is not shown by ${how}`, () => {
    expect(print()).not.toContain(hidden);
  });
}

test('a secret says what it is, and gives its value when asked', () => {
  expect(String(secret)).toBe('[redacted]');
  expect(secret.reveal()).toBe(hidden);
  expect(Object.isFrozen(secret)).toBe(true);
});

test('a secret is recognised by its mark, also from another copy', () => {
  expect(isSecret(secret)).toBe(true);
  expect(isSecret(new Secret({ any: 'value' }))).toBe(true);
  for (const other of [undefined, null, 'x', {}, { reveal: () => 1 }]) expect(isSecret(other)).toBe(false);
});
