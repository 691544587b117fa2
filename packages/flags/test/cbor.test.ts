import { encode } from 'cborg';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCbor } from '../src/hash/cbor.ts';

const hex = (value: unknown): string | undefined => {
  const bytes = encodeCbor(value);
  return bytes && Buffer.from(bytes).toString('hex');
};

// RFC 8949, appendix A: the examples that have a deterministic encoding and a value in JavaScript.
const examples: readonly { readonly value: unknown; readonly bytes: string }[] = [
  { value: 0, bytes: '00' },
  { value: 23, bytes: '17' },
  { value: 24, bytes: '1818' },
  { value: 100, bytes: '1864' },
  { value: 1000, bytes: '1903e8' },
  { value: 1_000_000, bytes: '1a000f4240' },
  { value: 1_000_000_000_000, bytes: '1b000000e8d4a51000' },
  { value: 18_446_744_073_709_551_615n, bytes: '1bffffffffffffffff' },
  { value: -1, bytes: '20' },
  { value: -100, bytes: '3863' },
  { value: -1000, bytes: '3903e7' },
  { value: 1.1, bytes: 'fb3ff199999999999a' },
  { value: 1.5, bytes: 'f93e00' },
  { value: 100_000.5, bytes: 'fa47c35040' },
  { value: 3.402_823_466_385_288_6e38, bytes: 'fa7f7fffff' },
  { value: 1.0e300, bytes: 'fb7e37e43c8800759c' },
  { value: 5.960_464_477_539_063e-8, bytes: 'f90001' },
  { value: 0.000_061_035_156_25, bytes: 'f90400' },
  { value: -4.1, bytes: 'fbc010666666666666' },
  { value: Number.POSITIVE_INFINITY, bytes: 'f97c00' },
  { value: Number.NEGATIVE_INFINITY, bytes: 'f9fc00' },
  { value: Number.NaN, bytes: 'f97e00' },
  { value: false, bytes: 'f4' },
  { value: true, bytes: 'f5' },
  { value: null, bytes: 'f6' },
  { value: new Date(1_363_896_240_000), bytes: 'c11a514b67b0' },
  { value: new Date(1_363_896_240_500), bytes: 'c1fb41d452d9ec200000' },
  { value: '', bytes: '60' },
  { value: 'IETF', bytes: '6449455446' },
  { value: 'ü', bytes: '62c3bc' },
  { value: '水', bytes: '63e6b0b4' },
  { value: [1, [2, 3], [4, 5]], bytes: '8301820203820405' },
  { value: {}, bytes: 'a0' },
  { value: { a: 1, b: [2, 3] }, bytes: 'a26161016162820203' },
];
for (const { value, bytes } of examples) {
  test(`encodes ${typeof value === 'bigint' ? value : JSON.stringify(value)} as ${bytes}`, () => {
    expect(hex(value)).toBe(bytes);
  });
}

test('keys are in the order of their encoded bytes, so shorter ones come first', () => {
  expect(hex({ bb: 1, c: 2, a: 3 })).toBe('a361610361630262626201');
});

test('encodes any JSON value as another deterministic encoder does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(hex(value)).toBe(Buffer.from(encode(withoutNegativeZero(value))).toString('hex'));
    }),
  );
});

/** A whole number is an integer to us, and zero has no sign there. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const refused = [
  { name: 'a function', value: () => 1 },
  { name: 'a symbol in a list', value: [Symbol('x')] },
  { name: 'an integer beyond 64 bits', value: 2n ** 64n },
  { name: 'what contains itself', value: cyclic() },
];
for (const { name, value } of refused) {
  test(`${name} has no encoding`, () => expect(hex(value)).toBeUndefined());
}

function cyclic(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
