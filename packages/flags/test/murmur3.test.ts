import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashPrefix, murmur3, murmur3After } from '../src/hash/murmur3.ts';

const cases = [
  { text: '', hash: 0 },
  { text: 'hello', hash: 0x248bfa47 },
  { text: 'hello, world', hash: 0x149bbb7f },
  { text: '19 Jan 2038 at 3:14:07 AM', hash: 0xe31e8a70 },
  { text: 'The quick brown fox jumps over the lazy dog.', hash: 0xd5c48bfc },
];
for (const { text, hash } of cases) {
  test(`hashes ${JSON.stringify(text)} as others do`, () => expect(murmur3(text)).toBe(hash));
}

test('hashes the UTF-8 bytes of any text as plain arithmetic says', () => {
  const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 200, unit: 'grapheme' }));
  fc.assert(
    fc.property(anyText, (text) => {
      expect(murmur3(text)).toBe(reference(Buffer.from(text)));
    }),
  );
});

for (const encoding of ['utf8', 'latin1'] as const) {
  test(`continues after a prefix as if both were one text (${encoding})`, () => {
    const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anyText, anyText, (before, text) => {
        expect(murmur3After(hashPrefix(before), text, encoding)).toBe(murmur3(before + text, 0, encoding));
      }),
      { numRuns: 2_000 },
    );
  });
}

test('a text with a letter beyond ASCII is not hashed by its UTF-16 units', () => {
  expect(murmur3('jürgen')).toBe(reference(Buffer.from('jürgen', 'utf8')));
  expect(murmur3('jürgen')).not.toBe(reference(Buffer.from('jürgen', 'latin1')));
});

/** The definition, slowly, in whole numbers without limits. */
function reference(bytes: Buffer): number {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  const turn = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (32n - by)));
  const scramble = (value: bigint): bigint => wrap(turn(wrap(value * 0xcc9e2d51n), 15n) * 0x1b873593n);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0n;
  for (let index = 0; index < whole; index += 4) {
    hash = wrap(turn(hash ^ scramble(BigInt(bytes.readUInt32LE(index))), 13n) * 5n + 0xe6546b64n);
  }
  const tail = Buffer.concat([bytes.subarray(whole), Buffer.alloc(4)]).readUInt32LE(0);
  if (whole < bytes.length) hash ^= scramble(BigInt(tail));
  hash ^= BigInt(bytes.length);
  hash = wrap((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = wrap((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}
