import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createResilience, resilienceChannels } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});
const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((each) => each()));

function listen(): { channel: string; message: unknown }[] {
  const heard: { channel: string; message: unknown }[] = [];
  for (const name of resilienceChannels) {
    const hear = (message: unknown): unknown =>
      heard.push({ channel: name.replace('seaworthy:resilience:', ''), message });
    subscribe(name, hear);
    undo.push(() => unsubscribe(name, hear));
  }
  return heard;
}

test('an attempt that hangs is ended and tried again', async () => {
  const clock = createFakeClock();
  const payments = createResilience({ clock }).pipeline('payments', { retry: { max: 1 }, attemptTimeoutMs: 100 });
  const call = payments.execute(async ({ attempt }) => (attempt === 1 ? never() : 'paid'));
  await clock.advance(1_000);
  expect(await call).toBe('paid');
  expect(payments.status()).toEqual({
    name: 'payments',
    calls: 1,
    succeeded: 1,
    failed: 0,
    aborted: 0,
    fallbacks: 0,
    refused: 0,
    retries: 1,
    timeouts: 1,
    inFlight: 0,
  });
});

test('the total limit ends attempts and waits, and is not retried', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    totalTimeoutMs: 250,
    retry: { max: 9 },
    attemptTimeoutMs: 100,
  });
  let attempts = 0;
  const settled = Promise.allSettled([
    pipeline.execute(async () => {
      attempts += 1;
      return never();
    }),
  ]);
  await clock.advance(250);
  expect(await settled).toMatchObject([{ reason: { code: 'seaworthy.resilience.TIMED_OUT' } }]);
  expect(clock.pending).toBe(0);
  await clock.advance(10_000);
  expect(attempts).toBeLessThanOrEqual(3);
});

test('a wait that would outlast the total limit is not begun: the real error comes at once', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    totalTimeoutMs: 1_000,
    retry: { firstMs: 5_000, jitter: 'none' },
  });
  await expect(pipeline.execute(() => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  expect(clock.now()).toBe(0);
});

test('a call tells what happened, in order', async () => {
  const heard = listen();
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', {
    retry: { max: 1, jitter: 'none', firstMs: 10 },
    attemptTimeoutMs: 5,
  });
  const settled = Promise.allSettled([pipeline.execute(never)]);
  await clock.advance(100);
  await settled;
  expect(heard).toEqual([
    { channel: 'limit-passed', message: { pipeline: 'p', limit: 'attempt', timeoutMs: 5 } },
    { channel: 'retry-scheduled', message: { pipeline: 'p', attempt: 1, waitMs: 10 } },
    { channel: 'limit-passed', message: { pipeline: 'p', limit: 'attempt', timeoutMs: 5 } },
    { channel: 'call-finished', message: { pipeline: 'p', outcome: 'timeout', attempts: 2, durationMs: 20 } },
  ]);
});

const endings = [
  { outcome: 'ok', options: {}, task: () => 1 },
  { outcome: 'error', options: {}, task: () => JSON.parse('{') },
  { outcome: 'aborted', options: { signal: AbortSignal.abort('no') }, task: never },
];
for (const { outcome, options, task } of endings) {
  test(`a call that ends as ${outcome} says so`, async () => {
    const heard = listen();
    await Promise.allSettled([createResilience().pipeline('p').execute<unknown>(task, options)]);
    expect(heard).toMatchObject([{ channel: 'call-finished', message: { outcome } }]);
  });
}

test('a refused retry tells why', async () => {
  const heard = listen();
  const r = createResilience({ clock: createFakeClock() });
  const fail = (): unknown => JSON.parse('{');
  await Promise.allSettled([
    r.pipeline('a', { retry: { budget: { ratio: 0, minPerSec: 0 } } }).execute(fail),
    r.pipeline('b', { retry: { firstMs: 10, jitter: 'none' }, totalTimeoutMs: 5 }).execute(fail),
  ]);
  expect(heard.filter(({ channel }) => channel === 'retry-refused')).toEqual([
    { channel: 'retry-refused', message: { pipeline: 'a', attempt: 1, reason: 'budget' } },
    { channel: 'retry-refused', message: { pipeline: 'b', attempt: 1, reason: 'deadline' } },
  ]);
});

test('pipelines are listed in the order they were made, and names are unique', () => {
  const r = createResilience();
  r.pipeline('b');
  r.pipeline('a');
  expect(r.list().map(({ name }) => name)).toEqual(['b', 'a']);
  expect(() => r.pipeline('a')).toThrow('There is already something named "a"');
});

test('(1) close ends calls in flight, refuses new ones, and leaves no timer', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const pipeline = r.pipeline('p', { totalTimeoutMs: 1_000, retry: { firstMs: 500 }, attemptTimeoutMs: 100 });
  const hanging = Promise.allSettled([pipeline.execute(never)]);
  const waiting = Promise.allSettled([pipeline.execute(() => JSON.parse('{'))]);
  await clock.advance(1);
  await r.close();
  await r.close();
  const closed = [{ reason: { code: 'seaworthy.resilience.CLOSED' } }];
  expect(await hanging).toMatchObject(closed);
  expect(await waiting).toMatchObject(closed);
  await expect(pipeline.execute(() => 1)).rejects.toMatchObject(closed[0]?.reason ?? {});
  await expect(r.pipeline('late').execute(() => 1)).rejects.toMatchObject(closed[0]?.reason ?? {});
  expect(clock.pending).toBe(0);
  expect(r.list()).toMatchObject([{ calls: 3, aborted: 3, inFlight: 0 }, { calls: 1 }]);
});

test('the signal of the registry ends all calls with its reason', async () => {
  const stop = new AbortController();
  const r = createResilience({ signal: stop.signal });
  const call = r.pipeline('p').execute(never);
  stop.abort('stopping');
  await expect(call).rejects.toBe('stopping');
  await expect(r.pipeline('q').execute(() => 1)).rejects.toBe('stopping');
});

test('a task that does not ask for its signal costs no AbortController', async () => {
  const original = globalThis.AbortController;
  let made = 0;
  globalThis.AbortController = class extends original {
    constructor() {
      super();
      made += 1;
    }
  };
  undo.push(() => {
    globalThis.AbortController = original;
  });
  const pipeline = createResilience().pipeline('p', { totalTimeoutMs: 1_000, retry: {}, attemptTimeoutMs: 100 });
  expect(await pipeline.execute(({ attempt }) => attempt)).toBe(1);
  expect(made).toBe(0);
  expect(await pipeline.execute(({ signal }) => signal.aborted)).toBe(false);
  expect(made).toBe(1);
});

test('whatever tasks do, calls settle within the total limit and no timer is left', async () => {
  const step = fc.record({ takesMs: fc.integer({ min: 0, max: 400 }), ends: fc.constantFrom('ok', 'error', 'never') });
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
    const clock = createFakeClock();
    const r = createResilience({ clock });
    const pipeline = r.pipeline('p', {
      totalTimeoutMs: 1_000,
      retry: { max: 3, budget: false },
      attemptTimeoutMs: 200,
    });
    let attempts = 0;
    const settled = Promise.allSettled([
      pipeline.execute(async ({ attempt }) => {
        attempts += 1;
        const { takesMs = 0, ends = 'ok' } = steps[attempt - 1] ?? {};
        await new Promise<void>((resolve) => {
          clock.schedule(takesMs, resolve);
        });
        if (ends === 'never') return never();
        return ends === 'ok' ? 'ok' : JSON.parse('{');
      }),
    ]);
    await clock.advance(1_000);
    await settled;
    await clock.advance(1_000);
    expect(attempts).toBeLessThanOrEqual(4);
    expect(clock.pending).toBe(0);
    expect(r.list()).toMatchObject([{ inFlight: 0, calls: 1 }]);
  });
  await fc.assert(property);
});
