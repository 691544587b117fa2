// A balancer and a failover in front of real HTTP servers that are slow, reset connections, answer 500 and swallow requests.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResilience, type Resilience } from '../../src/index.ts';
import { startFlakyServer, type FlakyServer, type Mood } from '../fixtures/flaky-server.ts';
import { startLoopClock, type LoopClock } from '../support/loop-clock.ts';

let servers: readonly FlakyServer[] = [];
let clock: LoopClock;
let r: Resilience;

beforeEach(async () => {
  servers = await Promise.all(['a', 'b', 'c'].map(async (name) => startFlakyServer(name)));
  // The servers live in this process: while it is held up they cannot answer, and no time passes for the limits of their callers.
  clock = startLoopClock();
  r = createResilience({ clock });
});
afterEach(async () => {
  await r.close();
  clock[Symbol.dispose]();
  for (const server of servers) await server[Symbol.asyncDispose]();
});

async function get({ target, signal }: { target: FlakyServer; signal: AbortSignal }): Promise<string> {
  const response = await fetch(target.url, { signal });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}`);
  return text;
}

interface Run {
  readonly errors: number;
  readonly worstMs: number;
  readonly answers: Readonly<Record<string, number>>;
}

/** Many calls, ten at a time. */
async function load(calls: number, call: () => Promise<string>): Promise<Run> {
  const answers: Record<string, number> = {};
  let errors = 0;
  let worstMs = 0;
  let left = calls;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const startedAt = clock.now();
      try {
        const answer = await call();
        answers[answer] = (answers[answer] ?? 0) + 1;
      } catch {
        errors += 1;
      }
      worstMs = Math.max(worstMs, clock.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
  return { errors, worstMs, answers };
}

const attemptTimeoutMs = 400;

/** What a call may take on top of its time limits: its own work, which is none of a clock that stands still meanwhile. */
const slackMs = 500;

const moods: readonly Mood[] = [
  { kind: 'resets', share: 0.2 },
  { kind: 'fails', share: 0.2 },
  { kind: 'swallows', share: 0.05 },
  { kind: 'slow', ms: 600_000, share: 0.05 },
];
for (const mood of moods) {
  test(`a balancer inside a pipeline answers every call while one of three ${mood.kind}`, async () => {
    const [sick] = servers;
    if (sick) sick.mood = mood;
    const lb = r.balancer('lb', servers, { attemptTimeoutMs, health: { threshold: 5, intervalMs: 60_000 } });
    const pipeline = r.pipeline('p', { retry: { max: 3, firstMs: 1, maxMs: 20 } });
    const { errors, worstMs } = await load(300, async () =>
      pipeline.execute(async ({ signal }) => lb.execute(get, signal)),
    );
    const requests = servers.reduce((sum, server) => sum + server.requests, 0);
    expect(errors).toBe(0);
    expect(requests).toBeLessThanOrEqual(300 * 1.2);
    expect(requests).toBeGreaterThan(300);
    expect(worstMs).toBeLessThan(4 * attemptTimeoutMs + slackMs);
  });
}

const illnesses: readonly Mood[] = [
  { kind: 'resets', share: 1 },
  { kind: 'fails', share: 1 },
  { kind: 'swallows', share: 1 },
];
for (const mood of illnesses) {
  test(`a target that ${mood.kind} goes out after its threshold, and comes back when it is well`, async () => {
    const [sick] = servers;
    if (sick === undefined) return;
    const lb = r.balancer('lb', servers, { attemptTimeoutMs, health: { threshold: 3, intervalMs: 200 } });
    sick.mood = mood;
    for (let call = 0; call < 9; call += 1) await Promise.allSettled([lb.execute(get)]);
    expect(lb.status()).toMatchObject([{ healthy: false, failures: 3 }, { healthy: true }, { healthy: true }]);
    expect(r.health()).toMatchObject({ status: 'degraded', parts: [{ kind: 'balancer', status: 'degraded' }] });
    const before = sick.requests;
    const { errors, answers } = await load(40, async () => lb.execute(get));
    // Trials, of which there is one in each interval, are the only calls that can fail.
    expect(errors).toBe(sick.requests - before);
    expect(Math.abs((answers['b'] ?? 0) - (answers['c'] ?? 0))).toBeLessThanOrEqual(2);
    sick.mood = { kind: 'well' };
    await expect
      .poll(async () => {
        await Promise.allSettled([lb.execute(get)]);
        return lb.status()[0]?.healthy;
      })
      .toBe(true);
    expect(Object.keys((await load(30, async () => lb.execute(get))).answers).toSorted()).toEqual(['a', 'b', 'c']);
    expect(r.health().status).toBe('ok');
  });

  test(`a failover whose primary ${mood.kind} answers every call from the next, and returns`, async () => {
    const [primary, ...fallbacks] = servers;
    if (primary === undefined) return;
    const fo = r.failover('fo', { primary, fallbacks, attemptTimeoutMs, health: { threshold: 3, intervalMs: 200 } });
    primary.mood = mood;
    const { errors, worstMs, answers } = await load(60, async () => fo.execute(get));
    expect(errors).toBe(0);
    expect(answers).toEqual({ b: 60 });
    expect(worstMs).toBeLessThan(attemptTimeoutMs + slackMs);
    primary.mood = { kind: 'well' };
    await expect.poll(async () => fo.execute(get)).toBe('a');
    expect(await load(20, async () => fo.execute(get))).toMatchObject({ errors: 0, answers: { a: 20 } });
  });
}

test('a pipeline around a balancer takes a target out that swallows its attempts, by its own time limit', async () => {
  const [sick] = servers;
  if (sick) sick.mood = { kind: 'swallows', share: 1 };
  const lb = r.balancer('lb', servers, { health: { threshold: 2, intervalMs: 60_000 } });
  const pipeline = r.pipeline('p', { retry: { max: 2, firstMs: 1 }, attemptTimeoutMs });
  const { errors } = await load(60, async () => pipeline.execute(async ({ signal }) => lb.execute(get, signal)));
  expect(errors).toBe(0);
  expect(lb.status()[0]).toMatchObject({ healthy: false });
});

test('a breaker in front of a server that is down keeps most calls from it, and closes when it is back', async () => {
  const [sick] = servers;
  if (sick === undefined) return;
  sick.mood = { kind: 'fails', share: 1 };
  const pipeline = r.pipeline('p', {
    breaker: { minCalls: 10, openMs: 100, halfOpen: { calls: 1 } },
    attemptTimeoutMs,
  });
  const call = async (): Promise<string> => pipeline.execute(async ({ signal }) => get({ target: sick, signal }));
  expect((await load(200, call)).errors).toBe(200);
  expect(sick.requests).toBeLessThan(100);
  sick.mood = { kind: 'well' };
  await expect.poll(async () => Promise.allSettled([call()]).then(() => pipeline.breaker?.state)).toBe('closed');
  expect((await load(50, call)).errors).toBe(0);
});
