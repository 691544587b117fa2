import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { murmur3 } from '../src/hash/murmur3.ts';
import { run } from './make.ts';

const seed = { var: 'id' };
const pick = (buckets: readonly unknown[], id: unknown): unknown => run({ fractional: [seed, ...buckets] }, { id });

test('the same subject always gets the same answer', () => {
  const buckets = [
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ];
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(pick(buckets, id)).toBeOneOf(['a', 'b', 'c']);
      expect(pick(buckets, id)).toBe(pick(buckets, id));
    }),
  );
});

test('each bucket gets its share of subjects', () => {
  const counts = { a: 0, b: 0, c: 0 };
  for (let id = 0; id < 20_000; id += 1) {
    const variant = pick(
      [
        ['a', 50],
        ['b', 30],
        ['c', 20],
      ],
      `user-${id}`,
    );
    if (variant === 'a' || variant === 'b' || variant === 'c') counts[variant] += 1;
  }
  expect(counts.a / 20_000).toBeCloseTo(0.5, 1);
  expect(counts.b / 20_000).toBeCloseTo(0.3, 1);
  expect(counts.c / 20_000).toBeCloseTo(0.2, 1);
  expect(counts.a + counts.b + counts.c).toBe(20_000);
});

test('raising a percentage takes nobody out who was in', () => {
  const share = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(fc.string(), share, share, (id, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      const isIn = (percent: number): boolean =>
        pick(
          [
            ['on', percent],
            ['off', 100 - percent],
          ],
          id,
        ) === 'on';
      expect(isIn(less) && !isIn(more)).toBe(false);
    }),
  );
});

test('the place of a subject is (hash * total) >> 32, in exact numbers up to the largest total', () => {
  const weights = fc.array(fc.nat(700_000_000), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.string(), weights, (id, list) => {
      const expected = exact(id, list);
      expect(
        pick(
          list.map((weight, index) => [String(index), weight]),
          id,
        ),
      ).toBe(expected);
    }),
  );
});

/** The same in unlimited whole numbers. */
function exact(id: string, weights: readonly number[]): string | null {
  const hash = BigInt(murmur3(id));
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  const place = (hash * total) >> 32n;
  let end = 0n;
  for (const [index, weight] of weights.entries()) {
    end += BigInt(weight);
    if (place < end) return String(index);
  }
  return null;
}

const answers = [
  { name: 'a weight left out counts as 1', buckets: [['a']], id: 'x', answer: 'a' },
  {
    name: 'a negative weight counts as 0',
    buckets: [
      ['a', -5],
      ['b', 1],
    ],
    id: 'x',
    answer: 'b',
  },
  {
    name: 'a fraction of a weight does not count',
    buckets: [
      ['a', 0.9],
      ['b', 1],
    ],
    id: 'x',
    answer: 'b',
  },
  {
    name: 'no weight at all is no match',
    buckets: [
      ['a', 0],
      ['b', 0],
    ],
    id: 'x',
    answer: null,
  },
  {
    name: 'a weight that is no number is no match',
    buckets: [
      ['a', 'much'],
      ['b', 1],
    ],
    id: 'x',
    answer: null,
  },
  { name: 'a total beyond 2^31 - 1 is no match', buckets: [['a', 2 ** 31]], id: 'x', answer: null },
  { name: 'a bucket that is no list is no match', buckets: ['a', ['b', 1]], id: 'x', answer: null },
  { name: 'no bucket is no match', buckets: [], id: 'x', answer: null },
  { name: 'a subject that is a number is no match', buckets: [['a', 1]], id: 7, answer: null },
  { name: 'a missing subject is no match', buckets: [['a', 1]], id: undefined, answer: null },
  {
    name: 'a computed weight counts',
    buckets: [
      ['a', { '-': [1, 1] }],
      ['b', 1],
    ],
    id: 'x',
    answer: 'b',
  },
  {
    name: 'a computed weight that is missing is no match',
    buckets: [
      ['a', { var: 'w' }],
      ['b', 1],
    ],
    id: 'x',
    answer: null,
  },
  { name: 'a computed variant is computed', buckets: [[{ cat: ['a', 'b'] }, 1]], id: 'x', answer: 'ab' },
];
for (const { name, buckets, id, answer } of answers) {
  test(name, () => expect(pick(buckets, id)).toBe(answer));
}

test('without a seed the flag and the targeting key decide', () => {
  const buckets = [
    ['a', 1],
    ['b', 1],
    ['c', 1],
    ['d', 1],
  ];
  const short = run({ fractional: buckets }, { targetingKey: 'ada' });
  expect(short).toBe(run({ fractional: [{ cat: ['flag', 'ada'] }, ...buckets] }));
  expect(run({ fractional: buckets }, {})).toBeNull();
});
