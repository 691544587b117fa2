import { expect, test } from 'vitest';
import { startProgram, type Child } from './child.ts';

interface Case {
  readonly title: string;
  readonly plan: object;
  readonly act?: (child: Child) => void;
  readonly code: number;
  readonly out: readonly string[];
  readonly err?: string;
}

const db = { name: 'db' };
const api = { name: 'api', after: ['db'] };

const cases: readonly Case[] = [
  {
    title: 'SIGTERM stops dependents first and exits with 0',
    plan: { resources: [db, api] },
    act: (child) => child.kill('SIGTERM'),
    code: 0,
    out: ['started db', 'started api', 'ready', 'stopped api SIGTERM', 'stopped db SIGTERM'],
  },
  {
    title: 'SIGINT exits with the code given for it',
    plan: { resources: [db], options: { exitCodes: { SIGINT: 130 } } },
    act: (child) => child.kill('SIGINT'),
    code: 130,
    out: ['stopped db SIGINT'],
  },
  {
    title: 'a clean-up that fails exits with 1 and the others still stop',
    plan: { resources: [db, { ...api, stop: 'fail' }] },
    act: (child) => child.kill('SIGTERM'),
    code: 1,
    out: ['stopped db SIGTERM', 'report ["api error","db ok"]'],
  },
  {
    title: 'a clean-up that hangs is named, exits with 1 and the others still stop',
    plan: { resources: [db, { ...api, stop: 'hang' }] },
    act: (child) => child.kill('SIGTERM'),
    code: 1,
    out: ['stopped db SIGTERM', 'report ["api hung","db ok"]'],
  },
  {
    title: 'a signal while starting stops what had started and exits with 0',
    plan: { resources: [db, { ...api, start: 'hang' }] },
    act: (child) => child.kill('SIGTERM'),
    code: 0,
    out: ['started db', 'stopped db SIGTERM'],
  },
  {
    title: 'an uncaught exception drains and exits with 1, and the error is printed',
    plan: { resources: [db], crash: 'throw' },
    code: 1,
    out: ['stopped db uncaughtException'],
    err: 'nobody caught this',
  },
  {
    title: 'an unhandled rejection drains and exits with 1, and the error is printed',
    plan: { resources: [db], crash: 'reject' },
    code: 1,
    out: ['stopped db unhandledRejection'],
    err: 'nobody caught this',
  },
  {
    title: 'an uncaught exception with onUncaught off is left to Node',
    plan: { resources: [db], crash: 'throw', options: { onUncaught: 'off' } },
    code: 1,
    out: ['ready'],
    err: 'nobody caught this',
  },
  {
    title: 'a start that fails half-way stops what had started and exits with 1',
    plan: { resources: [db, { ...api, start: 'fail' }] },
    code: 1,
    out: ['started db', 'stopped db start-failed'],
    err: 'Resource "api" failed to start: api is broken.',
  },
];

for (const { title, plan, act, code, out, err } of cases) {
  test(`the process: ${title}`, async () => {
    await using child = startProgram('program', plan);
    await child.said(out.find((line) => line.startsWith('started')) ?? (act ? 'ready' : 'starting'));
    if (act && JSON.stringify(plan).includes('"start":"hang"')) act(child);
    else if (act) void child.said('ready').then(() => act(child));
    const exit = await child.exited;
    expect(exit).toMatchObject({ code, signal: null });
    let from = 0;
    for (const line of out) {
      const at = exit.out.indexOf(line, from);
      expect(at, `"${line}" in order in:\n${exit.out}`).toBeGreaterThanOrEqual(0);
      from = at;
    }
    expect(exit.err).toContain(err ?? '');
  });
}

const seconds = [
  { first: 'SIGTERM', second: 'SIGINT', code: 130 },
  { first: 'SIGINT', second: 'SIGTERM', code: 143 },
] as const;
for (const { first, second, code } of seconds) {
  test(`${second} after ${first} exits at once with ${code}`, async () => {
    await using child = startProgram('program', { resources: [{ name: 'db', stop: 'hang' }] });
    await child.said('ready');
    child.kill(first);
    await child.said('stopping db');
    child.kill(second);
    const exit = await child.exited;
    expect(exit.code).toBe(code);
    expect(exit.out).not.toContain('report');
  });
}

test('one Ctrl-C that arrives twice within a few milliseconds is one signal', async () => {
  await using child = startProgram('program', { resources: [db], stopMs: 150 });
  await child.said('ready');
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 10);
  expect(await child.exited).toMatchObject({ code: 0, signal: null });
});

test('the same signal again after 100 ms exits at once with 128 + its number', async () => {
  await using child = startProgram('program', { resources: [db], stopMs: 2_000, timeoutMs: 5_000 });
  await child.said('ready');
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 300);
  const exit = await child.exited;
  expect(exit.code).toBe(130);
  expect(exit.out).not.toContain('stopped db');
});

test('after graceMs the process exits with 1 and what had no turn is reported as skipped', async () => {
  const resources = ['a', 'b', 'c'].map((name, index, all) => ({ name, after: all.slice(0, index), stop: 'hang' }));
  await using child = startProgram('program', { resources, options: { graceMs: 300, lameDuckMs: 0 } });
  await child.said('ready');
  child.kill('SIGTERM');
  const exit = await child.exited;
  expect(exit.code).toBe(1);
  expect(exit.out).toContain('report ["c hung","b hung","a skipped"]');
});
