// Rules of Polly and of its standard pipeline as vectors: long, because tables show them all. Where they are published:
// [P1] https://learn.microsoft.com/dotnet/core/resilience/http-resilience: the order of the standard pipeline
// [P2] https://www.pollydocs.org/strategies/retry
// [P3] https://www.pollydocs.org/strategies/circuit-breaker
// [P4] https://www.pollydocs.org/strategies/hedging
// [P5] what AdvancedCircuitBehavior and CircuitStateController of App-vNext/Polly do, in src/Polly.Core/CircuitBreaker/Controller
// [P6] what RollingHealthMetrics does, in src/Polly.Core/CircuitBreaker/Health
// [D]  where ours differs on purpose: docs/decisions/0020
import { expect, test } from 'vitest';
import { backoff, createResilience, retry, type RetryOptions } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';
import { fail, ignored, Ignored, ok, playSteps, refused, times, type Vector } from './support/breaker-table.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});
const down = async (): Promise<never> => Promise.reject(new Error('down'));

async function after<T>(clock: FakeClock, ms: number, value: T): Promise<T> {
  return new Promise((resolve) => void clock.schedule(ms, () => resolve(value)));
}

test('[P1] the rate limit is outermost: one call takes once, whatever it retries', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const rateLimit = { kind: 'sliding-window', limit: 1, windowMs: 60_000 } as const;
  const pipeline = r.pipeline('p', { rateLimit, retry: { max: 2, firstMs: 0 } });
  const settled = Promise.allSettled([pipeline.execute(down)]);
  await clock.advance(1);
  await settled;
  expect(pipeline.status()).toMatchObject({ retries: 2, refused: 0 });
  await expect(pipeline.execute(() => 1)).rejects.toMatchObject({ code: 'seaworthy.resilience.RATE_LIMITED' });
});

test('[P1] the total limit stands around the retries, the attempt limit inside them', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    totalTimeoutMs: 1_000,
    retry: { max: 10, firstMs: 0, jitter: 'none' },
    attemptTimeoutMs: 300,
  });
  const settled = Promise.allSettled([pipeline.execute(never)]);
  await clock.advance(1_000);
  expect(await settled).toMatchObject([{ reason: { params: { limit: 'total' } } }]);
  expect(pipeline.status()).toMatchObject({ retries: 3, timeouts: 4 });
});

test('[P1] the breaker stands inside the retries: each attempt counts, and open ends the retries', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    retry: { max: 10, firstMs: 0 },
    breaker: { window: { calls: 2 } },
  });
  const settled = Promise.allSettled([pipeline.execute(down)]);
  await clock.advance(1);
  expect(await settled).toMatchObject([{ reason: { code: 'seaworthy.resilience.BREAKER_OPEN' } }]);
  expect(pipeline.status()).toMatchObject({ breaker: 'open', refused: 1 });
});

test('[P1] an attempt that passes its limit is a failure for the breaker around it', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    breaker: { window: { calls: 1 } },
    attemptTimeoutMs: 10,
  });
  const settled = Promise.allSettled([pipeline.execute(never)]);
  await clock.advance(10);
  await settled;
  expect(pipeline.breaker?.state).toBe('open');
});

const delays: readonly { rule: string; options: RetryOptions; waits: readonly number[] }[] = [
  { rule: 'constant', options: { firstMs: 200, factor: 1, jitter: 'none' }, waits: [200, 200, 200] },
  { rule: 'exponential', options: { firstMs: 200, jitter: 'none' }, waits: [200, 400, 800] },
  { rule: 'exponential, capped', options: { firstMs: 200, maxMs: 500, jitter: 'none' }, waits: [200, 400, 500] },
];
for (const { rule, options, waits } of delays) {
  test(`[P2] ${rule}: retries wait ${waits.join(', ')} ms, and the last error comes out`, async () => {
    const clock = createFakeClock();
    const at: number[] = [];
    const policy = retry({ ...options, max: waits.length, budget: false, clock });
    const settled = Promise.allSettled([
      policy.execute(async ({ attempt }) => {
        at.push(clock.now());
        throw new Error(`attempt ${attempt}`);
      }),
    ]);
    await clock.advance(1e6);
    expect(await settled).toMatchObject([{ reason: { message: `attempt ${waits.length + 1}` } }]);
    expect(at.slice(1).map((each, index) => each - (at[index] ?? 0))).toEqual(waits);
  });
}

// Polly's jitter for a constant wait is a quarter to both sides; ours is from nothing, or from a half, up to the wait, so that
// clients of one outage do not come back together.
const jitters = [
  { jitter: 'full', least: 0, mean: 500 },
  { jitter: 'equal', least: 500, mean: 750 },
] as const;
for (const { jitter, least, mean } of jitters) {
  test(`[P2] ${jitter} jitter spreads a wait of 1000 ms evenly from ${least} ms`, () => {
    let state = 1;
    // A linear congruential generator: the same numbers on every machine.
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const delay = backoff({ firstMs: 1_000, jitter, random });
    const waits = Array.from({ length: 10_000 }, () => delay(1));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    // The mean of 10,000 lies within five of its standard deviations.
    const deviation = (1_000 - least) / Math.sqrt(12 * waits.length);
    expect(Math.abs(waits.reduce((sum, each) => sum + each, 0) / waits.length - mean)).toBeLessThan(5 * deviation);
  });
}

const eight = {
  window: { ms: 10_000 },
  minCalls: 8,
  failureRate: 0.5,
  openMs: 30_000,
  halfOpen: { calls: 1 },
} as const;
const one = { window: { calls: 1 }, openMs: 1_000, halfOpen: { calls: 1 } } as const;

const breakers: readonly Vector[] = [
  {
    rule: '[P3] below the minimum throughput nothing opens',
    options: eight,
    steps: times(7, fail),
    state: 'closed',
  },
  {
    rule: '[P3] at the minimum, a ratio that is reached opens',
    options: eight,
    steps: [...times(4, ok), ...times(4, fail)],
    state: 'open',
  },
  {
    rule: '[P5] it compares with "at least", though texts say "more than": half of the calls are enough',
    options: { ...eight, minCalls: 2 },
    steps: [ok, fail],
    state: 'open',
  },
  {
    rule: '[P3] at the minimum, a ratio that is not reached does not',
    options: eight,
    steps: [...times(5, ok), ...times(3, fail)],
    state: 'closed',
  },
  {
    rule: '[P3] the documented example: two successes and a failure stay below a half',
    options: { ...eight, window: { ms: 2_000 }, minCalls: 2 },
    steps: [ok, ok, fail],
    state: 'closed',
  },
  {
    rule: '[P3] what is older than the sampling duration has no effect',
    options: eight,
    steps: [...times(7, fail), { waitMs: 10_001 }, fail, { counts: [1, 1, 0] }],
    state: 'closed',
  },
  {
    rule: '[P6] the sampling duration has ten windows, and forgets the oldest at once',
    options: { ...eight, minCalls: 100 },
    steps: [
      fail,
      { waitMs: 999 },
      fail,
      { waitMs: 1 },
      fail,
      { counts: [3, 3, 0] },
      { waitMs: 9_000 },
      { counts: [1, 1, 0] },
    ],
    state: 'closed',
  },
  {
    rule: '[P3] open refuses for its break, and the first call after it is the probe',
    options: eight,
    steps: [...times(8, fail), { waitMs: 29_999 }, refused, { waitMs: 1 }, ok],
    state: 'closed',
  },
  {
    rule: '[P5] half-open runs one probe and refuses what comes meanwhile',
    options: one,
    steps: [fail, { waitMs: 1_000 }, { begin: 'probe' }, refused, { is: 'half-open' }, { end: 'probe', with: 'ok' }],
    state: 'closed',
  },
  {
    rule: '[P3] a probe that fails opens for another whole break',
    options: one,
    steps: [fail, { waitMs: 1_000 }, fail, { is: 'open' }, { waitMs: 999 }, refused, { waitMs: 1 }, ok],
    state: 'closed',
  },
  {
    rule: '[P5] a probe that succeeds closes, and what was counted before is forgotten',
    options: { ...eight, minCalls: 2, openMs: 1_000 },
    steps: [fail, fail, { waitMs: 1_000 }, ok, { is: 'closed' }, { counts: [0, 0, 0] }, fail],
    state: 'closed',
  },
  {
    rule: '[P5] an outcome that comes when it is open neither closes it nor makes the break longer',
    options: { ...one, window: { calls: 2 } },
    steps: [
      { begin: 'a' },
      { begin: 'b' },
      fail,
      fail,
      { waitMs: 600 },
      { end: 'a', with: 'ok' } as const,
      { end: 'b', with: 'fail' } as const,
      { is: 'open' } as const,
      { waitMs: 399 },
      refused,
      { waitMs: 1 },
    ],
    state: 'half-open',
  },
  {
    rule: '[P3] isolated (`forceOpen`) refuses for ever, until it is closed by hand',
    options: one,
    steps: [{ by: 'forceOpen' }, { waitMs: 1e9 }, refused, { by: 'reset' }, ok],
    state: 'closed',
  },
  {
    rule: '[P3] what is not handled counts as a success: the error is given on, and the ratio falls',
    options: { ...eight, minCalls: 2, ignores: () => false, isFailure: (error) => !(error instanceof Ignored) },
    steps: [ignored, ignored, ignored, { counts: [3, 0, 0] }, fail],
    state: 'closed',
  },
  {
    rule: '[D5] a success may be what opens: every outcome is judged, not only failures',
    options: { ...eight, minCalls: 3 },
    steps: [fail, fail, ok],
    state: 'open',
  },
  {
    rule: '[D2] a success that began before it opened does not close half-open',
    options: one,
    steps: [{ begin: 'old' }, fail, { waitMs: 1_000 }, { begin: 'probe' }, { end: 'old', with: 'ok' }, refused],
    state: 'half-open',
  },
  {
    rule: '[D6] a probe that never ends keeps it half-open only for its longest wait',
    options: { ...one, halfOpen: { calls: 1, maxWaitMs: 500 } },
    steps: [fail, { waitMs: 1_000 }, { begin: 'probe' }, { waitMs: 500 }, { is: 'open' }, { waitMs: 1_000 }, ok],
    state: 'closed',
  },
];
for (const { rule, options, steps, state } of breakers) {
  test(rule, async () => {
    expect(await playSteps(options, steps)).toBe(state);
  });
}

interface Hedged {
  readonly rule: string;
  readonly afterMs: number;
  readonly max: number;
  /** How long each attempt takes; below 0 it fails after so long. */
  readonly takes: readonly number[];
  readonly result: string;
  readonly startedAt: readonly number[];
}

const hedges: readonly Hedged[] = [
  { rule: 'a fast answer starts no other', afterMs: 100, max: 1, takes: [50], result: '1', startedAt: [0] },
  {
    rule: 'a slow one does, and the fastest wins',
    afterMs: 100,
    max: 1,
    takes: [500, 50],
    result: '2',
    startedAt: [0, 100],
  },
  { rule: 'the first may still win', afterMs: 100, max: 1, takes: [120, 500], result: '1', startedAt: [0, 100] },
  {
    rule: 'the wait counts from the last start',
    afterMs: 100,
    max: 2,
    takes: [900, 900, 10],
    result: '3',
    startedAt: [0, 100, 200],
  },
  {
    rule: 'a wait of 0 starts all at once',
    afterMs: 0,
    max: 2,
    takes: [300, 200, 100],
    result: '3',
    startedAt: [0, 0, 0],
  },
  {
    rule: 'a failed one is not the result while others run',
    afterMs: 100,
    max: 1,
    takes: [-150, 200],
    result: '2',
    startedAt: [0, 100],
  },
  // Polly also starts the next one when one fails; here that is the business of the retries around it, which wait and pay a budget.
  {
    rule: 'a failure alone starts no other',
    afterMs: 100,
    max: 1,
    takes: [-50, 10],
    result: 'failed 1',
    startedAt: [0],
  },
];
for (const { rule, afterMs, max, takes, result, startedAt } of hedges) {
  test(`[P4] ${rule}`, async () => {
    const clock = createFakeClock();
    const pipeline = createResilience({ clock }).pipeline('p', { hedge: { afterMs, max } });
    const started: number[] = [];
    const settled = Promise.allSettled([
      pipeline.execute(async () => {
        const number = started.push(clock.now());
        const ms = takes[number - 1] ?? 0;
        await after(clock, Math.abs(ms), undefined);
        if (ms < 0) throw new Error(`failed ${number}`);
        return String(number);
      }),
    ]);
    await clock.advance(10_000);
    const [outcome] = await settled;
    expect(outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message).toBe(result);
    expect(started).toEqual(startedAt);
    expect(clock.pending).toBe(0);
  });
}

test('[P4] the losers are cancelled, the winner is not', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { hedge: { afterMs: 100 } });
  const signals: AbortSignal[] = [];
  const call = pipeline.execute(async ({ signal }) => (signals.push(signal) === 1 ? never() : 'second'));
  await clock.advance(100);
  expect(await call).toBe('second');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});
