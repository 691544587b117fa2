import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../src/index.ts';

const cases = [
  { retry: 1, waits: 50 },
  { retry: 2, waits: 100 },
  { retry: 3, waits: 200 },
  { retry: 9, waits: 400 },
  { retry: 5_000, waits: 400 },
];
for (const { retry, waits } of cases) {
  test(`without jitter retry ${retry} waits ${waits} ms`, () => {
    expect(backoff({ firstMs: 50, maxMs: 400, jitter: 'none' })(retry)).toBe(waits);
  });
}

test('a first delay of 0 stays 0, however often it is multiplied', () => {
  expect(backoff({ firstMs: 0, jitter: 'none' })(2_000)).toBe(0);
});

test('full jitter waits anything from nothing up to the whole delay', () => {
  const delay = (random: number): number => backoff({ firstMs: 100, random: () => random })(3);
  expect(delay(0)).toBe(0);
  expect(delay(0.5)).toBe(200);
});

test('equal jitter waits at least half of the delay', () => {
  const delay = (random: number): number => backoff({ firstMs: 100, jitter: 'equal', random: () => random })(3);
  expect(delay(0)).toBe(200);
  expect(delay(0.5)).toBe(300);
});

test('no delay is negative, above the maximum, or not a number', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 10_000 }),
    fc.integer({ min: 0, max: 1_000 }),
    fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    fc.constantFrom('full', 'equal', 'none'),
    (retry, firstMs, random, jitter) => {
      const waits = backoff({ firstMs, maxMs: 5_000, jitter, random: () => random })(retry);
      expect(waits).toBeGreaterThanOrEqual(0);
      expect(waits).toBeLessThanOrEqual(5_000);
    },
  );
  fc.assert(property);
});
