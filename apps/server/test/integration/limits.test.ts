// Two servers that share nothing but a Redis.
import { readFileSync } from 'node:fs';
import {
  nginx,
  redis as redisServer,
  skipWithout,
  startNginx,
  startRedis,
  type RedisServer,
} from '@seaworthy/test-services';
import { beforeEach, expect, onTestFinished, test, type TestContext } from 'vitest';
import { askMarket } from '../support/market-client.ts';
import { push, reportBody } from '../support/report.ts';
import { manage, runServer, type RunningServer } from '../support/run-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const patience = { timeout: 30_000, interval: 20 };
const balancerConfig = readFileSync(new URL('../../../../deploy/docker/balancer.conf', import.meta.url), 'utf8');
let store: RedisServer;

beforeEach(async (context) => {
  store = await startOn(context);
});

async function startOn(context: Pick<TestContext, 'skip'>, port?: number): Promise<RedisServer> {
  const started = await startRedis(skipWithout(context, redisServer), port);
  onTestFinished(() => started.stop());
  return started;
}

async function serverWith(url: string, variables: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const server = await runServer({ SEAWORTHY_REDIS_URL: url, ...variables });
  onTestFinished(() => server.stop());
  return server;
}

async function signIn({ url }: RunningServer, name: string): Promise<Response> {
  return fetch(`${url}/npm/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: 'a-guess-at-a-password' }),
  });
}

const search = async ({ url }: RunningServer): Promise<number> => (await askMarket(url, 'GET', '/plugins')).status;

async function limitsOf(server: RunningServer) {
  const ready = await manage(server, '/health/ready');
  const { status, components } = (await ready.json()) as Health;
  return {
    code: ready.status,
    status,
    limits: components['limits']?.status,
    said: JSON.stringify(components['limits']),
  };
}

interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly status: string }>>;
}

test('whoever guesses passwords at one server is refused by the other, with the time to wait', async () => {
  const limit = { SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '3' };
  const [one, two] = await Promise.all([serverWith(store.url, limit), serverWith(store.url, limit)]);
  const answers = [await signIn(one, 'ada'), await signIn(two, 'ada'), await signIn(one, 'ada')];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  for (const server of [one, two]) {
    const refused = await signIn(server, 'ada');
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('TOO_MANY_LOGINS')]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
  }
});

test('requests to the marketplace are counted by both together, and other requests by none', async () => {
  const limit = { SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '4' };
  const [one, two] = await Promise.all([serverWith(store.url, limit), serverWith(store.url, limit)]);
  expect([await search(one), await search(two), await search(one), await search(two)]).toEqual([200, 200, 200, 200]);
  expect([await search(one), await search(two)]).toEqual([429, 429]);
  expect((await push(one.url, reportBody())).status).toBe(201);
});

test('without Redis a server serves on, says that its limits are its own, and joins in again by itself', async (context) => {
  const limit = { SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '3' };
  const [one, two] = await Promise.all([serverWith(store.url, limit), serverWith(store.url, limit)]);
  expect(await limitsOf(one)).toMatchObject({ code: 200, status: 'UP', limits: 'UP' });
  await store.stop();
  await expect.poll(() => limitsOf(one), patience).toMatchObject({ code: 200, status: 'DEGRADED', limits: 'DEGRADED' });
  for (const server of [one, two]) {
    expect([await search(server), await search(server), await search(server), await search(server)]).toEqual([
      200, 200, 200, 429,
    ]);
  }
  expect((await push(one.url, reportBody())).status).toBe(201);
  store = await startOn(context, store.port);
  for (const server of [one, two]) await expect.poll(() => limitsOf(server), patience).toMatchObject({ status: 'UP' });
  const seen = [await search(one), await search(two), await search(one), await search(two)];
  expect(seen).toEqual([200, 200, 200, 429]);
});

test('a Redis that hangs slows a request down by a moment, and holds up neither the start nor the end', async () => {
  await using proxy = await tcpProxy({ host: '127.0.0.1', port: store.port });
  proxy.freeze();
  const server = await serverWith(`redis://127.0.0.1:${proxy.port}`);
  expect(await limitsOf(server)).toMatchObject({ code: 200, status: 'DEGRADED', limits: 'DEGRADED' });
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => search(server)));
  expect(answers.every((status) => status === 200)).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  const stoppedAt = performance.now();
  await server.stop();
  expect(performance.now() - stoppedAt).toBeLessThan(5_000);
});

test('behind the balancer of deploy/docker each client is counted by its own address, at both servers together', async (context) => {
  const program = skipWithout(context, nginx);
  // The balancer has an address of its own there.
  const variables = { SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '4', SEAWORTHY_TRUSTED_PROXIES: '127.0.0.9/32' };
  const [one, two] = await Promise.all([serverWith(store.url, variables), serverWith(store.url, variables)]);
  const ports = { 'server-1:8080': new URL(one.url).host, 'server-2:8080': new URL(two.url).host };
  await using balancer = await startNginx(program, ({ port }) =>
    Object.entries(ports)
      .reduce((text, [name, host]) => text.replace(name, host), balancerConfig)
      .replace('listen 8080;', `listen 127.0.0.1:${port}; proxy_bind 127.0.0.9;`),
  );
  const ask = async (claimed: string): Promise<Response> =>
    fetch(`${balancer.url}/api/v1/plugins`, { headers: { 'x-forwarded-for': claimed } });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await ask(`198.51.100.${count}`)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  // Both were asked: the records of each have requests.
  for (const { log } of [one, two]) expect(JSON.stringify(log.records)).toContain('/api/v1/plugins');
});

test('the password of Redis is shown by no page of management and no record of the log', async () => {
  const server = await serverWith(store.url.replace('redis://', 'redis://:only-redis-may-know@'));
  const pages = await Promise.all(
    ['/config', '/health/ready', '/info', '/metrics'].map(async (path) => (await manage(server, path)).text()),
  );
  expect(pages[0]).toContain('redis.url');
  expect(pages.join('') + JSON.stringify(server.log.records)).not.toContain('only-redis-may-know');
});
