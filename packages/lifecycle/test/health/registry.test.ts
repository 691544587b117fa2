import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHealth } from '../../src/health/registry.ts';
import { degraded } from '../../src/index.ts';
import type { Check, CheckOptions, Health, LifecycleState } from '../../src/index.ts';

let states: { current: LifecycleState; wasReady: boolean };
let health: Health;
beforeEach(() => {
  vi.useFakeTimers();
  states = { current: 'ready', wasReady: true };
  health = createHealth(states);
});
afterEach(() => void vi.useRealTimers());

const fails: Check = () => {
  throw new Error('no route');
};
const never: Check = () => new Promise(() => {});

const stages: { current: LifecycleState; wasReady: boolean; live: string; ready: string; startup: string }[] = [
  { current: 'idle', wasReady: false, live: 'up', ready: 'down', startup: 'down' },
  { current: 'starting', wasReady: false, live: 'up', ready: 'down', startup: 'down' },
  { current: 'ready', wasReady: true, live: 'up', ready: 'up', startup: 'up' },
  { current: 'draining', wasReady: true, live: 'up', ready: 'down', startup: 'up' },
  { current: 'draining', wasReady: false, live: 'up', ready: 'down', startup: 'down' },
  { current: 'failed', wasReady: false, live: 'up', ready: 'down', startup: 'down' },
];
for (const { current, wasReady, ...expected } of stages) {
  test(`while ${current}, ${wasReady ? '' : 'never '}ready: ${Object.entries(expected).join(' ')}`, async () => {
    Object.assign(states, { current, wasReady });
    const [live, ready, startup] = await Promise.all(['live', 'ready', 'startup'].map((group) => health.check(group)));
    expect({ live: live?.status, ready: ready?.status, startup: startup?.status }).toEqual(expected);
  });
}

const outcomes: { title: string; check: Check; options?: CheckOptions; status: string; result: object }[] = [
  { title: 'a check that returns is up', check: () => {}, status: 'up', result: { status: 'up' } },
  {
    title: 'an object it returns is shown',
    check: () => ({ freeMb: 7 }),
    status: 'up',
    result: { details: { freeMb: 7 } },
  },
  { title: 'a check that throws is down', check: fails, status: 'down', result: { status: 'down', error: 'no route' } },
  {
    title: 'a check that rejects is down',
    check: () => Promise.reject(new Error('x')),
    status: 'down',
    result: { error: 'x' },
  },
  {
    title: 'a check that rejects with nothing is down',
    check: () => Promise.reject(),
    status: 'down',
    result: { error: 'undefined' },
  },
  {
    title: 'a check that is not critical degrades',
    check: fails,
    options: { critical: false },
    status: 'degraded',
    result: { status: 'down' },
  },
];
outcomes.push(
  {
    title: 'a check that answers degraded degrades, also when it is critical',
    check: () => degraded('slow', { lagMs: 9 }),
    status: 'degraded',
    result: { status: 'degraded', error: 'slow', details: { lagMs: 9 } },
  },
  { title: 'a list that a check returns is no details', check: () => [1], status: 'up', result: { status: 'up' } },
);
for (const { title, check, options, status, result } of outcomes) {
  test(`one check: ${title}`, async () => {
    health.add('it', check, options);
    const report = await health.check('ready');
    expect(report.status).toBe(status);
    expect(report.checks).toMatchObject([
      { name: 'lifecycle', status: 'up' },
      { name: 'it', ...result },
    ]);
  });
}

test('a check that hangs is down after timeoutMs, and its signal aborts', async () => {
  let seen: AbortSignal | undefined;
  health.add(
    'db',
    (signal) => {
      seen = signal;
      return never(signal);
    },
    { timeoutMs: 500 },
  );
  const report = health.check();
  await vi.advanceTimersByTimeAsync(500);
  expect((await report).checks[1]).toEqual({
    name: 'db',
    status: 'down',
    durationMs: 500,
    error: 'No answer within 500 ms.',
  });
  expect(seen?.aborted).toBe(true);
});

test('200 probes at once run a check once, and for ttlMs the answer is reused', async () => {
  const check = vi.fn<Check>(() => new Promise((resolve) => setTimeout(resolve, 10)));
  health.add('db', check, { ttlMs: 2_000 });
  const probes = Promise.all(Array.from({ length: 200 }, () => health.check('ready')));
  await vi.advanceTimersByTimeAsync(10);
  await probes;
  await vi.advanceTimersByTimeAsync(1_999);
  await health.check('ready');
  expect(check).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  void health.check('ready');
  expect(check).toHaveBeenCalledTimes(2);
});

test('hysteresis: it takes failAfter failures to go down and passAfter successes to come back', async () => {
  const answers = [true, false, true, false, false, true, true];
  const shown: [string, boolean][] = [];
  let next = 0;
  health.add(
    'db',
    () => {
      if (!answers[next++]) throw new Error('no');
    },
    { ttlMs: 0, failAfter: 2, passAfter: 2 },
  );
  for (const _ of answers) {
    const [, result] = (await health.check()).checks;
    shown.push([result?.status ?? '', result?.error !== undefined]);
  }
  expect(shown).toEqual([
    ['up', false],
    ['up', true],
    ['up', false],
    ['up', true],
    ['down', true],
    ['down', false],
    ['up', false],
  ]);
});

test('groups run their own checks only, and unknown groups are an error that lists the known', async () => {
  const inPool = vi.fn<Check>();
  health.add('pool', inPool, { groups: ['storage', 'ready'] });
  await health.check('live');
  expect(inPool).not.toHaveBeenCalled();
  expect((await health.check('storage')).checks).toMatchObject([{ name: 'pool' }]);
  expect(health.groups()).toEqual(['live', 'ready', 'startup', 'storage']);
  await expect(health.check('storag')).rejects.toMatchObject({
    code: 'seaworthy.lifecycle.UNKNOWN_GROUP',
    message: 'No health check belongs to the group "storag". Known groups: live, ready, startup, storage.',
  });
});

test('the undo of a check removes that check, and no later one of the same name', async () => {
  const undo = health.add('db', fails);
  expect(() => health.add('db', fails)).toThrow('The name "db" is taken by another health check.');
  undo();
  health.add('db', () => {});
  undo();
  expect((await health.check()).checks).toMatchObject([{}, { name: 'db', status: 'up' }]);
});

for (const options of [{ timeoutMs: 0 }, { ttlMs: -1 }, { failAfter: 0 }, { passAfter: 1.5 }]) {
  test(`${JSON.stringify(options)} is refused`, () => {
    expect(() => health.add('db', fails, options)).toThrow(`Expected \`${Object.keys(options)[0]}\` to be`);
  });
}
