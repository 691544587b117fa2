// The shape `execute(fn, signal)` is that of cockatiel: policies of both go into each other.
import {
  bulkhead as theirBulkhead,
  ConsecutiveBreaker,
  circuitBreaker as theirBreaker,
  ConstantBackoff,
  handleAll,
  retry as theirRetry,
  timeout as theirTimeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { expect, test } from 'vitest';
import { circuitBreaker, createResilience, retry, timeout } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});

test('a policy of cockatiel runs inside a pipeline, and hears its signal', async () => {
  const clock = createFakeClock();
  const theirs = wrap(theirTimeout(60_000, TimeoutStrategy.Cooperative), theirBulkhead(1));
  const ours = createResilience({ clock }).pipeline('p', { attemptTimeoutMs: 100, retry: { max: 1, firstMs: 0 } });
  const signals: AbortSignal[] = [];
  const settled = Promise.allSettled([
    ours.execute(async ({ signal }) =>
      theirs.execute(async ({ signal: inner }) => {
        signals.push(inner);
        await new Promise((_resolve, reject) => inner.addEventListener('abort', () => reject(new Error('heard'))));
      }, signal),
    ),
  ]);
  await clock.advance(300);
  expect(await settled).toMatchObject([{ reason: { code: 'seaworthy.resilience.TIMED_OUT' } }]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('ours runs inside a policy of cockatiel, and hears its signal', async () => {
  const theirs = theirRetry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(0) });
  const ours = circuitBreaker({ window: { calls: 10 } });
  let attempts = 0;
  const result = await theirs.execute(async ({ signal }) =>
    ours.execute(() => ((attempts += 1) === 3 ? 'third' : JSON.parse('{')), signal),
  );
  expect(result).toBe('third');
  expect(ours.breaker.counts).toEqual({ total: 3, failed: 2, slow: 0 });
  const caller = new AbortController();
  const call = theirs.execute(async ({ signal }) => timeout(60_000).execute(never, signal), caller.signal);
  caller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
});

test('an open breaker of cockatiel ends retries of ours by its own error, when `when` says so', async () => {
  const clock = createFakeClock();
  const theirs = theirBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(2) });
  const when = (error: unknown): boolean => !(error instanceof Error && 'isBrokenCircuitError' in error);
  const policy = retry({ max: 9, firstMs: 0, when, clock });
  let attempts = 0;
  const settled = Promise.allSettled([
    policy.execute(async ({ signal }) =>
      theirs.execute(() => {
        attempts += 1;
        throw new Error('down');
      }, signal),
    ),
  ]);
  await clock.advance(100);
  expect(await settled).toMatchObject([{ status: 'rejected', reason: { isBrokenCircuitError: true } }]);
  expect(attempts).toBe(2);
});
