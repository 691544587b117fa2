// A shared limit on a cluster: each key is counted by the server that has its slot, whichever client asks.
import { execFileSync } from 'node:child_process';
import { freePort, redis as redisServer, skipWithout, startRedis, type RedisServer } from '@seaworthy/test-services';
import { afterEach, beforeEach, expect, test, vi, type TestContext } from 'vitest';
import { rateLimiter, redis, type RateLimiter, type RedisClient } from '../../src/index.ts';
import { connectRedis } from '../support/redis-clients.ts';

let servers: RedisServer[] = [];
const undo: (() => void)[] = [];

/** Two servers with half of the slots each. */
beforeEach(async (context: TestContext) => {
  servers = [];
  const path = skipWithout(context, redisServer);
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
  if (Number(/v=(\d+)/.exec(version)?.[1]) < 7)
    context.skip(`a cluster is made with commands of Redis 7, this is ${version}`);
  const slots = [
    ['0', '8191'],
    ['8192', '16383'],
  ] as const;
  for (const range of slots) {
    const port = await freePort();
    const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort(port))];
    servers.push(await startRedis(path, port, settings));
    await send(port, 'CLUSTER', 'ADDSLOTSRANGE', ...range);
  }
  const [one, two] = servers.map(({ port }) => port);
  if (one === undefined || two === undefined) return;
  await send(two, 'CLUSTER', 'MEET', '127.0.0.1', String(one), String(busPort(one)));
  for (const port of [one, two]) {
    await vi.waitUntil(
      async () => /cluster_state:ok[^]*cluster_known_nodes:2/.test(String(await send(port, 'CLUSTER', 'INFO'))),
      { timeout: 20_000 },
    );
  }
});

/** By itself it would be 10,000 above, where there may be no port. */
function busPort(port: number): number {
  return port > 55_535 ? port - 10_000 : port + 10_000;
}
afterEach(async () => {
  for (const each of undo.splice(0)) each();
  for (const server of servers) await server.stop();
});

async function send(port: number, ...words: string[]): Promise<unknown> {
  const { send: ask, close } = await connectRedis('redis', port);
  try {
    return await ask(...words);
  } finally {
    close();
  }
}

async function ioredisCluster(): Promise<RedisClient> {
  const { Cluster } = await import('ioredis');
  const nodes = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  const cluster = new Cluster(nodes, { lazyConnect: true });
  cluster.on('error', () => {});
  undo.push(() => cluster.disconnect());
  await cluster.connect();
  return cluster;
}

async function nodeRedisCluster(): Promise<RedisClient> {
  const { createCluster } = await import('@redis/client');
  const cluster = createCluster({ rootNodes: servers.map(({ url }) => ({ url })) });
  cluster.on('error', () => {});
  undo.push(() => cluster.destroy());
  await cluster.connect();
  return { sendCommand: async (words) => cluster.sendCommand(words[3], false, words) };
}

function limiterOf(client: RedisClient): RateLimiter {
  const fallback = {
    take: () => {
      throw new Error('the cluster did not answer');
    },
  };
  const store = redis(client, { timeoutMs: 60_000, fallback });
  return rateLimiter({ kind: 'sliding-window', limit: 1, windowMs: 600_000, store });
}

test('the clients of both libraries share the limit of every key, also after the scripts were forgotten', async () => {
  const [one, two] = [limiterOf(await ioredisCluster()), limiterOf(await nodeRedisCluster())];
  const keys = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  for (const key of keys) expect((await one.take(key)).allowed).toBe(true);
  for (const { port } of servers) {
    expect(await send(port, 'DBSIZE')).toBeGreaterThan(0);
    await send(port, 'SCRIPT', 'FLUSH');
  }
  for (const key of keys) {
    expect([(await two.take(key)).allowed, (await one.take(key)).allowed]).toEqual([false, false]);
  }
});

test('keys with a hash tag are counted by one server, each for itself', async () => {
  const limiter = limiterOf(await nodeRedisCluster());
  for (const key of ['{shop}:a', '{shop}:b', '{shop}:c']) {
    expect([(await limiter.take(key)).allowed, (await limiter.take(key)).allowed]).toEqual([true, false]);
  }
  const sizes = await Promise.all(servers.map(async ({ port }) => send(port, 'DBSIZE')));
  expect(sizes.map(Number).toSorted((a, b) => a - b)).toEqual([0, 3]);
});
