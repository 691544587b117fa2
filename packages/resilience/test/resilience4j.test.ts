// The rules of Resilience4j's circuit breaker as vectors. Where the rules are published:
// [R1] https://resilience4j.readme.io/docs/circuitbreaker
// [R2] https://github.com/resilience4j/resilience4j/blob/master/resilience4j-circuitbreaker/src/main/java/io/github/resilience4j/circuitbreaker/CircuitBreakerConfig.java
// Where ours differs on purpose, the test says so.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { circuitBreaker, type BreakerOptions, type BreakerPolicy, type BreakerState } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';
import { createWindow } from '../src/window.ts';

type Step =
  | { readonly call: 'ok' | 'fail' | 'ignored'; readonly takesMs?: number; readonly refused?: boolean }
  | { readonly waitMs: number }
  | { readonly by: 'forceOpen' | 'disable' | 'observe' | 'reset' };

interface Vector {
  readonly rule: string;
  readonly options: BreakerOptions;
  readonly steps: readonly Step[];
  readonly state: BreakerState;
}

const ok: Step = { call: 'ok' };
const fail: Step = { call: 'fail' };
const refused: Step = { call: 'ok', refused: true };
const times = (count: number, step: Step): readonly Step[] => Array.from({ length: count }, () => step);

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
    steps: [
      { call: 'ok', takesMs: 101 },
      { call: 'ok', takesMs: 100 },
    ],
    state: 'closed',
  },
  {
    rule: '[R2] a slow rate equal to the threshold opens, though every call succeeded',
    options: count(4, { slowMs: 100, slowRate: 0.5 }),
    steps: [ok, ok, { call: 'ok', takesMs: 101 }, { call: 'ok', takesMs: 500 }],
    state: 'open',
  },
  {
    rule: '[R2] the default slow rate of all calls is not reached while one is fast',
    options: count(3, { slowMs: 100 }),
    steps: [{ call: 'ok', takesMs: 500 }, { call: 'ok', takesMs: 500 }, ok],
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
    steps: [...opens, { waitMs: 1_000 }, ok, { call: 'ok', takesMs: 101 }],
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
    steps: [fail, fail, ...times(10, { call: 'ignored' }), ok],
    state: 'closed',
  },
  {
    rule: '[R2] an ignored error gives its place in half-open back',
    options: count(2, { ...openable, halfOpen: { calls: 1 } }),
    steps: [...opens, { waitMs: 1_000 }, { call: 'ignored' }, ok],
    state: 'closed',
  },
];

class Ignored extends Error {}

async function play(policy: BreakerPolicy, clock: FakeClock, step: Step): Promise<void> {
  if ('by' in step) return policy.breaker[step.by]();
  if ('waitMs' in step) return clock.advance(step.waitMs);
  const { call, takesMs = 0, refused: isRefused = false } = step;
  const settled = Promise.allSettled([
    policy.execute(async () => {
      if (takesMs > 0) await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
      if (call === 'ok') return 'ok';
      throw call === 'fail' ? new Error('no') : new Ignored('not its fault');
    }),
  ]);
  if (takesMs > 0) await clock.advance(takesMs);
  const [result] = await settled;
  const wasRefused = result.status === 'rejected' && result.reason.code === 'seaworthy.resilience.BREAKER_OPEN';
  expect(wasRefused).toBe(isRefused);
  return undefined;
}

for (const { rule, options, steps, state } of vectors) {
  test(rule, async () => {
    const clock = createFakeClock();
    const policy = circuitBreaker({ ...options, ignores: (error) => error instanceof Ignored, clock });
    for (const step of steps) await play(policy, clock, step);
    expect(policy.breaker.state).toBe(state);
    expect(clock.pending).toBe(0);
  });
}

test('[R1] metrics-only counts, disabled does not', async () => {
  const clock = createFakeClock();
  const policy = circuitBreaker({ ...count(10), clock });
  policy.breaker.observe();
  for (const step of [fail, fail, ok]) await play(policy, clock, step);
  expect(policy.breaker.counts).toEqual({ total: 3, failed: 2, slow: 0 });
  policy.breaker.disable();
  await play(policy, clock, fail);
  expect(policy.breaker.counts).toEqual({ total: 0, failed: 0, slow: 0 });
});

test('[R2] an error that is no failure is a success, and a result may be a failure', async () => {
  const clock = createFakeClock();
  const isFailure = (error: unknown): boolean => !(error instanceof Ignored);
  const policy = circuitBreaker({ ...count(10), isFailure, isFailedResult: (result) => result === 503, clock });
  await play(policy, clock, { call: 'ignored' });
  await policy.execute(() => 503);
  expect(policy.breaker.counts).toEqual({ total: 2, failed: 1, slow: 0 });
});

test('a predicate that throws loses no place in half-open, and its call counts as a failure', async () => {
  const clock = createFakeClock();
  const broken = (): boolean => JSON.parse('{');
  const policy = circuitBreaker({ ...count(1, { openMs: 1_000, halfOpen: { calls: 1 } }), isFailure: broken, clock });
  await play(policy, clock, fail);
  await clock.advance(1_000);
  await play(policy, clock, fail);
  expect(policy.breaker.state).toBe('open');
});

test('[R1] a time window counts as a list of all calls does, to a tenth of its length', () => {
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

test('[R1] a count window counts exactly as a list of the last calls does', () => {
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
