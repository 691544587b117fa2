import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, memory, rateLimiter, type RateLimiterOptions, type RateLimitRule } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

test('a token bucket gives its burst at once, and then its rate', async () => {
  const clock = createFakeClock();
  const limiter = rateLimiter({ kind: 'token-bucket', perSec: 10, burst: 2, clock });
  expect(await limiter.take()).toEqual({ allowed: true, remaining: 1, retryAfterMs: 0 });
  expect(await limiter.take()).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
  expect(await limiter.take()).toEqual({ allowed: false, remaining: 0, retryAfterMs: 100 });
  await clock.advance(100);
  expect(await limiter.take()).toMatchObject({ allowed: true });
  await clock.advance(60_000);
  expect(await limiter.take('', 2)).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
});

test('a sliding window allows its limit in any window', async () => {
  const clock = createFakeClock();
  const limiter = rateLimiter({ kind: 'sliding-window', limit: 2, windowMs: 1_000, clock });
  await limiter.take();
  await clock.advance(900);
  await limiter.take();
  expect(await limiter.take()).toEqual({ allowed: false, remaining: 0, retryAfterMs: 100 });
  expect(await limiter.take('', 2)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 1_000 });
  await clock.advance(100);
  expect(await limiter.take()).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
  expect(await limiter.take()).toEqual({ allowed: false, remaining: 0, retryAfterMs: 900 });
});

test('each key has its own limit, and the key not used for longest is forgotten first', async () => {
  const clock = createFakeClock();
  const store = memory({ maxKeys: 2, clock });
  const limiter = rateLimiter({ kind: 'sliding-window', limit: 1, windowMs: 1_000, store });
  const take = async (key: string): Promise<boolean> => (await limiter.take(key)).allowed;
  expect([await take('a'), await take('b'), await take('a')]).toEqual([true, true, false]);
  expect([await take('c'), await take('a'), await take('b')]).toEqual([true, false, true]);
});

const rules: fc.Arbitrary<RateLimitRule> = fc.oneof(
  fc.record({
    kind: fc.constant('token-bucket' as const),
    perSec: fc.integer({ min: 1, max: 50 }),
    burst: fc.integer({ min: 3, max: 20 }),
  }),
  fc.record({
    kind: fc.constant('sliding-window' as const),
    limit: fc.integer({ min: 3, max: 20 }),
    windowMs: fc.integer({ min: 1, max: 2_000 }),
  }),
);

test('no span of time ever gets more than the rule allows, and the announced wait is right', async () => {
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), cost: fc.integer({ min: 1, max: 3 }) });
  const property = fc.asyncProperty(rules, fc.array(step, { maxLength: 60 }), async (rule, steps) => {
    const clock = createFakeClock();
    const limiter = rateLimiter({ ...rule, clock });
    const taken: { at: number; cost: number }[] = [];
    for (const { afterMs, cost } of steps) {
      await clock.advance(afterMs);
      const first = await limiter.take('k', cost);
      await clock.advance(first.allowed ? 0 : Math.ceil(first.retryAfterMs) + 1);
      expect(first.allowed || (await limiter.take('k', cost)).allowed).toBe(true);
      taken.push({ at: clock.now(), cost });
    }
    for (const { at: from } of taken) {
      for (const { at: to } of taken.filter((each) => each.at >= from)) {
        const within = taken.filter(({ at }) => at >= from && at <= to).reduce((sum, { cost }) => sum + cost, 0);
        const fits =
          rule.kind === 'token-bucket'
            ? within <= (rule.burst ?? 0) + ((to - from) * rule.perSec) / 1_000 + 1e-6
            : to - from >= rule.windowMs || within <= rule.limit;
        expect(fits).toBe(true);
      }
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

interface Take {
  readonly afterMs: number;
  readonly cost: number;
}

interface Answer {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly retryAfterMs: number;
}

const takes = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), cost: fc.integer({ min: 1, max: 3 }) }), {
  maxLength: 60,
});

/** The answers as the rule says them, counted anew each time: in whole thousandths of a token, so that nothing is rounded. */
function bucketByHand(perSec: number, burst: number, steps: readonly Take[]): readonly Answer[] {
  let thousandths = burst * 1_000;
  return steps.map(({ afterMs, cost }) => {
    thousandths = Math.min(burst * 1_000, thousandths + afterMs * perSec);
    const allowed = thousandths >= cost * 1_000;
    if (allowed) thousandths -= cost * 1_000;
    const retryAfterMs = allowed ? 0 : (cost * 1_000 - thousandths) / perSec;
    return { allowed, remaining: Math.floor(thousandths / 1_000), retryAfterMs };
  });
}

function windowByHand(limit: number, windowMs: number, steps: readonly Take[]): readonly Answer[] {
  const taken: number[] = [];
  let now = 0;
  return steps.map(({ afterMs, cost }) => {
    now += afterMs;
    const countAt = (at: number): number => taken.filter((moment) => moment > at - windowMs).length;
    const allowed = countAt(now) + cost <= limit;
    if (allowed) taken.push(...Array.from({ length: cost }, () => now));
    let later = now;
    if (allowed) return { allowed, remaining: limit - countAt(now), retryAfterMs: 0 };
    while (countAt(later) + cost > limit) later += 1;
    return { allowed, remaining: limit - countAt(now), retryAfterMs: later - now };
  });
}

async function answersOf(options: RateLimitRule, steps: readonly Take[]): Promise<readonly Answer[]> {
  const clock = createFakeClock();
  const limiter = rateLimiter({ ...options, clock });
  const answers: Answer[] = [];
  for (const { afterMs, cost } of steps) {
    await clock.advance(afterMs);
    answers.push(await limiter.take('', cost));
  }
  return answers;
}

test('no rounding adds up: a token is there at the very millisecond at which it is due', async () => {
  const steps = Array.from({ length: 2_000 }, (_, index) => ({ afterMs: [71, 29][index % 2] ?? 0, cost: 1 }));
  const found = await answersOf({ kind: 'token-bucket', perSec: 9, burst: 3 }, steps);
  expect(found.map(({ allowed }) => allowed)).toEqual(bucketByHand(9, 3, steps).map(({ allowed }) => allowed));
});

test('a token bucket answers as one that is counted by hand', async () => {
  const [perSec, burst] = [fc.integer({ min: 1, max: 50 }), fc.integer({ min: 3, max: 20 })];
  await fc.assert(
    fc.asyncProperty(perSec, burst, takes, async (rate, most, steps) => {
      const found = await answersOf({ kind: 'token-bucket', perSec: rate, burst: most }, steps);
      expect(
        found.map(({ retryAfterMs, ...rest }) => ({ ...rest, retryAfterMs: expect.closeTo(retryAfterMs, 6) })),
      ).toEqual(bucketByHand(rate, most, steps));
    }),
  );
});

test('a sliding window answers as one that is counted by hand', async () => {
  const [limit, windowMs] = [fc.integer({ min: 3, max: 20 }), fc.integer({ min: 1, max: 2_000 })];
  await fc.assert(
    fc.asyncProperty(limit, windowMs, takes, async (most, ms, steps) => {
      const found = await answersOf({ kind: 'sliding-window', limit: most, windowMs: ms }, steps);
      expect(found).toEqual(windowByHand(most, ms, steps));
    }),
  );
});

test('a pipeline refuses calls beyond its rate', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { rateLimit: { kind: 'token-bucket', perSec: 1 } });
  expect(await pipeline.execute(() => 1)).toBe(1);
  await expect(pipeline.execute(() => 1)).rejects.toMatchObject({
    code: 'seaworthy.resilience.RATE_LIMITED',
    params: { pipeline: 'p', retryAfterMs: 1_000 },
    meta: { httpStatus: 429 },
  });
  expect(pipeline.status()).toMatchObject({ refused: 1, succeeded: 1 });
});

test('pipelines may share a limiter', async () => {
  const r = createResilience({ clock: createFakeClock() });
  const rateLimit = r.rateLimiter({ kind: 'sliding-window', limit: 1, windowMs: 1_000 });
  const shared = { take: async () => rateLimit.take('shared') };
  expect(await r.pipeline('a', { rateLimit: shared }).execute(() => 1)).toBe(1);
  await expect(r.pipeline('b', { rateLimit: shared }).execute(() => 1)).rejects.toThrow('rate limit is used up');
});

const badOptions: { options: RateLimiterOptions; says: string }[] = [
  { options: { kind: 'token-bucket', perSec: 0 }, says: 'Expected `perSec` to be a number above 0' },
  { options: { kind: 'token-bucket', perSec: 1, burst: -1 }, says: 'Expected `burst`' },
  { options: { kind: 'sliding-window', limit: 1.5, windowMs: 1 }, says: 'Expected `limit` to be a whole number' },
  { options: { kind: 'sliding-window', limit: 1, windowMs: 0 }, says: 'Expected `windowMs`' },
];
for (const { options, says } of badOptions) {
  test(`${JSON.stringify(options)} is refused`, () => {
    expect(() => rateLimiter(options)).toThrow(says);
  });
}

test('a cost that could never be allowed is refused', async () => {
  const limiter = rateLimiter({ kind: 'token-bucket', perSec: 1, burst: 5 });
  await expect(limiter.take('', 6)).rejects.toThrow('Expected `cost` to be a number above 0 and at most 5, got `6`');
  await expect(limiter.take('', 0)).rejects.toThrow('Expected `cost`');
});

test('a clock that goes back takes no tokens away', async () => {
  let now = 100_000;
  const clock = { ...createFakeClock(), now: () => now };
  const limiter = rateLimiter({ kind: 'token-bucket', perSec: 1, burst: 5, clock });
  await limiter.take();
  now -= 60_000;
  expect(await limiter.take()).toEqual({ allowed: true, remaining: 3, retryAfterMs: 0 });
});
