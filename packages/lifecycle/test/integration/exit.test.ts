import { expect, test } from 'vitest';
import { startProgram, type Child } from './child.ts';

interface Case {
  readonly title: string;
  readonly plan: object;
  readonly act?: (child: Child) => void;
  /** What the program has said when the act begins. @default 'ready' */
  readonly when?: string;
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
    title: 'a signal while something starts that heeds its signal stops what had started and exits with 0',
    plan: { resources: [db, { ...api, start: 'polite' }] },
    act: (child) => child.kill('SIGTERM'),
    when: 'waiting api',
    code: 0,
    out: ['started db', 'stopped db SIGTERM', 'report ["db ok"]'],
  },
  {
    title: 'a signal while something starts that heeds nothing stops what had started, names it and exits with 1',
    plan: { resources: [db, { ...api, start: 'hang' }], logs: true },
    act: (child) => child.kill('SIGTERM'),
    when: 'waiting api',
    code: 1,
    out: ['started db', 'stopped db SIGTERM', 'report ["api hung","db ok"]'],
    err: '"resource":"api","outcome":"hung"',
  },
  {
    title: 'a start that hangs is given up on, and what had started is stopped',
    plan: { resources: [db, { ...api, start: 'hang', startTimeoutMs: 300 }] },
    code: 1,
    out: ['started db', 'stopped db start-failed', 'report ["api hung","db ok"]'],
    err: 'Resource "api" did not start within 300 ms.',
  },
  {
    title: 'SIGHUP stops like the others when it is asked for',
    plan: { resources: [db], options: { signals: ['SIGHUP'], exitCodes: { SIGHUP: 129 } } },
    act: (child) => child.kill('SIGHUP'),
    code: 129,
    out: ['stopped db SIGHUP'],
  },
  {
    title: 'an exit code for a signal does not hide a clean-up that failed',
    plan: { resources: [{ ...db, stop: 'fail' }], options: { exitCodes: { SIGINT: 130 } } },
    act: (child) => child.kill('SIGINT'),
    code: 1,
    out: ['report ["db error"]'],
  },
  {
    title: 'the state and readiness have changed when the handler of the signal returns, and liveness has not',
    plan: { resources: [db], stopMs: 50 },
    act: (child) => child.kill('SIGTERM'),
    code: 0,
    out: ['state draining', 'ready is down', 'live is up', 'stopped db'],
  },
  {
    title: 'what hangs is in the log as soon as it hangs, with its name',
    plan: { resources: [db, { ...api, stop: 'hang' }], logs: true },
    act: (child) => child.kill('SIGTERM'),
    code: 1,
    out: ['stopping api', 'stopping db', 'report ["api hung","db ok"]'],
    err: '{"message":"did not stop cleanly","resource":"api","outcome":"hung"',
  },
  {
    title: 'an exception that a stop lets loose is printed, the rest stops, and the code is 1',
    plan: { resources: [db, { ...api, stop: 'throw later' }], stopMs: 50 },
    act: (child) => child.kill('SIGTERM'),
    code: 1,
    out: ['stopped api SIGTERM', 'stopped db SIGTERM', 'report ["api ok","db ok"]'],
    err: 'api exploded',
  },
  {
    title: 'an uncaught exception during a start stops what had started and exits with 1',
    plan: { resources: [db, { ...api, start: 'polite' }], crash: 'early' },
    code: 1,
    out: ['started db', 'stopped db uncaughtException'],
    err: 'nobody caught this',
  },
  {
    title: 'what keeps the process alive is reported by name',
    plan: { resources: [db] },
    act: (child) => child.kill('SIGTERM'),
    code: 0,
    out: ['left {"work":[],"connections":{},"handles":{', '"Timeout":1'],
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

for (const { title, plan, act, when = 'ready', code, out, err } of cases) {
  test(`the process: ${title}`, async () => {
    await using child = startProgram('program', plan);
    if (act) {
      await child.said(when);
      act(child);
    }
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

test('one Ctrl-C that arrives twice is one signal, also when the second waits behind a computation', async () => {
  await using child = startProgram('program', {
    resources: [{ name: 'db', stop: 'press again and compute' }],
    options: { graceMs: 120_000 },
    timeoutMs: 90_000,
  });
  await child.said('ready');
  child.kill('SIGINT');
  const exit = await child.exited;
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.out).toContain('stopped db');
});

test('the same signal again after 100 ms exits at once with 128 + its number, also when nothing happens in between', async () => {
  await using child = startProgram('program', {
    resources: [{ ...db, stop: 'press again and idle' }],
    options: { graceMs: 20_000 },
    timeoutMs: 10_000,
  });
  await child.said('ready');
  child.kill('SIGINT');
  const exit = await child.exited;
  expect(exit.code).toBe(130);
  expect(exit.out).not.toContain('report');
});

test('a second signal names in the log what was not waited for', async () => {
  await using child = startProgram('program', {
    resources: [db, { ...api, stop: 'hang' }],
    timeoutMs: 1_500,
    logs: true,
  });
  await child.said('ready');
  child.kill('SIGTERM');
  await child.said('stopping api');
  child.kill('SIGINT');
  const exit = await child.exited;
  expect(exit.code).toBe(130);
  expect(exit.err).toContain('{"message":"not waiting any longer","signal":"SIGINT","unfinished":["db","api"]}');
});

for (const { path, reason } of [
  { path: '/throw', reason: 'uncaughtException' },
  { path: '/reject', reason: 'unhandledRejection' },
]) {
  test(`${reason} in the middle of a request: the request is answered whole, then the process exits with 1`, async () => {
    await using child = startProgram('program', { resources: [db], answerMs: 150 });
    const port = /ready (\d+)/.exec(await child.said('ready '))?.[1];
    const ask = async (one: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${one}`)).text();
    const beside = ask('/beside');
    await child.said('serving /beside');
    const broken = ask(path);
    expect(await Promise.all([broken, beside])).toEqual(['answered whole', 'answered whole']);
    const exit = await child.exited;
    expect(exit).toMatchObject({ code: 1, signal: null, err: expect.stringContaining('nobody caught this') });
    expect(exit.out).toMatch(/stopped api\n[^]*stopped db \w+/);
    expect(exit.out).toContain(`stopped db ${reason}`);
  });
}

test('a closed stdout that is written to drains and exits with 1, and few of the errors are printed', async () => {
  await using child = startProgram('program', { resources: [db], crash: 'write', stopMs: 100 });
  await child.said('ready');
  child.closePipe('stdout');
  const exit = await child.exited;
  expect(exit).toMatchObject({ code: 1, signal: null, err: expect.stringContaining('EPIPE') });
  expect(exit.err.match(/uncaughtException: /g)?.length).toBeLessThanOrEqual(20);
});

test('a closed stderr that is written to drains and exits with 1, without turning in circles', async () => {
  await using child = startProgram('program', { resources: [db], crash: 'write error', stopMs: 100 });
  await child.said('ready');
  child.closePipe('stderr');
  const exit = await child.exited;
  expect(exit).toMatchObject({ code: 1, signal: null, out: expect.stringContaining('stopped db uncaughtException') });
});

test('however many hang, each has its turn within graceMs, and the process exits with 1', async () => {
  const resources = ['a', 'b', 'c'].map((name, index, all) => ({ name, after: all.slice(0, index), stop: 'hang' }));
  await using child = startProgram('program', { resources, options: { graceMs: 300, lameDuckMs: 0 } });
  await child.said('ready');
  child.kill('SIGTERM');
  const exit = await child.exited;
  expect(exit.code).toBe(1);
  expect(exit.out).toContain('report ["c hung","b hung","a hung"]');
});
