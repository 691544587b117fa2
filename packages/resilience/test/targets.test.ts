import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResilience, type Balancer, type BalancerOptions, type Failover } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});

function balance(
  targets: readonly string[],
  options: BalancerOptions = {},
): { clock: FakeClock; lb: Balancer<string> } {
  const clock = createFakeClock();
  return { clock, lb: createResilience({ clock }).balancer('lb', targets, options) };
}

async function spread(lb: Balancer<string>, calls: number): Promise<string> {
  const seen: string[] = [];
  for (let call = 0; call < calls; call += 1) seen.push(await lb.execute(({ target }) => target));
  return seen.join('');
}

function failing(...sick: string[]): (context: { target: string }) => string {
  return ({ target }) => {
    if (sick.includes(target)) throw new Error(`${target} is sick`);
    return target;
  };
}

async function attempt<T>(call: Promise<T>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

test('round robin takes the targets in turn', async () => {
  expect(await spread(balance(['a', 'b', 'c']).lb, 7)).toBe('abcabca');
});

test('least connections takes the idlest target, and idle ones in turn', async () => {
  const { lb } = balance(['a', 'b', 'c'], { strategy: 'least-connections' });
  expect(await spread(lb, 4)).toBe('abca');
  const caller = new AbortController();
  const busy = Promise.allSettled([lb.execute(never, caller.signal), lb.execute(never, caller.signal)]);
  expect(await spread(lb, 3)).toBe('aaa');
  caller.abort();
  await busy;
  expect(lb.status().map(({ active }) => active)).toEqual([0, 0, 0]);
});

test('weights are kept exactly, without runs of the heavy target', async () => {
  const { lb } = balance(['a', 'b', 'c'], { strategy: 'weighted', weights: [5, 1, 1] });
  expect(await spread(lb, 14)).toBe('aabacaaaabacaa');
});

test('any weights give each target its share', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
    async (weights) => {
      const targets = weights.map(String);
      const lb = createResilience().balancer(
        'lb',
        weights.map((_, index) => index),
        { strategy: 'weighted', weights },
      );
      const rounds = 3;
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      for (let call = 0; call < all * rounds; call += 1) await lb.execute(() => targets);
      expect(lb.status().map(({ calls }) => calls)).toEqual(weights.map((weight) => weight * rounds));
    },
  );
  await fc.assert(property, { numRuns: 30 });
});

test('(1) a target goes out after its failures in a row, and comes back after a trial', async () => {
  const { clock, lb } = balance(['a', 'b'], { health: { threshold: 2, intervalMs: 1_000 } });
  const heard: unknown[] = [];
  const hear = (message: unknown): unknown => heard.push(message);
  subscribe('seaworthy:resilience:target-changed', hear);
  const results: unknown[] = [];
  for (let call = 0; call < 4; call += 1) results.push(await attempt(lb.execute(failing('a'))));
  expect(results).toEqual(['a is sick', 'b', 'a is sick', 'b']);
  expect(await spread(lb, 3)).toBe('bbb');
  await clock.advance(1_000);
  expect(await spread(lb, 4)).toBe('abab');
  unsubscribe('seaworthy:resilience:target-changed', hear);
  expect(heard).toEqual([
    { group: 'lb', index: 0, healthy: false },
    { group: 'lb', index: 0, healthy: true },
  ]);
});

test('(2) a sick target gets one trial at a time', async () => {
  const { clock, lb } = balance(['a'], { health: { threshold: 1, intervalMs: 1_000 } });
  await attempt(lb.execute(failing('a')));
  await clock.advance(1_000);
  const caller = new AbortController();
  const trial = attempt(lb.execute(never, caller.signal));
  await expect(lb.execute(({ target }) => target)).rejects.toMatchObject({ code: 'seaworthy.resilience.NO_TARGET' });
  caller.abort('enough');
  expect(await trial).toBe('enough');
  expect(lb.status()).toEqual([{ index: 0, healthy: false, active: 0, calls: 2, failures: 1 }]);
});

test('a caller that gives up says nothing about the target', async () => {
  const { lb } = balance(['a'], { health: { threshold: 1 } });
  const caller = new AbortController();
  const call = lb.execute(never, caller.signal);
  caller.abort('enough');
  await expect(call).rejects.toBe('enough');
  expect(lb.status()).toMatchObject([{ healthy: true, failures: 0 }]);
});

test('healthy targets share the calls of a sick one evenly', async () => {
  const { lb } = balance(['a', 'b', 'c'], { health: { threshold: 1 } });
  await attempt(lb.execute(failing('a')));
  await spread(lb, 100);
  expect(lb.status().map(({ calls }) => calls)).toEqual([1, 50, 50]);
});

const badBalancers: { targets: string[]; options: BalancerOptions; says: string }[] = [
  { targets: [], options: {}, says: 'Expected `targets.length` to be a whole number of at least 1, got `0`' },
  { targets: ['a'], options: { strategy: 'weighted' }, says: 'Expected `weights` to be a list of 1 weights' },
  {
    targets: ['a'],
    options: { strategy: 'weighted', weights: [0] },
    says: 'Expected `weights` to be a number above 0',
  },
  { targets: ['a'], options: { health: { threshold: 0 } }, says: 'Expected `health.threshold`' },
];
for (const { targets, options, says } of badBalancers) {
  test(`${JSON.stringify(targets)} with ${JSON.stringify(options)} is refused`, () => {
    expect(() => balance(targets, options)).toThrow(says);
  });
}

function failover(threshold: number): { clock: FakeClock; fo: Failover<string>; close: () => Promise<void> } {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const fo = r.failover('fo', { primary: 'a', fallbacks: ['b', 'c'], health: { threshold, intervalMs: 1_000 } });
  return { clock, fo, close: () => r.close() };
}

test('a failover uses the primary while it works, and the next one when it fails', async () => {
  const { fo } = failover(3);
  expect(await fo.execute(failing())).toBe('a');
  expect(await fo.execute(failing('a'))).toBe('b');
  expect(await fo.execute(failing('a', 'b'))).toBe('c');
  await expect(fo.execute(failing('a', 'b', 'c'))).rejects.toThrow('c is sick');
});

test('a primary that keeps failing is passed over, and comes back by itself', async () => {
  const { clock, fo } = failover(2);
  await fo.execute(failing('a'));
  await fo.execute(failing('a'));
  const calls = (): number | undefined => fo.status()[0]?.calls;
  expect(calls()).toBe(2);
  await fo.execute(failing('a'));
  expect(calls()).toBe(2);
  await clock.advance(1_000);
  expect(await fo.execute(failing())).toBe('a');
  expect(await fo.execute(failing())).toBe('a');
});

test('when all are out it says so without calling any', async () => {
  const { fo } = failover(1);
  await attempt(fo.execute(failing('a', 'b', 'c')));
  await expect(fo.execute(failing())).rejects.toThrow('None of the 3 targets of "fo" is healthy.');
});

test('a task that must run once is not given to the next target', async () => {
  const fo = createResilience({ clock: createFakeClock() }).failover({ primary: 'a', fallbacks: ['b'] });
  const tried: string[] = [];
  const pay = ({ target }: { readonly target: string }): never => {
    tried.push(target);
    throw new Error('connection reset');
  };
  await expect(fo.execute(pay, { idempotent: false })).rejects.toThrow('connection reset');
  expect(tried).toEqual(['a']);
});

test('an abort goes on to no other target', async () => {
  const { fo } = failover(3);
  const caller = new AbortController();
  const call = fo.execute(never, caller.signal);
  caller.abort('enough');
  await expect(call).rejects.toBe('enough');
  expect(fo.status().map(({ calls }) => calls)).toEqual([1, 0, 0]);
});

test('closing the registry ends the call', async () => {
  const { fo, close } = failover(3);
  const call = fo.execute(never);
  await close();
  await expect(call).rejects.toMatchObject({ code: 'seaworthy.resilience.CLOSED' });
});

test('the task may ask for its signal', async () => {
  const { fo } = failover(3);
  expect(await fo.execute(({ signal }) => signal.aborted)).toBe(false);
});

const verdicts = [
  { what: 'a time limit of a pipeline around it', error: new DOMException('late', 'TimeoutError'), healthy: false },
  { what: 'the end of the caller', error: new Error('enough'), healthy: true },
];
for (const { what, error, healthy } of verdicts) {
  test(`${what} ${healthy ? 'says nothing about' : 'is a failure of'} the target`, async () => {
    const { lb } = balance(['a'], { health: { threshold: 1 } });
    const caller = new AbortController();
    const call = attempt(lb.execute(never, caller.signal));
    caller.abort(error);
    await call;
    expect(lb.status()).toMatchObject([{ healthy }]);
  });
}

test('a target that does not answer in time has failed, and a failover goes on', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const fo = r.failover('fo', { primary: 'a', fallbacks: ['b'], attemptTimeoutMs: 100, health: { threshold: 1 } });
  const call = fo.execute(async ({ target }) => (target === 'a' ? never() : target));
  await clock.advance(100);
  expect(await call).toBe('b');
  expect(r.health()).toMatchObject({
    status: 'degraded',
    parts: [{ kind: 'failover', name: 'fo', status: 'degraded', targets: [{ healthy: false }, { healthy: true }] }],
  });
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

test('an error that is not the fault of the target is no failure, and a failover asks no other', async () => {
  const r = createResilience({ clock: createFakeClock() });
  const isFailure = (error: unknown): boolean => !(error instanceof SyntaxError);
  const fo = r.failover('fo', { primary: 'a', fallbacks: ['b'], health: { threshold: 1, isFailure } });
  await expect(fo.execute(() => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  expect(fo.status()).toMatchObject([{ healthy: true, calls: 1 }, { calls: 0 }]);
});

test('least connections always chooses a target with the fewest calls running, and each in turn among equals', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 2, max: 5 }),
    async (durations, count) => {
      const targets = Array.from({ length: count }, (_, index) => String(index));
      const { clock, lb } = balance(targets, { strategy: 'least-connections' });
      const active = (): readonly number[] => lb.status().map((status) => status.active);
      const calls: Promise<unknown>[] = [];
      for (const ms of durations) {
        const before = active();
        calls.push(lb.execute(async () => new Promise<void>((resolve) => void clock.schedule(ms, resolve))));
        const chosen = active().findIndex((each, index) => each !== before[index]);
        expect(before[chosen]).toBe(Math.min(...before));
        await clock.advance(3);
      }
      await clock.advance(100);
      await Promise.all(calls);
      expect(active()).toEqual(targets.map(() => 0));
    },
  );
  await fc.assert(property, { numRuns: 30 });
});

test('random calls to weighted targets never leave a share by more than one call', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
    fc.integer({ min: 1, max: 80 }),
    async (weights, calls) => {
      const { lb } = balance(weights.map(String), { strategy: 'weighted', weights });
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      await spread(lb, calls);
      for (const [index, status] of lb.status().entries()) {
        const share = (calls * (weights[index] ?? 0)) / all;
        expect(Math.abs(status.calls - share)).toBeLessThan(weights.length);
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
});
