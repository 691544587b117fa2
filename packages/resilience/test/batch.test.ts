import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, runAll, type BatchOptions } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});
const fail = (): never => {
  throw new Error('no');
};

test('a batch goes on after a failure, and its report has a result for every task', async () => {
  expect(await runAll([() => 1, fail, async () => 3])).toEqual({
    ok: false,
    results: [
      { status: 'ok', value: 1, attempts: 1 },
      { status: 'failed', error: new Error('no'), attempts: 1 },
      { status: 'ok', value: 3, attempts: 1 },
    ],
    succeeded: 2,
    failed: 1,
    skipped: 0,
  });
});

test('fail_fast starts no more tasks and ends those that run', async () => {
  let signal: AbortSignal | undefined;
  const hanging = async (context: { signal: AbortSignal }): Promise<never> => {
    signal = context.signal;
    return never();
  };
  const report = await runAll([hanging, fail, () => 3], { mode: 'fail_fast', concurrency: 2 });
  expect(report.results.map(({ status }) => status)).toEqual(['skipped', 'failed', 'skipped']);
  expect(signal?.reason).toMatchObject({ code: 'seaworthy.resilience.BATCH_ENDED' });
});

test('a failed task is tried again after the delay', async () => {
  const clock = createFakeClock();
  const at: number[] = [];
  const task = ({ attempt }: { attempt: number }): string => {
    at.push(clock.now());
    return attempt === 3 ? 'third' : fail();
  };
  const batch = runAll([task], { maxRetries: 2, retryDelayMs: 100, clock });
  await clock.advance(1_000);
  expect((await batch).results).toEqual([{ status: 'ok', value: 'third', attempts: 3 }]);
  expect(at).toEqual([0, 100, 200]);
});

test('an abort ends the batch at once, and keeps what is done', async () => {
  const clock = createFakeClock();
  const caller = new AbortController();
  const options = { maxRetries: 9, retryDelayMs: 60_000, signal: caller.signal, clock };
  const batch = runAll<unknown>([() => 'done', fail, never, () => 'more'], { ...options, concurrency: 3 });
  await clock.advance(1);
  caller.abort();
  expect((await batch).results).toEqual([
    { status: 'ok', value: 'done', attempts: 1 },
    { status: 'skipped', attempts: 1 },
    { status: 'skipped', attempts: 1 },
    { status: 'ok', value: 'more', attempts: 1 },
  ]);
  expect(clock.pending).toBe(0);
});

test('an empty batch is fine', async () => {
  expect(await runAll([])).toEqual({ ok: true, results: [], succeeded: 0, failed: 0, skipped: 0 });
});

test('closing the registry ends the batch', async () => {
  const r = createResilience();
  const batch = r.runAll([never, () => 2], { concurrency: 1 });
  await r.close();
  expect(await batch).toMatchObject({ ok: false, skipped: 2 });
});

for (const options of [{ concurrency: 0 }, { maxRetries: -1 }, { retryDelayMs: Number.NaN }]) {
  test(`${JSON.stringify(options)} is refused`, async () => {
    await expect(runAll([() => 1], options)).rejects.toMatchObject({ code: 'seaworthy.resilience.BAD_OPTION' });
  });
}

test('(1) there are never more tasks at the same time or attempts than allowed, and (2) every task has its result', async () => {
  const plan = fc.record({ takesMs: fc.integer({ min: 0, max: 50 }), fails: fc.integer({ min: 0, max: 3 }) });
  const options = fc.record({
    mode: fc.constantFrom('continue_on_error', 'fail_fast'),
    maxRetries: fc.integer({ min: 0, max: 2 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
  });
  const property = fc.asyncProperty(fc.array(plan, { maxLength: 12 }), options, async (plans, given: BatchOptions) => {
    const clock = createFakeClock();
    const { concurrency = 1, maxRetries = 0, mode } = given;
    let running = 0;
    let most = 0;
    const tasks = plans.map(
      ({ takesMs, fails }, index) =>
        async ({ attempt }: { attempt: number }): Promise<number> => {
          most = Math.max(most, (running += 1));
          await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
          running -= 1;
          return attempt > fails ? index : fail();
        },
    );
    const batch = runAll(tasks, { ...given, clock });
    await clock.advance(10_000);
    const report = await batch;
    expect(most).toBeLessThanOrEqual(concurrency);
    expect(report.results).toHaveLength(plans.length);
    for (const [index, result] of report.results.entries()) {
      expect(result.attempts).toBeLessThanOrEqual(maxRetries + 1);
      const expected = (plans[index]?.fails ?? 0) > maxRetries ? 'failed' : 'ok';
      expect(mode === 'fail_fast' ? [expected, 'skipped'] : [expected]).toContain(result.status);
    }
    expect(clock.pending).toBe(0);
  });
  await fc.assert(property, { numRuns: 50 });
});
