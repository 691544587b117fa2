import { expect, test } from 'vitest';
import { createLimiter } from '../src/limiter.ts';

function taken(limiter: { take(address: string): boolean }, address: string, times: number): number {
  return Array.from({ length: times }, () => limiter.take(address)).filter(Boolean).length;
}

test('(1) an address has its burst, and then what time gives back', () => {
  let now = 0;
  const limiter = createLimiter({ perSecond: 10, burst: 20, now: () => now });
  expect(taken(limiter, 'a', 30)).toBe(20);
  expect(limiter.isSpent('a')).toBe(true);
  now += 500;
  expect(limiter.isSpent('a')).toBe(false);
  expect(taken(limiter, 'a', 30)).toBe(5);
  now += 1e9;
  expect(taken(limiter, 'a', 30)).toBe(20);
});

test('(1) addresses do not take from each other', () => {
  const limiter = createLimiter({ perSecond: 1, burst: 2, now: () => 0 });
  expect(taken(limiter, 'a', 5)).toBe(2);
  expect(taken(limiter, 'b', 5)).toBe(2);
});

test('(2) of very many addresses the oldest are forgotten', () => {
  const limiter = createLimiter({ perSecond: 1, burst: 1, now: () => 0 });
  limiter.take('first');
  for (let index = 0; index < 10_000; index += 1) limiter.take(`address ${index}`);
  expect(limiter.take('first')).toBe(true);
  expect(limiter.take('address 9999')).toBe(false);
});
