// The rules of Resilience4j's circuit breaker as vectors: long, because one table shows them all. Where they are published:
// [R1] https://resilience4j.readme.io/docs/circuitbreaker
// [R2] the Java documentation of CircuitBreakerConfig in resilience4j/resilience4j, module resilience4j-circuitbreaker
// [R3] the Java documentation of FixedSizeSlidingWindowMetrics and SlidingTimeWindowMetrics there, module resilience4j-core
// [R4] what CircuitBreakerMetrics and CircuitBreakerStateMachine there do where the documents say nothing
// [D]  where ours differs on purpose: docs/decisions/0020
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BreakerOptions } from '../src/index.ts';
import { createWindow } from '../src/window.ts';
import { createTable, fail, ignored, Ignored, ok, playSteps, refused, slow, times } from './support/breaker-table.ts';
import type { Step, Vector } from './support/breaker-table.ts';

const count = (calls: number, rest: BreakerOptions = {}): BreakerOptions => ({
  window: { calls },
  minCalls: calls,
  ...rest,
});
const opens = [fail, fail];
const openable = { openMs: 1_000 };

const vectors: readonly Vector[] = [
  {
    rule: '[R2] a failure rate equal to the threshold opens',
    options: count(10, { failureRate: 0.5 }),
    steps: [...times(5, ok), ...times(5, fail)],
    state: 'open',
  },
  {
    rule: '[R2] a failure rate below the threshold does not',
    options: count(10, { failureRate: 0.5 }),
    steps: [...times(6, ok), ...times(4, fail)],
    state: 'closed',
  },
  {
    rule: '[R2] with a minimum of 10 calls, 9 failures of 9 do not open',
    options: { window: { ms: 10_000 }, minCalls: 10 },
    steps: times(9, fail),
    state: 'closed',
  },
  {
    rule: '[R2] the tenth call decides, also when it succeeds',
    options: { window: { ms: 10_000 }, minCalls: 10 },
    steps: [...times(9, fail), ok],
    state: 'open',
  },
  {
    rule: '[R2] a minimum above the size of a count window is that size',
    options: { window: { calls: 4 }, minCalls: 100 },
    steps: times(4, fail),
    state: 'open',
  },
  {
    rule: '[R2] a minimum above what comes in a time window keeps it closed',
    options: { window: { ms: 1_000 }, minCalls: 100 },
    steps: times(99, fail),
    state: 'closed',
  },
  {
    rule: '[R1] a count window looks at the last calls, however old',
    options: count(4),
    steps: [fail, ok, ok, { waitMs: 1e9 }, fail],
    state: 'open',
  },
  {
    rule: '[R1] a time window looks at the calls of the last seconds',
    options: { window: { ms: 10_000 }, minCalls: 4 },
    steps: [fail, fail, fail, { waitMs: 11_000 }, fail],
    state: 'closed',
  },
  {
    rule: '[R2] a call is slow when it takes longer than the threshold, not when it takes as long',
    options: count(2, { slowMs: 100, slowRate: 1 }),
    steps: [slow(101), slow(100)],
    state: 'closed',
  },
  {
    rule: '[R2] a slow rate equal to the threshold opens, though every call succeeded',
    options: count(4, { slowMs: 100, slowRate: 0.5 }),
    steps: [ok, ok, slow(101), slow(500)],
    state: 'open',
  },
  {
    rule: '[R2] the default slow rate of all calls is not reached while one is fast',
    options: count(3, { slowMs: 100 }),
    steps: [slow(500), slow(500), ok],
    state: 'closed',
  },
  {
    rule: '[R1] open refuses until the wait is over',
    options: count(2, openable),
    steps: [...opens, { waitMs: 999 }, refused],
    state: 'open',
  },
  {
    rule: '[R1] after the wait it is half-open (seen without a call, and without a timer)',
    options: count(2, openable),
    steps: [...opens, { waitMs: 1_000 }],
    state: 'half-open',
  },
  {
    rule: '[R1] half-open closes when the rates of the permitted calls are below their thresholds',
    options: count(2, { ...openable, failureRate: 0.5, halfOpen: { calls: 3 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, fail, ok],
    state: 'closed',
  },
  {
    rule: '[R1] half-open opens when they are equal to it',
    options: count(2, { ...openable, failureRate: 0.5, halfOpen: { calls: 2 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, fail],
    state: 'open',
  },
  {
    rule: '[R1] half-open opens for slow calls too',
    options: count(2, { ...openable, slowMs: 100, slowRate: 0.5, halfOpen: { calls: 2 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, slow(101)],
    state: 'open',
  },
  {
    rule: '[R1] half-open does not decide before all permitted calls have ended',
    options: count(2, { ...openable, halfOpen: { calls: 3 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, ok],
    state: 'half-open',
  },
  {
    rule: '[R2] without a longest wait half-open waits for ever',
    options: count(2, { ...openable, halfOpen: { calls: 2 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, { waitMs: 1e9 }],
    state: 'half-open',
  },
  {
    rule: '[R2] after the longest wait half-open is open again',
    options: count(2, { openMs: 1_000, halfOpen: { calls: 2, maxWaitMs: 500 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, { waitMs: 500 }, refused],
    state: 'open',
  },
  {
    rule: '[R2] and it stays so for the wait of open from then, whenever somebody looks',
    options: count(2, { openMs: 1_000, halfOpen: { calls: 2, maxWaitMs: 500 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, { waitMs: 1_500 }],
    state: 'half-open',
  },
  {
    rule: '[R1] forced open refuses everything, for ever',
    options: count(2, openable),
    steps: [{ by: 'forceOpen' }, refused, { waitMs: 1e9 }, refused],
    state: 'forced-open',
  },
  {
    rule: '[R1] disabled lets everything through, and no failure opens it',
    options: count(2),
    steps: [{ by: 'disable' }, ...times(20, fail), ok],
    state: 'disabled',
  },
  {
    rule: '[R1] metrics-only lets everything through, and no failure opens it',
    options: count(2),
    steps: [{ by: 'observe' }, ...times(20, fail), ok],
    state: 'metrics-only',
  },
  {
    rule: '[R1] a reset closes, and forgets',
    options: count(2),
    steps: [fail, { by: 'forceOpen' }, { by: 'reset' }, fail],
    state: 'closed',
  },
  {
    rule: '[R2] an ignored error is neither a failure nor a success',
    options: count(4),
    steps: [fail, fail, ...times(10, ignored), ok],
    state: 'closed',
  },
  {
    rule: '[R2] an ignored error gives its place in half-open back',
    options: count(2, { ...openable, halfOpen: { calls: 1 } }),
    steps: [...opens, { waitMs: 1_000 }, ignored, ok],
    state: 'closed',
  },
  {
    rule: '[R3] a count window subtracts the oldest outcome when a new one comes',
    options: count(4, { failureRate: 1 }),
    steps: [fail, ok, ok, ok, { counts: [4, 1, 0] }, ok, { counts: [4, 0, 0] }, fail, { counts: [4, 1, 0] }],
    state: 'closed',
  },
  {
    rule: '[R3] a count window is full for good once it was: it decides again with every outcome',
    options: count(4, { failureRate: 0.5 }),
    steps: [fail, ...times(5, ok), fail, { is: 'closed' }, fail],
    state: 'open',
  },
  {
    rule: '[R3] a time window of 10 s has a bucket for each second, and forgets a whole bucket at once',
    options: { window: { ms: 10_000 }, minCalls: 100 },
    steps: [
      { waitMs: 100 },
      fail,
      { waitMs: 800 },
      fail,
      { waitMs: 600 },
      ok,
      { counts: [3, 2, 0] },
      { waitMs: 8_499 },
      { counts: [3, 2, 0] },
      { waitMs: 1 },
      { counts: [1, 0, 0] },
      { waitMs: 1_000 },
      { counts: [0, 0, 0] },
    ],
    state: 'closed',
  },
  {
    rule: '[R3] a time window that nobody used for long is empty, however often it went round',
    options: { window: { ms: 10_000 }, minCalls: 100 },
    steps: [
      ...times(9, fail, { waitMs: 1_000 }),
      { waitMs: 123_456 },
      { counts: [0, 0, 0] },
      ok,
      { counts: [1, 0, 0] },
    ],
    state: 'closed',
  },
  {
    rule: '[R4] a minimum counts what is in the window, not what ever came',
    options: { window: { ms: 10_000 }, minCalls: 4 },
    steps: times(8, fail, fail, fail, { waitMs: 10_000 }),
    state: 'closed',
  },
  {
    rule: '[R4] a slow failure counts as both, and either rate opens',
    options: count(4, { slowMs: 100, slowRate: 0.5, failureRate: 0.75 }),
    steps: [ok, ok, { call: 'fail', takesMs: 101 }, { counts: [3, 1, 1] }, { call: 'fail', takesMs: 101 }],
    state: 'open',
  },
  {
    rule: '[R1] slow calls are judged from the minimum on, too',
    options: { window: { calls: 10 }, minCalls: 5, slowMs: 100 },
    steps: [...times(4, slow(200)), { is: 'closed' }, slow(200)],
    state: 'open',
  },
  {
    rule: '[R1] a window limits no concurrency: closed lets all calls begin that come',
    options: count(15),
    steps: Array.from({ length: 20 }, (_, call): Step => ({ begin: `call ${call}` })).concat(
      Array.from({ length: 20 }, (_, call): Step => ({ end: `call ${call}`, with: 'ok' })),
    ),
    state: 'closed',
  },
  {
    rule: '[R1] half-open refuses more than its permitted calls while they run',
    options: count(2, { ...openable, halfOpen: { calls: 2 } }),
    steps: [
      ...opens,
      { waitMs: 1_000 },
      { begin: 'a' },
      { begin: 'b' },
      refused,
      { end: 'a', with: 'ok' } as const,
      refused,
      { end: 'b', with: 'ok' } as const,
      ok,
    ],
    state: 'closed',
  },
  {
    rule: '[R4] an opened breaker begins to count afresh when it closes',
    options: count(2, { ...openable, halfOpen: { calls: 1 } }),
    steps: [...opens, { waitMs: 1_000 }, ok, { is: 'closed' }, { counts: [0, 0, 0] }, fail],
    state: 'closed',
  },
  {
    rule: '[R4] half-open that opens again waits the whole time again',
    options: count(2, { ...openable, halfOpen: { calls: 1 } }),
    steps: [...opens, { waitMs: 1_000 }, fail, { is: 'open' }, { waitMs: 999 }, refused, { waitMs: 1 }],
    state: 'half-open',
  },
  {
    rule: '[R4] a failure that ends when it is open changes nothing',
    options: count(2, openable),
    steps: [{ begin: 'late' }, ...opens, { waitMs: 500 }, { end: 'late', with: 'fail' }, { waitMs: 500 }],
    state: 'half-open',
  },
  {
    rule: '[R2] the longest wait of half-open begins when it does, not with its calls',
    options: count(2, { openMs: 1_000, halfOpen: { calls: 2, maxWaitMs: 500 } }),
    steps: [
      ...opens,
      { waitMs: 1_000 },
      { is: 'half-open' } as const,
      { waitMs: 400 },
      ok,
      { waitMs: 99 },
      { is: 'half-open' } as const,
      { waitMs: 1 },
    ],
    state: 'open',
  },
  {
    rule: '[D1] half-open waits for all permitted calls, also when fewer would be enough to judge',
    options: { window: { calls: 10 }, minCalls: 2, ...openable, halfOpen: { calls: 3 } },
    steps: [...opens, { waitMs: 1_000 }, fail, fail, { is: 'half-open' }, ok],
    state: 'open',
  },
  {
    rule: '[D2] half-open does not count what began before it',
    options: count(2, { ...openable, halfOpen: { calls: 1 } }),
    steps: [{ begin: 'old' }, ...opens, { waitMs: 1_000 }, { is: 'half-open' }, { end: 'old', with: 'ok' }],
    state: 'half-open',
  },
  {
    rule: '[D3] the wait of open is over when it has passed, not a moment later',
    options: count(2, openable),
    steps: [...opens, { waitMs: 1_000 }, { call: 'ok', refused: false }, { is: 'half-open' }],
    state: 'half-open',
  },
  {
    rule: '[D4] a long time window has ten buckets, too: of 6 s for a minute',
    options: { window: { ms: 60_000 }, minCalls: 100 },
    steps: [{ waitMs: 5_000 }, fail, { waitMs: 54_999 }, { counts: [1, 1, 0] }, { waitMs: 1 }, { counts: [0, 0, 0] }],
    state: 'closed',
  },
];

for (const { rule, options, steps, state } of vectors) {
  test(rule, async () => {
    expect(await playSteps(options, steps)).toBe(state);
  });
}

test('[R1] metrics-only counts, disabled does not', async () => {
  const steps = times(1, { by: 'observe' }, fail, fail, ok, { counts: [3, 2, 0] });
  expect(await playSteps(count(10), [...steps, { by: 'disable' }, fail, { counts: [0, 0, 0] }])).toBe('disabled');
});

test('[R2] an error that is no failure is a success, and a result may be a failure', async () => {
  const isFailure = (error: unknown): boolean => !(error instanceof Ignored);
  const isFailedResult = (result: unknown): boolean => result === 503;
  const { play, policy } = createTable({ ...count(10), ignores: () => false, isFailure, isFailedResult });
  await play(ignored);
  await policy.execute(() => 503);
  expect(policy.breaker.counts).toEqual({ total: 2, failed: 1, slow: 0 });
});

test('[R2] an error that is ignored is so before it is asked whether it is a failure', async () => {
  const { play, policy } = createTable({ ...count(10), isFailure: () => true });
  await play(ignored);
  expect(policy.breaker.counts).toEqual({ total: 0, failed: 0, slow: 0 });
});

test('[R4] a predicate that throws loses no place in half-open, and its call counts as a failure', async () => {
  const broken = (): boolean => JSON.parse('{');
  const options = count(1, { openMs: 1_000, halfOpen: { calls: 1 }, isFailure: broken });
  expect(await playSteps(options, [fail, { waitMs: 1_000 }, fail])).toBe('open');
});

test('[R3] a time window counts as a list of all calls does, to a tenth of its length', () => {
  const call = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), failed: fc.boolean(), slow: fc.boolean() });
  const property = fc.property(
    fc.array(call, { maxLength: 80 }),
    fc.integer({ min: -9_000, max: 9_000 }),
    (calls, startMs) => {
      const window = createWindow({ ms: 1_000 });
      const seen: { at: number; failed: boolean; slow: boolean }[] = [];
      let now = startMs;
      for (const { afterMs, failed, slow } of calls) {
        now += afterMs;
        window.add(failed, slow, now);
        seen.push({ at: now, failed, slow });
        const within = (ms: number, is: (each: (typeof seen)[number]) => boolean): number =>
          seen.filter((each) => now - each.at < ms && is(each)).length;
        for (const [value, is] of [
          [window.total, () => true],
          [window.failed, (each: { failed: boolean }) => each.failed],
          [window.slow, (each: { slow: boolean }) => each.slow],
        ] as const) {
          expect(value).toBeGreaterThanOrEqual(within(900, is));
          expect(value).toBeLessThanOrEqual(within(1_000, is));
        }
      }
    },
  );
  fc.assert(property);
});

test('[R3] a count window counts exactly as a list of the last calls does', () => {
  const call = fc.record({ failed: fc.boolean(), slow: fc.boolean() });
  const property = fc.property(fc.array(call, { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (calls, size) => {
    const window = createWindow({ calls: size });
    for (const [index, { failed, slow }] of calls.entries()) {
      window.add(failed, slow, 0);
      const last = calls.slice(Math.max(0, index + 1 - size), index + 1);
      expect([window.total, window.failed, window.slow]).toEqual([
        last.length,
        last.filter((each) => each.failed).length,
        last.filter((each) => each.slow).length,
      ]);
    }
  });
  fc.assert(property);
});
