// Published rules of rate limiters as vectors. Where the rules are published:
// [R5] https://resilience4j.readme.io/docs/ratelimiter: cycles, AtomicRateLimiter
// [R6] the Java documentation of RefillRateLimiter in resilience4j/resilience4j, module resilience4j-ratelimiter
// [N1] https://learn.microsoft.com/aspnet/core/performance/rate-limit: what Polly's rate limiter strategy is a thin layer over
// [D]  where ours differs on purpose: docs/decisions/0020
import { expect, test } from 'vitest';
import { createResilience, rateLimiter, type RateLimitRule } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

/** At a moment somebody takes: what is left, or for how long it is refused. */
interface Take {
  readonly at: number;
  readonly take: number;
  readonly left?: number;
  readonly refusedFor?: number;
}

interface Vector {
  readonly rule: string;
  readonly limit: RateLimitRule;
  readonly takes: readonly Take[];
}

const minute = { kind: 'sliding-window', limit: 100, windowMs: 60_000 } as const;
const cycle = { kind: 'sliding-window', limit: 10, windowMs: 1_000 } as const;
const refill = { kind: 'token-bucket', perSec: 1_000, burst: 5 } as const;

const vectors: readonly Vector[] = [
  {
    rule: '[R5] a period lets its limit through and refuses the next one until the next period',
    limit: cycle,
    takes: [
      { at: 0, take: 9, left: 1 },
      { at: 0, take: 1, left: 0 },
      { at: 0, take: 1, refusedFor: 1_000 },
      { at: 400, take: 1, refusedFor: 600 },
    ],
  },
  {
    rule: '[R5] with the next period the whole limit is there again',
    limit: cycle,
    takes: [
      { at: 0, take: 10, left: 0 },
      { at: 999, take: 1, refusedFor: 1 },
      { at: 1_000, take: 10, left: 0 },
      { at: 2_000, take: 10, left: 0 },
    ],
  },
  {
    rule: '[R5] periods that nobody used save nothing up',
    limit: cycle,
    takes: [
      { at: 0, take: 3, left: 7 },
      { at: 50_000, take: 10, left: 0 },
      { at: 50_000, take: 1, refusedFor: 1_000 },
    ],
  },
  {
    rule: '[R5] several permissions are taken together or not at all',
    limit: cycle,
    takes: [
      { at: 0, take: 8, left: 2 },
      { at: 0, take: 3, refusedFor: 1_000 },
      { at: 0, take: 2, left: 0 },
    ],
  },
  {
    rule: '[D7] no two limits at the edge of two periods: any span as long as the period gets one limit',
    limit: cycle,
    takes: [
      { at: 900, take: 10, left: 0 },
      { at: 1_000, take: 1, refusedFor: 900 },
      { at: 1_900, take: 10, left: 0 },
    ],
  },
  {
    rule: '[R6] a bucket begins full and gives its capacity at once',
    limit: refill,
    takes: [
      { at: 0, take: 5, left: 0 },
      { at: 0, take: 1, refusedFor: 1 },
    ],
  },
  {
    rule: '[R6] it is refilled step by step, by the share of the period that has passed',
    limit: refill,
    takes: [
      { at: 1, take: 1, left: 4 },
      { at: 2, take: 2, left: 3 },
      { at: 3, take: 2, left: 2 },
      { at: 4, take: 2, left: 1 },
      { at: 5, take: 2, left: 0 },
      { at: 6, take: 2, refusedFor: 1 },
      { at: 7, take: 2, left: 0 },
    ],
  },
  {
    rule: '[R6] it never holds more than its capacity, however long nobody came',
    limit: refill,
    takes: [
      { at: 0, take: 5, left: 0 },
      { at: 1e9, take: 5, left: 0 },
      { at: 1e9, take: 1, refusedFor: 1 },
    ],
  },
  {
    rule: '[R6] a refusal takes nothing',
    limit: refill,
    takes: [
      { at: 0, take: 4, left: 1 },
      { at: 0, take: 5, refusedFor: 4 },
      { at: 3, take: 5, refusedFor: 1 },
      { at: 4, take: 5, left: 0 },
    ],
  },
  {
    rule: '[N1] the documented table of a sliding window of 30 s: what was taken comes back after the window',
    limit: { kind: 'sliding-window', limit: 100, windowMs: 30_000 },
    takes: [
      { at: 0, take: 20, left: 80 },
      { at: 10_000, take: 30, left: 50 },
      { at: 20_000, take: 40, left: 10 },
      { at: 30_000, take: 30, left: 0 },
      { at: 40_000, take: 10, left: 20 },
      { at: 50_000, take: 10, left: 50 },
      { at: 60_000, take: 35, left: 45 },
    ],
  },
  {
    rule: '[N1] 100 executions a minute',
    limit: minute,
    takes: [
      { at: 0, take: 100, left: 0 },
      { at: 59_999, take: 1, refusedFor: 1 },
      { at: 60_000, take: 100, left: 0 },
    ],
  },
  {
    rule: '[D8] what was taken comes back after the window to the millisecond, not with the segment it fell into',
    limit: { kind: 'sliding-window', limit: 1, windowMs: 30_000 },
    takes: [
      { at: 9_000, take: 1, left: 0 },
      { at: 30_000, take: 1, refusedFor: 9_000 },
      { at: 39_000, take: 1, left: 0 },
    ],
  },
  {
    rule: '[D8] tokens come one by one, not all at the end of a replenishment period',
    limit: { kind: 'token-bucket', perSec: 4, burst: 4 },
    takes: [
      { at: 0, take: 4, left: 0 },
      { at: 249, take: 1, refusedFor: 1 },
      { at: 250, take: 1, left: 0 },
      { at: 1_000, take: 3, left: 0 },
    ],
  },
];

for (const { rule, limit, takes } of vectors) {
  test(rule, async () => {
    const clock = createFakeClock();
    const limiter = rateLimiter({ ...limit, clock });
    for (const { at, take, left, refusedFor } of takes) {
      await clock.advance(at - clock.now());
      const expected =
        refusedFor === undefined
          ? { allowed: true, remaining: left, retryAfterMs: 0 }
          : { allowed: false, retryAfterMs: refusedFor };
      expect(await limiter.take('key', take)).toMatchObject(expected);
    }
  });
}

test('[D9] a call that is refused is not queued: it fails at once and says when to come again', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { rateLimit: cycle });
  for (let call = 0; call < 10; call += 1) await pipeline.execute(() => call);
  await expect(pipeline.execute(() => 'late')).rejects.toMatchObject({
    code: 'seaworthy.resilience.RATE_LIMITED',
    params: { retryAfterMs: 1_000 },
  });
  expect(clock.pending).toBe(0);
});
