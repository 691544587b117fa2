// General rules of whole pipelines, whatever their layers and whatever tasks do.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, rateLimiter, type PipelineOptions, type RateLimitStore } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});
const down = async (): Promise<never> => Promise.reject(new Error('down'));

const orNot = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const layers = fc.record({
  total: orNot(fc.integer({ min: 1, max: 3_000 })),
  attempt: orNot(fc.integer({ min: 1, max: 800 })),
  max: orNot(fc.integer({ min: 0, max: 4 })),
  budget: fc.constantFrom(false as const, { ratio: 0, minPerSec: 0 }, { ratio: 0.5, minPerSec: 0.2 }),
  hedge: orNot(fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), max: fc.integer({ min: 1, max: 2 }) })),
  breaker: orNot(fc.constant({ window: { calls: 5 }, openMs: 100, halfOpen: { calls: 1, maxWaitMs: 200 } })),
  bulkhead: orNot(fc.constantFrom({ concurrency: 1, queue: 2 }, { concurrency: 4 }, 'adaptive' as const)),
});
type Layers = typeof layers extends fc.Arbitrary<infer Value> ? Value : never;

function optionsOf({ total, attempt, max, budget, hedge, breaker, bulkhead }: Layers): PipelineOptions {
  return {
    ...(total !== undefined && { totalTimeoutMs: total }),
    ...(attempt !== undefined && { attemptTimeoutMs: attempt }),
    ...(max !== undefined && { retry: { max, firstMs: 50, budget } }),
    ...(hedge && { hedge }),
    ...(breaker && { breaker }),
    ...(bulkhead && { bulkhead }),
  };
}

const attempt = fc.record({
  takesMs: fc.integer({ min: 0, max: 600 }),
  ends: fc.constantFrom('ok', 'error', 'never', 'throw'),
});

function taskOf(clock: FakeClock, steps: readonly { takesMs: number; ends: string }[], onStart: () => number) {
  return (): Promise<string> => {
    const { takesMs = 0, ends = 'ok' } = steps[(onStart() - 1) % steps.length] ?? {};
    if (ends === 'throw') throw new Error('thrown');
    return new Promise((resolve, reject) => {
      if (ends === 'never') return;
      clock.schedule(takesMs, () => (ends === 'ok' ? resolve('ok') : reject(new Error('down'))));
    });
  };
}

test('a call makes at most (1 + retries) × (1 + hedges) attempts, and with a budget of nothing one', async () => {
  const property = fc.asyncProperty(layers, fc.array(attempt, { minLength: 1, maxLength: 6 }), async (given, steps) => {
    const clock = createFakeClock();
    const r = createResilience({ clock });
    let attempts = 0;
    const task = taskOf(clock, steps, () => (attempts += 1));
    const settled = Promise.allSettled([r.pipeline('p', optionsOf(given)).execute(task)]);
    await clock.advance(20_000);
    await r.close();
    await settled;
    const { max, budget, hedge } = given;
    const hasNothing = max !== undefined && budget !== false && budget.ratio === 0;
    const most = hasNothing ? 1 : (1 + (max ?? 0)) * (1 + (hedge?.max ?? 0));
    expect(attempts).toBeLessThanOrEqual(most);
  });
  await fc.assert(property);
});

test('calls together make at most calls + what their budget allows', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 60 }),
    fc.constantFrom(0, 0.1, 0.5),
    fc.integer({ min: 0, max: 2 }),
    async (calls, ratio, minPerSec) => {
      const clock = createFakeClock();
      let attempts = 0;
      const pipeline = createResilience({ clock }).pipeline('p', {
        retry: { max: 3, firstMs: 10, budget: { ratio, minPerSec } },
        hedge: { afterMs: 5, max: 2 },
      });
      const task = async (): Promise<never> => {
        attempts += 1;
        await new Promise<void>((resolve) => void clock.schedule(20, resolve));
        return down();
      };
      const settled = Promise.allSettled(Array.from({ length: calls }, async () => pipeline.execute(task)));
      await clock.advance(5_000);
      await settled;
      expect(attempts).toBeLessThanOrEqual(calls + calls * ratio + minPerSec * 10);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test('an abort at any moment settles at once, and after it no attempt starts and no timer is left', async () => {
  const property = fc.asyncProperty(
    layers,
    fc.array(attempt, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 0, max: 1_500 }),
    async (given, steps, abortAt) => {
      const clock = createFakeClock();
      const caller = new AbortController();
      let attempts = 0;
      const pipeline = createResilience({ clock }).pipeline('p', optionsOf(given));
      // Attempts without timers of their own: what is pending belongs to the pipeline.
      const task = async (): Promise<never> => ((attempts += 1) % steps.length === 0 ? down() : never());
      const settled = Promise.allSettled([
        pipeline.execute(task, caller.signal),
        pipeline.execute(task, caller.signal),
      ]);
      await clock.advance(abortAt);
      caller.abort('enough');
      // No time passes any more: it settles now or never.
      await settled;
      const before = attempts;
      await clock.advance(0);
      expect(clock.pending).toBe(0);
      await clock.advance(1e6);
      expect(attempts).toBe(before);
      expect(pipeline.status().inFlight).toBe(0);
    },
  );
  await fc.assert(property);
});

test('an answer that is a function with a `then` is waited for, and its wait has an end', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const query = (then: PromiseLike<string>['then']) => (): Promise<string> =>
    // oxlint-disable-next-line unicorn/no-thenable -- builders of queries are so
    Object.defineProperty((): void => {}, 'then', { value: then }) as unknown as Promise<string>;
  const silent = query(async () => never());
  const caller = new AbortController();
  const settled = Promise.allSettled([
    r.pipeline('p', { attemptTimeoutMs: 10 }).execute(silent),
    r.pipeline('q').execute(silent, caller.signal),
    r.runAll([silent], { signal: caller.signal }),
  ]);
  await clock.advance(10);
  caller.abort('enough');
  expect(await settled).toMatchObject([
    { reason: { code: 'seaworthy.resilience.TIMED_OUT' } },
    { reason: 'enough' },
    { value: { skipped: 1 } },
  ]);
  const rows = query(async (onRows) => Promise.resolve(onRows?.('rows')) as Promise<never>);
  expect(await r.pipeline('s').execute(rows)).toBe('rows');
});

const slowStore: RateLimitStore = { take: async () => never() };
const waits: readonly { where: string; options: PipelineOptions; task: () => Promise<never>; busy?: boolean }[] = [
  { where: 'the task', options: {}, task: never },
  {
    where: 'the rate limit',
    options: { rateLimit: rateLimiter({ kind: 'token-bucket', perSec: 1, store: slowStore }) },
    task: never,
  },
  { where: 'the back-off', options: { retry: { firstMs: 60_000, jitter: 'none' } }, task: down },
  { where: 'the hedge delay', options: { hedge: { afterMs: 60_000 } }, task: never },
  { where: 'the queue', options: { bulkhead: { concurrency: 1, queue: 5 } }, task: never, busy: true },
  { where: 'an attempt with limits', options: { totalTimeoutMs: 60_000, attemptTimeoutMs: 60_000 }, task: never },
];
for (const { where, options, task, busy = false } of waits) {
  for (const by of ['the caller', 'the registry'] as const) {
    test(`${by} ends a call that waits in ${where} without the clock moving`, async () => {
      const clock = createFakeClock();
      const r = createResilience({ clock });
      const pipeline = r.pipeline('p', options);
      const holder = busy ? Promise.allSettled([pipeline.execute(never)]) : undefined;
      const caller = new AbortController();
      const settled = Promise.allSettled([pipeline.execute(task, caller.signal)]);
      await clock.advance(1);
      if (by === 'the caller') caller.abort(new Error('enough'));
      else await r.close();
      expect(await settled).toMatchObject([{ status: 'rejected' }]);
      await r.close();
      await holder;
      await clock.advance(0);
      expect(clock.pending).toBe(0);
    });
  }
}

test('a half-open breaker makes nobody wait: who is not let in is refused at once', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    breaker: { window: { calls: 1 }, openMs: 10, halfOpen: { calls: 1 } },
  });
  await Promise.allSettled([pipeline.execute(down)]);
  await clock.advance(10);
  const caller = new AbortController();
  const trial = Promise.allSettled([pipeline.execute(never, caller.signal)]);
  await expect(pipeline.execute(() => 1)).rejects.toMatchObject({ code: 'seaworthy.resilience.BREAKER_OPEN' });
  caller.abort();
  await trial;
  expect(await pipeline.execute(() => 1)).toBe(1);
});

test('attempts that never settle are not kept: their contexts can be collected', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    attemptTimeoutMs: 10,
    bulkhead: { concurrency: 2 },
    breaker: {},
  });
  const contexts: WeakRef<object>[] = [];
  for (let call = 0; call < 20; call += 1) {
    const settled = Promise.allSettled([
      pipeline.execute(async (context) => {
        contexts.push(new WeakRef(context));
        return never();
      }),
    ]);
    await clock.advance(10);
    await settled;
  }
  expect(contexts).toHaveLength(20);
  await clock.advance(1);
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  await clock.advance(1);
  collect();
  // The last one may still be on the stack of something.
  expect(contexts.filter((each) => each.deref() !== undefined).length).toBeLessThanOrEqual(1);
  expect(pipeline.status()).toMatchObject({ inFlight: 0, timeouts: 20 });
});
