import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  circuitBreaker,
  createResilience,
  retryAfterMs,
  type BreakerOptions,
  type BreakerPolicy,
} from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});

interface Bench {
  readonly clock: FakeClock;
  readonly policy: BreakerPolicy;
  ok(takesMs?: number): Promise<string>;
  fail(): Promise<string>;
}

function bench(options: BreakerOptions): Bench {
  const clock = createFakeClock();
  const policy = circuitBreaker({ name: 'b', ...options, clock });
  const attempt = async (task: () => unknown): Promise<string> => {
    try {
      return String(await policy.execute(task));
    } catch (error) {
      return error instanceof Error && 'code' in error ? 'refused' : 'failed';
    }
  };
  return {
    clock,
    policy,
    ok: async (takesMs = 0) => {
      const call = attempt(async () => {
        if (takesMs === 0) return 'ok';
        return new Promise((resolve) => {
          clock.schedule(takesMs, () => resolve('ok'));
        });
      });
      await clock.advance(takesMs);
      return call;
    },
    fail: async () => attempt(() => JSON.parse('{')),
  };
}

async function times(count: number, task: () => Promise<string>): Promise<string[]> {
  const results: string[] = [];
  for (let index = 0; index < count; index += 1) results.push(await task());
  return results;
}

const windows = [
  { name: 'of calls', window: { calls: 10 } },
  { name: 'of time', window: { ms: 10_000 } },
];
for (const { name, window } of windows) {
  test(`(1) with a window ${name} it opens at the failure rate, not before, and not before enough calls`, async () => {
    const { ok, fail, policy } = bench({ window, minCalls: 10, failureRate: 0.5 });
    await times(4, fail);
    await times(5, ok);
    expect(policy.breaker.state).toBe('closed');
    await fail();
    expect(policy.breaker.state).toBe('open');
    expect(await ok()).toBe('refused');
  });

  test(`(1) with a window ${name} slow calls open it too`, async () => {
    const { ok, policy } = bench({ window, minCalls: 4, slowMs: 100, slowRate: 0.5 });
    await times(2, ok);
    await ok(100);
    await ok(101);
    expect(policy.breaker.state).toBe('closed');
    await ok(101);
    await ok(101);
    expect(policy.breaker.state).toBe('open');
  });
}

test('a window of time forgets what is older than itself', async () => {
  const { clock, fail, ok, policy } = bench({ window: { ms: 10_000 }, minCalls: 4 });
  await times(3, fail);
  await clock.advance(10_000);
  await fail();
  expect(policy.breaker.state).toBe('closed');
  await times(3, ok);
  await times(2, fail);
  expect(policy.breaker.state).toBe('open');
});

test('a window of calls remembers the last calls, however old', async () => {
  const { clock, fail, ok, policy } = bench({ window: { calls: 4 }, minCalls: 100, failureRate: 0.75 });
  await times(2, fail);
  await times(2, ok);
  await clock.advance(1e9);
  await times(2, fail);
  expect(policy.breaker.state).toBe('closed');
  await fail();
  expect(policy.breaker.state).toBe('open');
});

async function opened(options: BreakerOptions = {}): Promise<Bench> {
  const made = bench({ window: { calls: 2 }, openMs: 1_000, ...options });
  await times(2, made.fail);
  return made;
}

test('(2) open refuses until its time is over, and says how long that is', async () => {
  const { clock, ok, policy } = await opened();
  await clock.advance(400);
  await expect(policy.execute(() => 1)).rejects.toMatchObject({
    code: 'seaworthy.resilience.BREAKER_OPEN',
    params: { pipeline: 'b', state: 'open', retryAfterMs: 600 },
    message:
      'The call to "b" was refused (breaker open): too many calls before it failed or were slow. Try again in 600 ms.',
  });
  await clock.advance(599);
  expect(await ok()).toBe('refused');
  await clock.advance(1);
  expect(policy.breaker.state).toBe('half-open');
  expect(await ok()).toBe('ok');
});

test('(3) half-open lets its calls through and refuses the rest until all have ended', async () => {
  const { clock, ok, policy } = await opened({ halfOpen: { calls: 2 } });
  await clock.advance(1_000);
  const slow = policy.execute(async () => new Promise((resolve) => void clock.schedule(50, () => resolve('ok'))));
  expect(await ok()).toBe('ok');
  expect(await ok()).toBe('refused');
  expect(policy.breaker.state).toBe('half-open');
  await clock.advance(50);
  await slow;
  expect(policy.breaker.state).toBe('closed');
});

const trials = [
  { outcomes: ['ok', 'ok', 'ok'], becomes: 'closed' },
  { outcomes: ['fail', 'ok', 'ok'], becomes: 'closed' },
  { outcomes: ['fail', 'fail', 'ok'], becomes: 'open' },
  { outcomes: ['ok', 'fail', 'fail'], becomes: 'open' },
] as const;
for (const { outcomes, becomes } of trials) {
  test(`(3) half-open becomes ${becomes} after ${outcomes.join(', ')}`, async () => {
    const made = await opened({ halfOpen: { calls: 3 }, failureRate: 0.6 });
    await made.clock.advance(1_000);
    for (const outcome of outcomes) await made[outcome]();
    expect(made.policy.breaker.state).toBe(becomes);
  });
}

test('(3) half-open opens again when its calls take too long', async () => {
  const { clock, policy } = await opened({ halfOpen: { calls: 1, maxWaitMs: 500 } });
  await clock.advance(1_000);
  const hanging = Promise.allSettled([policy.execute(never, AbortSignal.timeout(60_000))]);
  await clock.advance(499);
  expect(policy.breaker.state).toBe('half-open');
  await clock.advance(1);
  expect(policy.breaker.state).toBe('open');
  expect(hanging).toBeInstanceOf(Promise);
});

test('(3) a trial that its caller ends gives its place back', async () => {
  const { clock, ok, policy } = await opened({ halfOpen: { calls: 1 } });
  await clock.advance(1_000);
  const caller = new AbortController();
  const call = policy.execute(never, caller.signal);
  expect(await ok()).toBe('refused');
  caller.abort('enough');
  await expect(call).rejects.toBe('enough');
  expect(await ok()).toBe('ok');
  expect(policy.breaker.state).toBe('closed');
});

test('(4) an outcome of an earlier state does not count', async () => {
  const { clock, fail, policy } = bench({ window: { calls: 2 }, openMs: 1_000, halfOpen: { calls: 1 } });
  const late = Promise.allSettled([
    policy.execute(
      async () => new Promise((_resolve, reject) => void clock.schedule(1_500, () => reject(new Error('late')))),
    ),
  ]);
  await times(2, fail);
  await clock.advance(1_000);
  expect(policy.breaker.state).toBe('half-open');
  await clock.advance(500);
  await late;
  expect(policy.breaker.state).toBe('half-open');
});

test('it can be forced open, disabled and reset by hand', async () => {
  const { clock, ok, fail, policy } = bench({ window: { calls: 2 } });
  policy.breaker.forceOpen();
  await clock.advance(1e9);
  expect(await ok()).toBe('refused');
  policy.breaker.disable();
  expect(await times(5, fail)).toEqual(Array(5).fill('failed'));
  expect(policy.breaker.state).toBe('disabled');
  policy.breaker.reset();
  expect(policy.breaker.state).toBe('closed');
});

test('one that is forced open says what opens it, and asks for no wait', async () => {
  const { policy } = bench({});
  policy.breaker.forceOpen();
  const [refusal] = await Promise.allSettled([policy.execute(() => 1)]);
  expect(refusal).toMatchObject({
    reason: {
      message:
        'The call to "b" was refused (breaker forced-open): it was opened by hand. Call `reset()` of the breaker to let calls through.',
    },
  });
  expect(retryAfterMs(refusal.status === 'rejected' && refusal.reason, 0)).toBeUndefined();
});

test('half-open says that its trials are not over, and asks for no wait', async () => {
  const { clock, policy } = await opened({ halfOpen: { calls: 1 } });
  await clock.advance(1_000);
  const trial = policy.execute(async () => new Promise((resolve) => void clock.schedule(50, () => resolve('ok'))));
  const [refusal] = await Promise.allSettled([policy.execute(() => 1)]);
  expect(refusal).toMatchObject({
    reason: {
      message:
        'The call to "b" was refused (breaker half-open): its trial calls have not ended. Try again when they have.',
    },
  });
  expect(retryAfterMs(refusal.status === 'rejected' && refusal.reason, 0)).toBeUndefined();
  await clock.advance(50);
  await trial;
});

test('`isFailedResult` decides about results', async () => {
  const { policy } = bench({ window: { calls: 2 }, isFailedResult: (result) => result === 503 });
  await times(2, async () => String(await policy.execute(() => 503)));
  expect(policy.breaker.state).toBe('open');
});

test('changes of state are told', async () => {
  const heard: unknown[] = [];
  const hear = (message: unknown): unknown => heard.push(message);
  subscribe('seaworthy:resilience:breaker-changed', hear);
  try {
    const { clock, ok } = await opened({ halfOpen: { calls: 1 } });
    await clock.advance(1_000);
    await ok();
  } finally {
    unsubscribe('seaworthy:resilience:breaker-changed', hear);
  }
  expect(heard).toEqual([
    { pipeline: 'b', from: 'closed', to: 'open' },
    { pipeline: 'b', from: 'open', to: 'half-open' },
    { pipeline: 'b', from: 'half-open', to: 'closed' },
  ]);
});

test('in a pipeline each attempt counts, hanging ones too, and a refusal is not retried', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    retry: { max: 9, jitter: 'none', firstMs: 1 },
    breaker: { window: { calls: 3 } },
    attemptTimeoutMs: 10,
  });
  const settled = Promise.allSettled([pipeline.execute(never)]);
  await clock.advance(10_000);
  expect(await settled).toMatchObject([{ reason: { code: 'seaworthy.resilience.BREAKER_OPEN' } }]);
  expect(pipeline.status()).toMatchObject({ breaker: 'half-open', timeouts: 3, retries: 3, refused: 1 });
  expect(pipeline.breaker?.state).toBe('half-open');
});

test('a total time limit that is passed counts as a failure', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { totalTimeoutMs: 10, breaker: { window: { calls: 1 } } });
  const settled = Promise.allSettled([pipeline.execute(never)]);
  await clock.advance(10);
  await settled;
  expect(pipeline.status().breaker).toBe('open');
});

test('whatever happens, it is open exactly when the last calls say so', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.boolean(), { maxLength: 60 }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 8 }),
    async (outcomes, calls, minCalls) => {
      const { ok, fail, policy } = bench({ window: { calls }, minCalls, failureRate: 0.5 });
      const seen: boolean[] = [];
      for (const isOk of outcomes) {
        await (isOk ? ok() : fail());
        seen.push(isOk);
        const last = seen.slice(-calls);
        const failures = last.filter((each) => !each).length;
        const shouldOpen = last.length >= Math.min(minCalls, calls) && failures / last.length >= 0.5;
        expect(policy.breaker.state).toBe(shouldOpen ? 'open' : 'closed');
        if (shouldOpen) return;
      }
    },
  );
  await fc.assert(property);
});

const badOptions: { options: BreakerOptions; says: string }[] = [
  { options: { failureRate: 0 }, says: 'Expected `breaker.failureRate` to be a share above 0 and at most 1, got `0`' },
  { options: { failureRate: 50 }, says: 'at most 1, got `50`' },
  { options: { window: { calls: 0 } }, says: 'Expected `breaker.window.calls` to be a whole number of at least 1' },
  { options: { window: { ms: -1 } }, says: 'Expected `breaker.window.ms` to be a number above 0' },
  { options: { halfOpen: { calls: 0 } }, says: 'Expected `breaker.halfOpen.calls`' },
];
for (const { options, says } of badOptions) {
  test(`${JSON.stringify(options)} is refused when the breaker is made`, () => {
    expect(() => circuitBreaker(options)).toThrow(says);
  });
}
