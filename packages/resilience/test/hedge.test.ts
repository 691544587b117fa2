import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, type HedgeOptions, type Pipeline } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

function bench(hedge: HedgeOptions): { clock: FakeClock; pipeline: Pipeline } {
  const clock = createFakeClock();
  return { clock, pipeline: createResilience({ clock }).pipeline('p', { hedge }) };
}

async function after<T>(clock: FakeClock, delayMs: number, answer: () => T): Promise<T> {
  await new Promise<void>((resolve) => {
    clock.schedule(delayMs, resolve);
  });
  return answer();
}

const fail = (_why?: unknown): never => {
  throw new Error('no');
};

test('a fast answer starts no other attempt', async () => {
  const { clock, pipeline } = bench({ afterMs: 100 });
  let started = 0;
  const call = pipeline.execute(async () => after(clock, 99, () => (started += 1)));
  await clock.advance(1_000);
  expect(await call).toBe(1);
  expect(started).toBe(1);
  expect(clock.pending).toBe(0);
});

test('(1) the first success wins, the slow attempt is ended, and the winner is not', async () => {
  const { clock, pipeline } = bench({ afterMs: 100 });
  const signals: AbortSignal[] = [];
  const call = pipeline.execute(async ({ signal }) => {
    signals.push(signal);
    const attempt = signals.length;
    return after(clock, attempt === 1 ? 1_000 : 10, () => attempt);
  });
  await clock.advance(110);
  expect(await call).toBe(2);
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  expect(signals[0]?.reason).toMatchObject({ code: 'seaworthy.resilience.HEDGED' });
});

test('(2) a failure starts no other attempt', async () => {
  const { clock, pipeline } = bench({ afterMs: 100 });
  let started = 0;
  const call = Promise.allSettled([pipeline.execute(() => fail(void (started += 1)))]);
  await clock.advance(1_000);
  expect(await call).toMatchObject([{ reason: { message: 'no' } }]);
  expect(started).toBe(1);
  expect(clock.pending).toBe(0);
});

test('a task that must run once is not hedged, however slow it is', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { hedge: { afterMs: 10 } });
  let attempts = 0;
  const pay = async (): Promise<string> => {
    attempts += 1;
    return new Promise((resolve) => void clock.schedule(1_000, () => resolve('paid')));
  };
  const call = pipeline.execute(pay, { idempotent: false });
  await clock.advance(1_000);
  expect([await call, attempts]).toEqual(['paid', 1]);
});

test('(3) a failed attempt waits for the one that still runs', async () => {
  const { clock, pipeline } = bench({ afterMs: 100 });
  let started = 0;
  const call = pipeline.execute(async () => {
    started += 1;
    return started === 1 ? after(clock, 150, fail) : after(clock, 500, () => 'second');
  });
  await clock.advance(1_000);
  expect(await call).toBe('second');
});

test('an abort ends all attempts at once and leaves no timer', async () => {
  const { clock, pipeline } = bench({ afterMs: 100, max: 3 });
  const caller = new AbortController();
  const signals: AbortSignal[] = [];
  const call = pipeline.execute(async ({ signal }) => {
    signals.push(signal);
    return new Promise<never>(() => {});
  }, caller.signal);
  await clock.advance(250);
  caller.abort('enough');
  await expect(call).rejects.toBe('enough');
  expect(signals.map((signal) => signal.reason)).toEqual(['enough', 'enough', 'enough']);
  expect(clock.pending).toBe(0);
});

test('there are never more attempts than allowed, and the best answer comes as early as it can', async () => {
  const attempt = fc.record({ takesMs: fc.integer({ min: 1, max: 300 }), ok: fc.boolean() });
  const property = fc.asyncProperty(
    fc.array(attempt, { minLength: 4, maxLength: 4 }),
    fc.integer({ min: 1, max: 3 }),
    async (plans, max) => {
      const { clock, pipeline } = bench({ afterMs: 100, max });
      let started = 0;
      let endedAt = -1;
      const call = pipeline.execute(async () => {
        const { takesMs = 1, ok = false } = plans[started] ?? {};
        started += 1;
        return after(clock, takesMs, () => (ok ? takesMs : fail()));
      });
      const settled = Promise.allSettled([call.finally(() => (endedAt = clock.now()))]);
      await clock.advance(10_000);
      const [result] = await settled;
      expect(started).toBeLessThanOrEqual(max + 1);
      const answers = plans.slice(0, started).map(({ takesMs, ok }, index) => ({ at: index * 100 + takesMs, ok }));
      const successes = answers.filter(({ ok }) => ok).map(({ at }) => at);
      expect(result.status).toBe(successes.length > 0 ? 'fulfilled' : 'rejected');
      expect(endedAt).toBe(successes.length > 0 ? Math.min(...successes) : Math.max(...answers.map(({ at }) => at)));
      expect(clock.pending).toBeLessThanOrEqual(0);
    },
  );
  await fc.assert(property, { numRuns: 50 });
});
