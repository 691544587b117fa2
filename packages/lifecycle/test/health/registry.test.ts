import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHealth, type OwnedHealth } from '../../src/health/registry.ts';
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

test('a check that asks for itself waits in vain, and runs once', async () => {
  let runs = 0;
  const check: Check = () => {
    runs += 1;
    return health.check('own');
  };
  health.add('own', check, { groups: ['own'], timeoutMs: 50 });
  const asked = health.check('own');
  await vi.advanceTimersByTimeAsync(50);
  expect(await asked).toMatchObject({ checks: [{ status: 'down', error: 'No answer within 50 ms.' }] });
  expect(runs).toBe(1);
});

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
  const now = new Date().toISOString();
  const error = 'No answer within 500 ms.';
  expect((await report).checks[1]).toEqual({
    name: 'db',
    status: 'down',
    durationMs: 500,
    since: now,
    checkedAt: now,
    error,
    lastFailure: { error, at: now },
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

for (const [name, check, options, message] of [
  ['', fails, {}, 'Expected `name` to be a text that is not empty'],
  ['db', undefined, {}, 'Expected `check` to be a function, got `undefined`'],
  ['db', fails, { groups: 'ready' }, 'Expected `groups` to be a list of names, got `ready`'],
  ['db', fails, { groups: [''] }, 'Expected `groups` to be a text that is not empty'],
  ['db', fails, { critical: 'no' }, 'Expected `critical` to be true or false, got `no`'],
] as const) {
  test(`a check with ${message.slice(9, 60)}… is refused otherwise, with a coded error`, () => {
    const add = health.add as (name: unknown, check: unknown, options: unknown) => unknown;
    expect(() => add(name, check, options)).toThrow(
      expect.objectContaining({
        code: 'seaworthy.lifecycle.INVALID_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });
}

test('since tells when the status changed, checkedAt when the check ran, and the last failure stays after it', async () => {
  const startedAt = Date.now();
  let isBroken = false;
  health.add('db', () => isBroken && Promise.reject(new Error('gone')), { ttlMs: 0 });
  const at = (ms: number): string => new Date(startedAt + ms).toISOString();
  const ask = async (): Promise<object | undefined> => (await health.check()).checks[1];
  expect(await ask()).toMatchObject({ status: 'up', since: at(0), checkedAt: at(0) });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ask()).toMatchObject({ status: 'up', since: at(0), checkedAt: at(1_000) });
  isBroken = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ask()).toMatchObject({
    status: 'down',
    since: at(2_000),
    lastFailure: { error: 'gone', at: at(2_000) },
  });
  isBroken = false;
  await vi.advanceTimersByTimeAsync(1_000);
  const recovered = await ask();
  expect(recovered).toMatchObject({ status: 'up', since: at(3_000), lastFailure: { error: 'gone', at: at(2_000) } });
  expect(recovered).not.toHaveProperty('error');
});

test('an answer that cannot be read counts as a failure, and the next run is a new one', async () => {
  const answers = [
    new Proxy(
      {},
      {
        has() {
          throw new Error('closed to readers');
        },
      },
    ),
    {},
  ];
  health.add('odd', () => answers.shift(), { ttlMs: 0 });
  expect((await health.check()).checks[1]).toMatchObject({ status: 'down', error: 'closed to readers' });
  expect((await health.check()).checks[1]).toMatchObject({ status: 'up' });
});

test('what has been stopped leaves no run behind: its signal aborts and its timer is gone', async () => {
  let seen: AbortSignal | undefined;
  health.add('db', (signal) => never((seen = signal)), { timeoutMs: 60_000 });
  const report = health.check();
  expect(vi.getTimerCount()).toBe(1);
  (health as OwnedHealth).abort();
  expect(seen?.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect((await report).checks[1]).toMatchObject({ error: 'The lifecycle stopped before the check answered.' });
});

test('removing a check that runs ends its run', async () => {
  const undo = health.add('db', never, { timeoutMs: 60_000 });
  const report = health.check();
  undo();
  expect((await report).checks[1]).toMatchObject({ status: 'down' });
  expect(vi.getTimerCount()).toBe(0);
});

test('a group is as bad as its worst critical check, and no worse than degraded by the others', async () => {
  health.add('cache', fails, { critical: false, groups: ['a', 'b'] });
  health.add('db', fails, { groups: ['b'] });
  health.add('queue', () => degraded('behind'), { groups: ['a', 'b', 'c'] });
  const statuses = await Promise.all(['a', 'b', 'c'].map(async (group) => (await health.check(group)).status));
  expect(statuses).toEqual(['degraded', 'down', 'degraded']);
});
