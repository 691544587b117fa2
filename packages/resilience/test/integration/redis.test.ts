import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { redis as redisServer, skipWithout, startRedis, type RedisServer } from '@seaworthy/test-services';
import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest';
import { memory, rateLimiter, redis, type RateLimiter, type RateLimitRule } from '../../src/index.ts';
import { startTaker, type Taker } from '../fixtures/processes.ts';
import { clientNames, connectRedis, type ClientName, type ConnectedClient } from '../support/redis-clients.ts';

let path = '';
let server: RedisServer;
const clients: ConnectedClient[] = [];
const takers: Taker[] = [];

beforeEach(async (context: TestContext) => {
  path = skipWithout(context, redisServer);
  server = await startRedis(path);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const taker of takers.splice(0)) taker.kill();
  if (path !== '') await server.stop();
});

async function connect(name: ClientName): Promise<ConnectedClient> {
  const client = await connectRedis(name, server.port);
  clients.push(client);
  return client;
}

/** A limiter as another process would have it: with a connection and a store of its own. */
async function instance(name: ClientName, rule: RateLimitRule, timeoutMs = 10_000): Promise<RateLimiter> {
  const { client } = await connect(name);
  return rateLimiter({ ...rule, store: redis(client, { timeoutMs, retryMs: 50 }) });
}

const rules: readonly RateLimitRule[] = [
  { kind: 'sliding-window', limit: 100, windowMs: 600_000 },
  { kind: 'token-bucket', perSec: 0.000_1, burst: 100 },
];
for (const rule of rules) {
  test(`50 instances of both clients at once take exactly what a ${rule.kind} allows`, async () => {
    const instances = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => instance(index % 2 === 0 ? 'ioredis' : 'redis', rule)),
    );
    const decisions = await Promise.all(
      instances.flatMap((each) => Array.from({ length: 10 }, async () => each.take('key'))),
    );
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(100);
    const refused = decisions.find(({ allowed }) => !allowed);
    expect(refused?.remaining).toBe(0);
    expect(refused?.retryAfterMs).toBeGreaterThan(500_000);
  });
}

test('50 processes, whose clocks are hours apart, share one limit exactly', { timeout: 300_000 }, async () => {
  const [rule = {}] = rules;
  const indexes = Array.from({ length: 50 }, (_, index) => index);
  // Some at a time: fifty programs that begin together would wait for each other's processor.
  while (indexes.length > 0) {
    const started = indexes.splice(0, 10).map(async (index) => {
      const skewMs = (index - 25) * 3_600_000;
      return startTaker('taker.ts', [String(server.port), '1', '10', String(skewMs), JSON.stringify(rule)]);
    });
    takers.push(...(await Promise.all(started)));
  }
  const allowed = await Promise.all(takers.map(async (taker) => taker.go()));
  expect(allowed).toHaveLength(50);
  expect(allowed.reduce((sum, each) => sum + each, 0)).toBe(100);
});

for (const name of clientNames) {
  test(`what was taken comes back with time, and keys do not stay for ever (${name})`, async () => {
    const window = await instance(name, { kind: 'sliding-window', limit: 2, windowMs: 50 });
    const bucket = await instance(name, { kind: 'token-bucket', perSec: 20, burst: 1 });
    expect([await window.take('w', 2), await bucket.take('b')]).toMatchObject([{ allowed: true }, { allowed: true }]);
    await expect.poll(async () => (await window.take('w')).allowed, { interval: 10 }).toBe(true);
    await expect.poll(async () => (await bucket.take('b')).allowed, { interval: 10 }).toBe(true);
    for (const key of ['rate:window:w', 'rate:bucket:b']) {
      // It has an end, or is gone already; -1 would be a key that stays.
      expect(Number(await clients[0]?.send('PTTL', key))).not.toBe(-1);
    }
  });

  test(`when Redis is killed the limits of this process hold, and shared ones when it is back (${name})`, async () => {
    const rule: RateLimitRule = { kind: 'sliding-window', limit: 2, windowMs: 600_000 };
    const failures: unknown[] = [];
    const hear = (message: unknown): unknown => failures.push(message);
    subscribe('seaworthy:resilience:store-failed', hear);
    const one = await instance(name, rule);
    expect((await one.take()).allowed).toBe(true);
    const { port } = server;
    await server.stop();
    const away = [await one.take(), await one.take(), await one.take(), await one.take()];
    expect(away.map(({ allowed }) => allowed)).toEqual([true, true, false, false]);
    expect(failures.length).toBeGreaterThan(0);
    server = await startRedis(path, port);
    // The new server knows nothing of the script and of what was taken: it gives two, and the rest is refused.
    await expect.poll(async () => (await one.take()).allowed, { interval: 20, timeout: 20_000 }).toBe(true);
    const two = await instance(name, rule);
    const shared = [await two.take(), await two.take(), await one.take()];
    unsubscribe('seaworthy:resilience:store-failed', hear);
    expect(shared.map(({ allowed }) => allowed)).toEqual([true, false, false]);
  });
}

interface Step {
  readonly cost: number;
  readonly allowed: boolean;
  readonly remaining: number;
  readonly waitsAbout: number;
}

const conformance: readonly { readonly rule: RateLimitRule; readonly steps: readonly Step[] }[] = [
  {
    rule: { kind: 'token-bucket', perSec: 0.01, burst: 5 },
    steps: [
      { cost: 2, allowed: true, remaining: 3, waitsAbout: 0 },
      { cost: 4, allowed: false, remaining: 3, waitsAbout: 100_000 },
      { cost: 2.5, allowed: true, remaining: 0, waitsAbout: 0 },
      { cost: 1, allowed: false, remaining: 0, waitsAbout: 50_000 },
    ],
  },
  {
    rule: { kind: 'token-bucket', perSec: 0.001 },
    steps: [
      { cost: 1, allowed: true, remaining: 0, waitsAbout: 0 },
      { cost: 1, allowed: false, remaining: 0, waitsAbout: 1_000_000 },
    ],
  },
  {
    rule: { kind: 'sliding-window', limit: 3, windowMs: 600_000 },
    steps: [
      { cost: 1, allowed: true, remaining: 2, waitsAbout: 0 },
      { cost: 3, allowed: false, remaining: 2, waitsAbout: 600_000 },
      { cost: 2, allowed: true, remaining: 0, waitsAbout: 0 },
      { cost: 1, allowed: false, remaining: 0, waitsAbout: 600_000 },
    ],
  },
];
for (const { rule, steps } of conformance) {
  for (const where of ['memory', ...clientNames] as const) {
    test(`${JSON.stringify(rule)} decides by the same table in ${where}`, async () => {
      const limiter = where === 'memory' ? rateLimiter({ ...rule, store: memory() }) : await instance(where, rule);
      for (const { cost, allowed, remaining, waitsAbout } of steps) {
        const decision = await limiter.take('k', cost);
        expect(decision).toMatchObject({ allowed, remaining });
        expect(decision.retryAfterMs).toBeLessThanOrEqual(waitsAbout);
        expect(decision.retryAfterMs).toBeGreaterThanOrEqual(waitsAbout * 0.9);
      }
    });
  }
}

test('rules of both kinds may share a key, and a rule may change', async () => {
  const { client } = await connect('redis');
  for (const store of [memory(), redis(client, { timeoutMs: 10_000 })]) {
    const take = async (rule: RateLimitRule): Promise<boolean> =>
      (await rateLimiter({ ...rule, store }).take('same')).allowed;
    expect(await take({ kind: 'token-bucket', perSec: 0.001, burst: 1 })).toBe(true);
    expect(await take({ kind: 'sliding-window', limit: 1, windowMs: 600_000 })).toBe(true);
    expect(await take({ kind: 'sliding-window', limit: 1, windowMs: 600_000 })).toBe(false);
    expect(await take({ kind: 'sliding-window', limit: 2, windowMs: 600_000 })).toBe(true);
  }
});
