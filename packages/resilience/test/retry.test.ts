import { defineErrors } from '@seaworthy/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, retry, type RetryOptions } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

const Errors = defineErrors('shop', {
  BUSY: { message: 'The shop is busy.', retryable: true },
  SOLD_OUT: { message: 'It is sold out.' },
});

/** Lets a call run to its end on a fake clock. */
async function finish<T>(clock: FakeClock, call: Promise<T>, withinMs = 1e9): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([call]);
  await clock.advance(withinMs);
  const [result] = await settled;
  return result;
}

async function attemptsOf(options: RetryOptions, task: (attempt: number) => unknown): Promise<number[]> {
  const clock = createFakeClock();
  const at: number[] = [];
  const call = retry({ jitter: 'none', ...options, clock }).execute(({ attempt }) => {
    at.push(clock.now());
    return task(attempt);
  });
  await finish(clock, call);
  return at;
}

function fail(error: unknown = new Error('no')): never {
  throw error;
}

test('a task that succeeds runs once', async () => {
  expect(await attemptsOf({}, () => 'fine')).toEqual([0]);
});

test('a failing task is tried again with growing waits, and its last error is thrown as it is', async () => {
  const clock = createFakeClock();
  const policy = retry({ max: 3, firstMs: 100, jitter: 'none', clock });
  const result = await finish(
    clock,
    policy.execute(({ attempt }) => fail(`attempt ${attempt}`)),
  );
  expect(result).toEqual({ status: 'rejected', reason: 'attempt 4' });
  expect(await attemptsOf({ max: 3, firstMs: 100 }, () => fail())).toEqual([0, 100, 300, 700]);
});

test('the result of a later attempt counts', async () => {
  const clock = createFakeClock();
  const call = retry({ clock }).execute(({ attempt }) => (attempt === 3 ? 'third' : fail()));
  expect(await finish(clock, call)).toEqual({ status: 'fulfilled', value: 'third' });
});

const decisions = [
  { what: 'an unknown error', error: new Error('x'), attempts: 2 },
  { what: 'a thrown string', error: 'x', attempts: 2 },
  { what: 'a catalogued error that is retryable', error: new Errors.BUSY(), attempts: 2 },
  { what: 'a catalogued error that is not', error: new Errors.SOLD_OUT(), attempts: 1 },
];
for (const { what, error, attempts } of decisions) {
  test(`${what} takes ${attempts} attempts`, async () => {
    expect(await attemptsOf({ max: 1 }, () => fail(error))).toHaveLength(attempts);
  });
}

test('`when` decides about errors, and the test of a catalogue fits as it is', async () => {
  const when = Errors.SOLD_OUT.is;
  expect(await attemptsOf({ max: 2, when }, () => fail(new Errors.SOLD_OUT()))).toHaveLength(3);
  expect(await attemptsOf({ max: 2, when }, () => fail(new Errors.BUSY()))).toHaveLength(1);
  expect(await attemptsOf({ max: 2, when: (_error, attempt) => attempt < 2 }, () => fail())).toHaveLength(2);
});

test('`whenResult` decides about results, and leaves errors alone', async () => {
  const whenResult = (result: unknown): boolean => result === 503;
  expect(await attemptsOf({ max: 2, whenResult }, () => 503)).toHaveLength(3);
  expect(await attemptsOf({ max: 2, whenResult }, () => 200)).toHaveLength(1);
  expect(await attemptsOf({ max: 2, whenResult }, () => fail())).toHaveLength(3);
});

const kinds = [
  { name: 'on its own', options: {} },
  { name: 'with a time limit', options: { attemptTimeoutMs: 1_000 } },
  { name: 'with hedges', options: { hedge: { afterMs: 1_000 } } },
];
for (const { name, options } of kinds) {
  test(`(4) the signal of a result that is thrown away aborts, the one of the result that is given does not, ${name}`, async () => {
    const clock = createFakeClock();
    const whenResult = (result: unknown): boolean => result !== 3;
    const pipeline = createResilience({ clock }).pipeline('p', { retry: { whenResult, max: 2 }, ...options });
    const signals: AbortSignal[] = [];
    const call = pipeline.execute(({ signal, attempt }) => {
      signals.push(signal);
      return attempt;
    });
    expect(await finish(clock, call)).toMatchObject({ value: 3 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(signals[0]?.reason).toMatchObject({ code: 'seaworthy.resilience.DISCARDED' });
  });
}

test('a result that is as bad as the others is given whole when there is no retry left', async () => {
  const signals: AbortSignal[] = [];
  const policy = retry({ max: 0, whenResult: () => true });
  await policy.execute(({ signal }) => signals.push(signal));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

test('a `whenResult` that throws ends the call, and nothing is tried again', async () => {
  let attempts = 0;
  const whenResult = (): never => fail(new Error('no such property'));
  const call = retry({ whenResult, firstMs: 0 }).execute(() => (attempts += 1));
  await expect(call).rejects.toThrow('no such property');
  expect(attempts).toBe(1);
});

test('a task that must run once is not tried again', async () => {
  const clock = createFakeClock();
  let attempts = 0;
  const call = retry({ clock }).execute(() => fail((attempts += 1)), { idempotent: false });
  expect(await finish(clock, call)).toEqual({ status: 'rejected', reason: 1 });
});

test('Retry-After is waited for when it is longer than the back-off', async () => {
  const options = { max: 1, firstMs: 100, retryAfter: true };
  expect(await attemptsOf(options, () => fail({ retryAfter: '2' }))).toEqual([0, 2_000]);
  expect(await attemptsOf(options, () => fail({ retryAfter: 0 }))).toEqual([0, 100]);
  const whenResult = (_result: unknown, attempt: number): boolean => attempt === 1;
  const response = { headers: new Headers({ 'retry-after': 'Thu, 01 Jan 1970 00:00:07 GMT' }) };
  expect(await attemptsOf({ ...options, whenResult }, () => response)).toEqual([0, 7_000]);
});

test('a Retry-After beyond the limit ends the call at once', async () => {
  expect(await attemptsOf({ retryAfter: true, maxRetryAfterMs: 1_000 }, () => fail({ retryAfter: 2 }))).toEqual([0]);
});

test('an abort during the wait settles at once and leaves no timer', async () => {
  const clock = createFakeClock();
  const caller = new AbortController();
  const call = retry({ firstMs: 60_000, clock }).execute(() => fail(), { signal: caller.signal });
  const settled = Promise.allSettled([call]);
  await clock.advance(1);
  expect(clock.pending).toBe(1);
  caller.abort(new Error('enough'));
  expect(await settled).toMatchObject([{ status: 'rejected', reason: { message: 'enough' } }]);
  expect(clock.pending).toBe(0);
});

test('an abort while the task runs settles at once, and nothing is tried again', async () => {
  const clock = createFakeClock();
  const caller = new AbortController();
  let attempts = 0;
  const call = retry({ clock }).execute(async () => {
    attempts += 1;
    return new Promise<never>(() => {});
  }, caller.signal);
  caller.abort(new Error('enough'));
  expect(await finish(clock, call)).toMatchObject({ reason: { message: 'enough' } });
  expect(attempts).toBe(1);
});

test('a signal that is aborted already keeps the task from starting', async () => {
  let attempts = 0;
  const call = retry().execute(() => (attempts += 1), { signal: AbortSignal.abort('no') });
  await expect(call).rejects.toBe('no');
  expect(attempts).toBe(0);
});

test('a finished call has let go of the signal of its caller', async () => {
  const caller = new AbortController();
  let listeners = 0;
  const { signal } = caller;
  const counted = Object.create(AbortSignal.prototype, {
    aborted: { value: false },
    addEventListener: { value: () => (listeners += 1) },
    removeEventListener: { value: () => (listeners -= 1) },
  });
  expect(signal.aborted).toBe(false);
  await retry().execute(() => 1, { signal: counted });
  await expect(retry({ max: 0 }).execute(() => fail('x'), { signal: counted })).rejects.toBe('x');
  expect(listeners).toBe(0);
});

test('the budget bounds the retries of an outage, and grows again', async () => {
  const clock = createFakeClock();
  const policy = retry({ max: 3, budget: { ratio: 0.2, minPerSec: 0 }, firstMs: 1, clock });
  let attempts = 0;
  const outage = async (calls: number): Promise<number> => {
    attempts = 0;
    for (let call = 0; call < calls; call += 1) {
      await finish(
        clock,
        policy.execute(() => fail((attempts += 1))),
        4,
      );
    }
    return attempts;
  };
  expect(await outage(100)).toBe(120);
  await clock.advance(10_000);
  expect(await outage(10)).toBe(12);
});

test('a quiet caller may always retry, up to the reserve', async () => {
  const clock = createFakeClock();
  const policy = retry({ max: 50, budget: { ratio: 0, minPerSec: 1 }, firstMs: 1, maxMs: 1, clock });
  let attempts = 0;
  await finish(
    clock,
    policy.execute(() => fail((attempts += 1))),
  );
  expect(attempts).toBe(11);
});

test('(1) there are never more attempts than allowed, and no timer is left', async () => {
  const options = fc.record({
    max: fc.integer({ min: 0, max: 6 }),
    firstMs: fc.integer({ min: 0, max: 500 }),
    maxMs: fc.integer({ min: 0, max: 2_000 }),
    jitter: fc.constantFrom('full', 'equal', 'none'),
    budget: fc.constantFrom(false as const, { ratio: 0, minPerSec: 0 }, { ratio: 1, minPerSec: 1 }),
  });
  const property = fc.asyncProperty(options, fc.integer({ min: 1, max: 9 }), async (given, succeedsAt) => {
    const clock = createFakeClock();
    let attempts = 0;
    const call = retry({ ...given, clock }).execute(({ attempt }) => {
      attempts += 1;
      expect(attempt).toBe(attempts);
      return attempt >= succeedsAt ? 'fine' : fail();
    });
    const result = await finish(clock, call);
    expect(attempts).toBeLessThanOrEqual(Math.min(given.max + 1, succeedsAt));
    expect(result.status).toBe(attempts === succeedsAt ? 'fulfilled' : 'rejected');
    expect(clock.pending).toBe(0);
  });
  await fc.assert(property);
});

test('(2) an abort at any moment settles without another attempt and without a timer', async () => {
  const property = fc.asyncProperty(fc.integer({ min: 0, max: 3_000 }), async (abortAt) => {
    const clock = createFakeClock();
    const caller = new AbortController();
    let attempts = 0;
    const policy = retry({ max: 5, firstMs: 200, budget: false, clock });
    const settled = Promise.allSettled([policy.execute(() => fail((attempts += 1)), { signal: caller.signal })]);
    await clock.advance(abortAt);
    const before = attempts;
    caller.abort('enough');
    await settled;
    expect(clock.pending).toBe(0);
    await clock.advance(1e6);
    expect(attempts).toBe(before);
  });
  await fc.assert(property, { numRuns: 50 });
});

const badOptions: { options: RetryOptions; says: string }[] = [
  { options: { max: -1 }, says: 'Expected `retry.max` to be a whole number of at least 0, got `-1` (number).' },
  { options: { firstMs: Number.NaN }, says: 'Expected `firstMs` to be a number of at least 0, got `NaN` (number).' },
  { options: { factor: 0 }, says: 'Expected `factor` to be a number above 0, got `0` (number).' },
];
for (const { options, says } of badOptions) {
  test(`${JSON.stringify(options)} is refused when the policy is made`, () => {
    expect(() => retry(options)).toThrow(says);
  });
}

test('a signal of another class than that of Node is heard too', async () => {
  const listeners: (() => void)[] = [];
  const reason = new Error('enough');
  const signal = {
    aborted: false,
    reason,
    addEventListener: (_type: string, listener: () => void) => listeners.push(listener),
    removeEventListener: () => {},
  };
  const call = Reflect.apply(retry({ max: 0 }).execute, undefined, [async () => new Promise(() => {}), signal]);
  for (const listener of listeners) listener();
  await expect(call).rejects.toBe(reason);
});
