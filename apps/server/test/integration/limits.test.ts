// Two servers that share nothing but a Redis.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import {
  nginx,
  redis as redisServer,
  skipWithout,
  startNginx,
  startRedis,
  type RedisServer,
} from '@seaworthy/test-services';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, onTestFinished, test, type TestContext } from 'vitest';
import { askMarket } from '../support/market-client.ts';
import { push, reportBody } from '../support/report.ts';
import { manage, runServer, type RunningServer } from '../support/run-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const patience = { timeout: 30_000, interval: 20 };
const password = 'only-redis-may-know';
/** The address that a balancer of these tests has; all else comes from 127.0.0.1. */
const balancerAddress = '127.0.0.9';
const balancerConfig = readFileSync(new URL('../../../../deploy/docker/balancer.conf', import.meta.url), 'utf8');
let store: RedisServer | undefined;
let one: RunningServer;
let two: RunningServer;

// Once: a skipped test needs a context, and `beforeAll` has none.
beforeEach(async (context) => {
  if (store !== undefined) return forgetAll(store);
  store = await startStore(context);
  const variables = {
    SEAWORTHY_REDIS_URL: addressOf(store.port),
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '3',
    SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '4',
    SEAWORTHY_TRUSTED_PROXIES: `${balancerAddress}/32`,
  };
  [one, two] = await Promise.all([runServer(variables), runServer(variables)]);
}, 60_000);

afterAll(async () => {
  if (store === undefined) return;
  await Promise.all([one.stop(), two.stop()]);
  await store.stop();
});

const startStore = (context: Pick<TestContext, 'skip'>, port?: number): Promise<RedisServer> =>
  startRedis(skipWithout(context, redisServer), port, ['--requirepass', password]);
const addressOf = (port: number): string => `redis://:${password}@127.0.0.1:${port}`;

async function forgetAll({ port }: RedisServer): Promise<void> {
  const client = new Redis(addressOf(port));
  await client.flushall();
  client.disconnect();
}

async function signIn({ url }: RunningServer, name: string): Promise<Response> {
  return fetch(`${url}/npm/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: 'a-guess-at-a-password' }),
  });
}

const search = async ({ url }: RunningServer): Promise<number> => (await askMarket(url, 'GET', '/plugins')).status;

interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly status: string }>>;
}

async function healthOf(server: RunningServer) {
  const ready = await manage(server, '/health/ready');
  const { status, components } = (await ready.json()) as Health;
  return { code: ready.status, status, limits: components['limits']?.status };
}

test('whoever guesses passwords at one server is refused by the other, with the time to wait', async () => {
  const answers = [await signIn(one, 'ada'), await signIn(two, 'ada'), await signIn(one, 'ada')];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  for (const server of [one, two]) {
    const refused = await signIn(server, 'ada');
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('TOO_MANY_LOGINS')]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
  }
});

test('requests to the marketplace are counted by both together, and other requests by none', async () => {
  expect([await search(one), await search(two), await search(one), await search(two)]).toEqual([200, 200, 200, 200]);
  expect([await search(one), await search(two)]).toEqual([429, 429]);
  expect((await push(one.url, reportBody())).status).toBe(201);
});

test('behind the balancer of deploy/docker each client is counted by its own address, whatever it claims', async (context) => {
  const program = skipWithout(context, nginx);
  const hosts = { 'server-1:8080': new URL(one.url).host, 'server-2:8080': new URL(two.url).host };
  await using balancer = await startNginx(program, ({ port }) =>
    Object.entries(hosts)
      .reduce((text, [name, host]) => text.replace(name, host), balancerConfig)
      .replace('listen 8080;', `listen 127.0.0.1:${port}; proxy_bind ${balancerAddress};`),
  );
  const claims = [1, 2, 3, 4, 5].map((last) => `198.51.100.${last}`);
  const statuses: number[] = [];
  for (const claim of claims) statuses.push(await searchFrom('127.0.0.1', balancer.url, claim));
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  expect(await searchFrom('127.0.0.2', balancer.url, '127.0.0.1')).toBe(200);
  // Past the balancer nobody is believed either: it is the first client again.
  expect(await searchFrom('127.0.0.1', two.url, '198.51.100.6')).toBe(429);
});

test('without Redis a server serves on, says that its limits are its own, and joins in again by itself', async (context) => {
  const { port } = store as RedisServer;
  expect(await healthOf(one)).toMatchObject({ code: 200, status: 'UP', limits: 'UP' });
  await store?.stop();
  await expect.poll(() => healthOf(one), patience).toMatchObject({ code: 200, status: 'DEGRADED', limits: 'DEGRADED' });
  for (const server of [one, two]) {
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) statuses.push(await search(server));
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  }
  expect((await push(two.url, reportBody())).status).toBe(201);
  store = await startStore(context, port);
  for (const server of [one, two]) await expect.poll(() => healthOf(server), patience).toMatchObject({ status: 'UP' });
  const seen: number[] = [];
  for (const server of [one, two, one, two, one, two]) seen.push(await search(server));
  expect(seen).toEqual([200, 200, 200, 200, 429, 429]);
});

test('a Redis that hangs slows a request down by a moment, and holds up neither the start nor the end', async () => {
  await using proxy = await tcpProxy({ host: '127.0.0.1', port: (store as RedisServer).port });
  proxy.freeze();
  const server = await runServer({ SEAWORTHY_REDIS_URL: addressOf(proxy.port) });
  onTestFinished(() => server.stop());
  expect(await healthOf(server)).toMatchObject({ code: 200, status: 'DEGRADED', limits: 'DEGRADED' });
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 60 }, () => search(server)));
  expect(answers.every((status) => status === 200)).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  const stoppedAt = performance.now();
  await server.stop();
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
});

test('the password of Redis is shown by no page of management and no record of the log', async () => {
  const pages = await Promise.all(
    ['/config', '/health/ready', '/info', '/metrics'].map(async (path) => (await manage(one, path)).text()),
  );
  expect(pages[0]).toContain('redis.url');
  expect(pages.join('') + JSON.stringify(one.log.records)).not.toContain(password);
});

/** As a client with this address that claims to have another one. */
function searchFrom(localAddress: string, url: string, claim: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': claim };
    const asked = request(`${url}/api/v1/plugins`, { localAddress, headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    asked
      .once('error', reject)
      .setTimeout(20_000, () => asked.destroy(new Error('no answer')))
      .end();
  });
}
