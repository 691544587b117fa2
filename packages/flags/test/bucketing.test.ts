import * as fc from 'fast-check';
import murmurhash3js from 'murmurhash3js';
import { expect, test } from 'vitest';
import { createRuleCompiler } from '../src/compile/rule.ts';
import { encodeCbor } from '../src/hash/cbor.ts';
import { murmur3, murmur3Bytes, type HashEncoding } from '../src/hash/murmur3.ts';
import type { BucketingVersion } from '../src/operators/fractional.ts';
import { FlagErrors } from '../src/index.ts';
import { flagsOf } from './make.ts';

const halves = [
  ['a', 50],
  ['b', 50],
];

function run(rule: unknown, context: unknown, version: BucketingVersion, hashEncoding: HashEncoding = 'utf8'): unknown {
  return createRuleCompiler({}, {}, { version, hashEncoding }).compile(rule)(context, 'flag');
}

/** Where the hash of some bytes falls, by the definition of versions 2 and 3, in whole numbers without limits. */
function placeOf(hash: number): 'a' | 'b' {
  return (BigInt(hash) * 100n) >> 32n < 50n ? 'a' : 'b';
}

test('version 1 takes the absolute value of the signed hash as a share of 100', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const share = (Math.abs(murmur3(id) | 0) / 2_147_483_647) * 100;
      const expected = share < 50 ? 'a' : share < 100 ? 'b' : null;
      expect(run({ fractional: [{ var: 'id' }, ...halves] }, { id }, 'v1')).toBe(expected);
    }),
  );
});

test('version 3 buckets a value of any type by its CBOR bytes', () => {
  const values = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.dictionary(fc.string(), fc.integer()),
  );
  fc.assert(
    fc.property(values, (id) => {
      const expected = placeOf(murmur3Bytes(encodeCbor(id) ?? new Uint8Array()));
      expect(run({ fractional: [{ var: 'id' }, ...halves] }, { id }, 'v3')).toBe(expected);
    }),
  );
});

test('version 3 buckets by the flag and the targeting key as a list of two', () => {
  const expected = placeOf(murmur3Bytes(encodeCbor(['flag', 'ada']) ?? new Uint8Array()));
  expect(run({ fractional: halves }, { targetingKey: 'ada' }, 'v3')).toBe(expected);
});

for (const targetingKey of [7, null, undefined, ['ada'], '']) {
  test(`version 3 has no bucket for the targeting key ${JSON.stringify(targetingKey)}`, () => {
    expect(run({ fractional: halves }, { targetingKey }, 'v3')).toBeNull();
  });
}

test('version 3 takes a rule that gives a list for the first bucket', () => {
  const rule = { fractional: [{ merge: ['a', { var: 'weight' }] }, ['b', 0]] };
  expect(run(rule, { targetingKey: 'ada', weight: 1 }, 'v3')).toBe('a');
});

test('the three versions put the same subject into different buckets', () => {
  const ids = Array.from({ length: 200 }, (_, id) => `user-${id}`);
  const answers = (version: BucketingVersion): string =>
    ids.map((id) => run({ fractional: [{ var: 'id' }, ...halves] }, { id }, version)).join('');
  expect(new Set([answers('v1'), answers('v2'), answers('v3')]).size).toBe(3);
});

test('latin1 hashes what the JavaScript SDKs of flagd and Unleash hash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 2 ** 31 }), (text, seed) => {
      expect(murmur3(text, seed, 'latin1')).toBe(murmurhash3js.x86.hash32(text, seed));
    }),
  );
});

for (const version of ['v1', 'v2', 'v3'] as const) {
  test(`${version}: a rollout raised from 10 to 20 % keeps everyone who was in`, () => {
    const isIn = (id: string, percent: number): boolean =>
      run({ fractional: [{ var: 'id' }, ['on', percent], ['off', 100 - percent]] }, { id }, version) === 'on';
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(isIn(id, 10) && !isIn(id, 20)).toBe(false);
      }),
    );
  });
}

const rollout = {
  state: 'ENABLED',
  variants: { a: 'a', b: 'b' },
  defaultVariant: 'a',
  targeting: { fractional: halves },
} as const;

test('createFlags takes the version and the encoding', async () => {
  const answers = async (options: object): Promise<string> => {
    const flags = await flagsOf({ flags: { rollout } }, options);
    const ids = Array.from({ length: 100 }, (_, id) => `jürgen-${id}`);
    return ids.map((targetingKey) => flags.value('rollout', { targetingKey }, '')).join('');
  };
  const all = [{}, { bucketing: 'v2' }, { bucketing: 'v1' }, { bucketing: 'v3' }, { hashEncoding: 'latin1' }].map(
    answers,
  );
  const [usual, v2, v1, v3, latin1] = await Promise.all(all);
  expect(v2).toBe(usual);
  expect(new Set([v1, v2, v3, latin1]).size).toBe(4);
});

for (const options of [{ bucketing: 'v4' }, { hashEncoding: 'utf16' }]) {
  test(`createFlags refuses ${JSON.stringify(options)}`, async () => {
    const creating = flagsOf({ flags: { rollout } }, options as object);
    await expect(creating).rejects.toSatisfy((error) => FlagErrors.INVALID_OPTION.is(error));
  });
}
