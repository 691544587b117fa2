import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineErrors, errorIndexPage } from '../src/index.ts';
import { compareSnapshots, readSnapshot, stabilitySnapshot } from '../src/stability.ts';

const before = stabilitySnapshot([
  defineErrors('shop', {
    FULL: { message: '{count} of {limit}', httpStatus: 400 },
    CLOSED: { message: 'Closed' },
    RANK: { message: '{rank}', params: z.object({ rank: z.number(), of: z.number() }) },
  }),
]);
const now = stabilitySnapshot([
  defineErrors('shop', {
    FULL: { message: '{count} in {place}', httpStatus: 409, exitCode: 65, retryable: true },
    OPEN: { message: 'Open' },
    RANK: { message: '{rank}', params: z.object({ rank: z.number(), of: z.number() }) },
  }),
]);

test('a snapshot is sorted and names every parameter, also those of a schema', () => {
  expect(Object.keys(before.errors)).toEqual(['shop.CLOSED', 'shop.FULL', 'shop.RANK']);
  expect(before.errors['shop.RANK']).toEqual({
    params: ['of', 'rank'],
    httpStatus: 500,
    exitCode: 70,
    retryable: false,
  });
});

test('removed codes and parameters are breaking, other changes are told', () => {
  expect(compareSnapshots(before, now)).toEqual([
    { kind: 'breaking', code: 'shop.CLOSED', text: 'The code was removed.' },
    { kind: 'breaking', code: 'shop.FULL', text: 'The parameter "limit" was removed.' },
    { kind: 'changed', code: 'shop.FULL', text: 'httpStatus was 400 and is 409.' },
    { kind: 'changed', code: 'shop.FULL', text: 'exitCode was 70 and is 65.' },
    { kind: 'changed', code: 'shop.FULL', text: 'retryable was false and is true.' },
    { kind: 'compatible', code: 'shop.FULL', text: 'The parameter "place" is new.' },
    { kind: 'compatible', code: 'shop.OPEN', text: 'The code is new.' },
  ]);
  expect(compareSnapshots(before, before)).toEqual([]);
});

test('a snapshot may name what every object has', () => {
  const promise = { params: [], httpStatus: 500, exitCode: 70, retryable: false };
  const odd = { version: 1, errors: { constructor: promise } } as const;
  expect(compareSnapshots(odd, { version: 1, errors: {} })).toEqual([
    { kind: 'breaking', code: 'constructor', text: 'The code was removed.' },
  ]);
});

test('a snapshot is read back from JSON', () => {
  expect(readSnapshot(JSON.parse(JSON.stringify(before)))).toEqual(before);
});

const noSnapshots: readonly unknown[] = [
  null,
  1,
  {},
  { version: 2, errors: {} },
  { version: 1 },
  { version: 1, errors: null },
  { version: 1, errors: [] },
  { version: 1, errors: { 'shop.FULL': null } },
  { version: 1, errors: { 'shop.FULL': { httpStatus: 400, exitCode: 70 } } },
  { version: 1, errors: { 'shop.FULL': { params: [], httpStatus: '400', exitCode: 70 } } },
];
for (const value of noSnapshots) {
  test(`${JSON.stringify(value)} is no snapshot`, () => {
    expect(readSnapshot(value)).toBeUndefined();
  });
}

test('the error index lists every error with what others need to know', () => {
  const Errors = defineErrors('shop', {
    FULL: {
      message: 'Only {count} | <b> fit',
      httpStatus: 400,
      exitCode: 65,
      sensitive: ['count'],
      help: 'Order twice.',
      docs: 'https://example.com/full',
      retryable: true,
    },
    CLOSED: { message: 'Closed' },
  });
  expect(errorIndexPage([Errors], { title: 'Errors of the shop' })).toBe(`# Errors of the shop

| code | message |
|---|---|
| [\`shop.CLOSED\`](#shopclosed) | Closed |
| [\`shop.FULL\`](#shopfull) | Only {count} \\| &lt;b> fit |

## shop.CLOSED

> Closed

severity \`error\` · HTTP status 500 · exit code 70 · trying again does not help

## shop.FULL

> Only {count} \\| &lt;b> fit

severity \`error\` · HTTP status 400 · exit code 65 · trying again may help

Never shown: \`count\`.

Order twice.

More: <https://example.com/full>
`);
});
