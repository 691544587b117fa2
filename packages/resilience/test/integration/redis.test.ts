import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest';
import { rateLimiter, redisStore, type RateLimiter, type RateLimitRule } from '../../src/index.ts';
import { findRedis, startRedis, TinyRedis, type RedisServer } from '../fixtures/redis.ts';

let server: RedisServer | undefined;
let clients: TinyRedis[] = [];

beforeEach(async (context: TestContext) => {
  const found = findRedis();
  if ('reason' in found) return context.skip(`needs Redis: ${found.reason}`);
  server = await startRedis(found.path);
  return undefined;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.stop();
});

/** A limiter as another process would have it: with a connection and a store of its own. */
function instance(rule: RateLimitRule): RateLimiter {
  const client = new TinyRedis(server?.port ?? 0);
  clients.push(client);
  return rateLimiter({ ...rule, store: redisStore(client, { timeoutMs: 10_000 }) });
}

const rules: readonly RateLimitRule[] = [
  { kind: 'sliding-window', limit: 100, windowMs: 600_000 },
  { kind: 'token-bucket', perSec: 0.000_1, burst: 100 },
];
for (const rule of rules) {
  test(`50 instances at once take exactly what a ${rule.kind} allows`, async () => {
    const instances = Array.from({ length: 50 }, () => instance(rule));
    const decisions = await Promise.all(
      instances.flatMap((each) => Array.from({ length: 10 }, async () => each.take('key'))),
    );
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(100);
    const refused = decisions.find(({ allowed }) => !allowed);
    expect(refused?.remaining).toBe(0);
    expect(refused?.retryAfterMs).toBeGreaterThan(500_000);
  });
}

test('what was taken comes back with time, and keys do not stay for ever', async () => {
  const window = instance({ kind: 'sliding-window', limit: 2, windowMs: 50 });
  expect([await window.take('w', 2), await window.take('w')]).toMatchObject([
    { allowed: true, remaining: 0, retryAfterMs: 0 },
    { allowed: false, remaining: 0 },
  ]);
  const bucket = instance({ kind: 'token-bucket', perSec: 20, burst: 1 });
  expect([await bucket.take('b'), await bucket.take('b')]).toMatchObject([{ allowed: true }, { allowed: false }]);
  await expect.poll(async () => (await window.take('w')).allowed, { interval: 10 }).toBe(true);
  await expect.poll(async () => (await bucket.take('b')).allowed, { interval: 10 }).toBe(true);
  const client = clients[0];
  for (const key of ['rate:w', 'rate:b']) expect(Number(await client?.command('PTTL', key))).toBeGreaterThan(0);
});

test('when Redis goes away the limit of this process holds', async () => {
  const limiter = instance({ kind: 'sliding-window', limit: 2, windowMs: 60_000 });
  expect((await limiter.take()).allowed).toBe(true);
  await server?.stop();
  const decisions = [await limiter.take(), await limiter.take(), await limiter.take()];
  expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false]);
});
