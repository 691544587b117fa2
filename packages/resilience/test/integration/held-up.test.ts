// Node runs timers before it reads from sockets. When the event loop is held up, an answer that came in time lies in its socket
// while the time limit passes: it must be found there, and the other side must not be blamed.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResilience, rateLimiter, redis, type Resilience } from '../../src/index.ts';

const limitMs = 40;

let server: Worker;
let sent: Int32Array;
let url: string;
let r: Resilience;

beforeEach(async () => {
  sent = new Int32Array(new SharedArrayBuffer(4));
  server = new Worker(new URL('../fixtures/answerer.ts', import.meta.url), { workerData: sent });
  const [port] = await once(server, 'message');
  url = `http://127.0.0.1:${port}/`;
  r = createResilience();
});
afterEach(async () => {
  await r.close();
  await server.terminate();
});

/** Holds up the event loop until the limits of calls that began before have passed. */
function holdUp(): void {
  const until = performance.now() + 2 * limitMs;
  while (performance.now() < until);
}

/** A task that reads an answer, whose rest is sent while the event loop is held up until it is there and the limit has passed. */
async function heldUpTask(): Promise<() => Promise<string>> {
  const response = await fetch(url);
  return async () => {
    const text = response.text();
    // Whoever starts a wait may do so just after it has started the task.
    await Promise.resolve();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    server.postMessage('answer');
    expect(Atomics.wait(sent, 0, 0, 20_000)).not.toBe('timed-out');
    holdUp();
    return text;
  };
}

test('an attempt whose answer has come is not timed out, and not made again', async () => {
  const pipeline = r.pipeline('p', { retry: {}, attemptTimeoutMs: limitMs, breaker: {} });
  expect(await pipeline.execute(await heldUpTask())).toBe('answer');
  expect(pipeline.status()).toMatchObject({ succeeded: 1, retries: 0, timeouts: 0 });
  expect(pipeline.breaker?.counts).toMatchObject({ total: 1, failed: 0 });
});

test('a call whose answer has come is within its total limit', async () => {
  const pipeline = r.pipeline('p', { totalTimeoutMs: limitMs });
  expect(await pipeline.execute(await heldUpTask())).toBe('answer');
});

test('a target whose answer has come is healthy, and the failover does not go on to the next', async () => {
  const fo = r.failover({ primary: 'a', fallbacks: ['b'], attemptTimeoutMs: limitMs, health: { threshold: 1 } });
  const task = await heldUpTask();
  expect(await fo.execute(async ({ target }) => (target === 'a' ? task() : target))).toBe('answer');
  expect(fo.status()[0]).toMatchObject({ healthy: true, failures: 0 });
});

test('a call whose answer has come is not hedged', async () => {
  const pipeline = r.pipeline('p', { hedge: { afterMs: limitMs } });
  let attempts = 0;
  const task = await heldUpTask();
  const result = await pipeline.execute(async () => {
    attempts += 1;
    return task();
  });
  expect([result, attempts]).toEqual(['answer', 1]);
});

test('a value that has come is kept by the cache', async () => {
  const cache = r.cache<string>({ ttlMs: 60_000, loadTimeoutMs: limitMs });
  expect(await cache.get('k', await heldUpTask())).toBe('answer');
});

test('a decision that has come from a shared limit counts', async () => {
  const task = await heldUpTask();
  const client = { call: async (): Promise<unknown> => task().then(() => [0, 0, '1000']) };
  const limiter = rateLimiter({ kind: 'token-bucket', perSec: 1, store: redis(client, { timeoutMs: limitMs }) });
  expect((await limiter.take()).allowed).toBe(false);
});

test('calls that have no answer are over all the same, all of them that are due', async () => {
  const pipeline = r.pipeline('p', { attemptTimeoutMs: limitMs });
  const calls = Array.from({ length: 3 }, async () => pipeline.execute(async () => new Promise<never>(() => {})));
  holdUp();
  const settled = await Promise.allSettled(calls);
  expect(settled).toMatchObject(calls.map(() => ({ reason: { code: 'seaworthy.resilience.TIMED_OUT' } })));
});
