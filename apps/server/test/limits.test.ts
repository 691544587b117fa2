// With the real Redis: one for the file, and for the tests that harm it one of their own.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger, memory } from '@seaworthy/logger';
import { freePort, redis as redisServer, skipWithout, startRedis, type RedisServer } from '@seaworthy/test-services';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, onTestFinished, test, type TestContext } from 'vitest';
import { localLimits, sharedLimits, type SharedLimits } from '../src/limits/limits.ts';
import { openRedis, type RedisConnection, type RedisOptions } from '../src/limits/redis.ts';
import { tcpProxy, type TcpProxy } from './support/tcp-proxy.ts';
import { unusedPort } from './support/unused-port.ts';

const perMinute = { logins: 10, reads: 40, writes: 5, reports: 20 };
const patience = { timeout: 20_000, interval: 10 };
let server: RedisServer | undefined;
let files = 0;
let prefix = '';

beforeEach((context) => {
  skipWithout(context, redisServer);
  files += 1;
  prefix = `test-${files}:`;
});
afterAll(() => server?.stop());

async function sharedServer(context: TestContext): Promise<RedisServer> {
  return (server ??= await startRedis(skipWithout(context, redisServer)));
}

async function ownServer(context: TestContext, at?: number): Promise<RedisServer> {
  const own = await startRedis(skipWithout(context, redisServer), at);
  onTestFinished(() => own.stop());
  return own;
}

async function proxyTo({ port }: RedisServer): Promise<TcpProxy> {
  const proxy = await tcpProxy({ host: '127.0.0.1', port });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

interface Instance {
  readonly limits: SharedLimits;
  readonly connection: RedisConnection;
  /** What it has logged of its limits. */
  told(): readonly string[];
  logged(): string;
}

const quick: RedisOptions = { waitMs: 500, silenceMs: 300, maxBackoffMs: 50 };

/** The limits of one server, as its start makes them. */
async function instance(url: string, options: { readonly prefix?: string; readonly timeoutMs?: number } = {}) {
  const connection = await openRedis(url, quick);
  onTestFinished(() => connection[Symbol.asyncDispose]());
  const sink = memory();
  const logger = createLogger({ name: 'limits', sinks: [sink], level: 'info' });
  const limits = sharedLimits(perMinute, { connection, prefix, logger, timeoutMs: 5_000, retryMs: 50, ...options });
  const logged = () => JSON.stringify(sink.records);
  const told = () => sink.records.map(({ message }) => message);
  return { limits, connection, told, logged } satisfies Instance;
}

async function ask(url: string, ...words: string[]): Promise<unknown> {
  const client = new Redis(url);
  try {
    return await client.call(words[0] as string, ...words.slice(1));
  } finally {
    client.disconnect();
  }
}

const statusOf = (answer: unknown) => ('reason' in Object(answer) ? 'degraded' : 'up');
const alone = 'limits are counted by this server for itself';
const together = 'limits are counted by all servers together again';

test('three servers at once allow exactly what one would', async (context) => {
  const { url } = await sharedServer(context);
  const instances = await Promise.all([1, 2, 3].map(() => instance(url)));
  const decisions = await Promise.all(
    instances.flatMap(({ limits }) => Array.from({ length: 30 }, () => limits.reads.take('198.51.100.7'))),
  );
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(perMinute.reads);
  expect(instances.flatMap(({ told }) => told())).toEqual([]);
});

test('without Redis the same limit counts in the memory of the server', async () => {
  const { reads } = localLimits(perMinute);
  const decisions = await Promise.all(Array.from({ length: 50 }, () => reads.take('198.51.100.7')));
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(perMinute.reads);
});

test('logins, reads and writes of one address do not take from each other', async (context) => {
  const { limits } = await instance((await sharedServer(context)).url);
  for (let count = 0; count < perMinute.writes; count += 1) await limits.writes.take('198.51.100.7');
  expect((await limits.writes.take('198.51.100.7')).allowed).toBe(false);
  const [read, login] = [await limits.reads.take('198.51.100.7'), await limits.logins.take('198.51.100.7')];
  expect([read.allowed, login.allowed]).toEqual([true, true]);
});

test('servers with another prefix count for themselves in the same Redis', async (context) => {
  const { url } = await sharedServer(context);
  const [one, two] = [await instance(url), await instance(url, { prefix: 'another:' })];
  for (let count = 0; count < perMinute.writes; count += 1) await one.limits.writes.take('a');
  expect([(await one.limits.writes.take('a')).allowed, (await two.limits.writes.take('a')).allowed]).toEqual([
    false,
    true,
  ]);
});

test('what is kept in Redis names nobody, has one length, and goes by itself', async (context) => {
  const { url } = await sharedServer(context);
  const { limits } = await instance(url);
  for (const key of ['account correct horse battery', `account ${'x'.repeat(5_000)}`, 'account \r\nFLUSHALL\r\n'])
    await limits.logins.take(key);
  const keys = (await ask(url, 'KEYS', `${prefix}*`)) as string[];
  expect(keys).toHaveLength(3);
  expect(keys.every((key) => /^test-\d+:window:logins [\w-]{43}$/.test(key))).toBe(true);
  for (const key of keys) {
    const left = Number(await ask(url, 'PTTL', key));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(61_000);
  }
});

test('the limit of one account is lifted by its key, as the playbook says', async (context) => {
  const { url } = await sharedServer(context);
  const { limits } = await instance(url);
  for (let count = 0; count < perMinute.logins; count += 1) await limits.logins.take('account ada');
  expect((await limits.logins.take('account ada')).allowed).toBe(false);
  const key = createHash('sha256').update('account ada').digest('base64url');
  expect(await ask(url, 'DEL', `${prefix}window:logins ${key}`)).toBe(1);
  expect((await limits.logins.take('account ada')).allowed).toBe(true);
});

test('an account that may do no more than this, to these keys, is enough', async (context) => {
  const { url } = await ownServer(context);
  const rights = ['+eval', '+evalsha', '+time', '+lindex', '+lpop', '+llen', '+rpush', '+pexpire', '+hmget', '+hset'];
  await ask(url, 'ACL', 'SETUSER', 'limits', 'on', '>a-password', `~${prefix}*`, '-@all', ...rights);
  const { limits } = await instance(url.replace('redis://', 'redis://limits:a-password@'));
  expect(await limits.check()).toEqual({});
  expect(await limits.logins.take('a')).toEqual({ allowed: true, remaining: 9, retryAfterMs: 0 });
});

test('when Redis is killed each server goes on for itself and says so once; when it is back they count together', async (context) => {
  const path = skipWithout(context, redisServer);
  let own = await ownServer(context);
  const [one, two] = [await instance(own.url), await instance(own.url)];
  for (let count = 0; count < perMinute.writes; count += 1) await one.limits.writes.take('a');
  await own.stop();
  const decisions = await Promise.all(Array.from({ length: 20 }, () => one.limits.writes.take('a')));
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(perMinute.writes);
  const answer = await one.limits.check();
  expect([statusOf(answer), JSON.stringify(answer)]).toEqual(['degraded', expect.stringMatching(/ended|ECONN/)]);
  own = await startRedis(path, own.port);
  onTestFinished(() => own.stop());
  for (const { limits } of [one, two])
    await expect.poll(async () => statusOf(await limits.check()), patience).toBe('up');
  expect(one.told()).toEqual([alone, together]);
  for (let count = 0; count < perMinute.writes; count += 1) await one.limits.writes.take('b');
  expect((await two.limits.writes.take('b')).allowed).toBe(false);
});

test('a Redis that hangs holds nobody up for long, and its connection is replaced', async (context) => {
  const own = await sharedServer(context);
  const proxy = await proxyTo(own);
  const { limits, connection, told } = await instance(`redis://127.0.0.1:${proxy.port}`, { timeoutMs: 100 });
  expect(await limits.check()).toEqual({});
  proxy.freeze();
  const startedAt = performance.now();
  const decisions = await Promise.all(Array.from({ length: 200 }, (_, index) => limits.reads.take(`${index}`)));
  // The time of one question, not of two hundred; the rest is for a busy machine.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(decisions.every(({ allowed }) => allowed)).toBe(true);
  expect(JSON.stringify(await limits.check())).toMatch(/gave no answer within 100 ms|ECONN|timed? ?out/i);
  await expect.poll(() => connection.problem, patience).toMatch(/timeout|ETIMEDOUT|without/i);
  proxy.thaw();
  await expect.poll(async () => statusOf(await limits.check()), patience).toBe('up');
  expect(told().slice(0, 1)).toEqual([alone]);
  expect(told().at(-1)).toBe(together);
});

const troubles: readonly { what: string; begin: string[]; end: string[]; says: RegExp }[] = [
  {
    what: 'is full',
    begin: ['CONFIG', 'SET', 'maxmemory', '1'],
    end: ['CONFIG', 'SET', 'maxmemory', '0'],
    says: /OOM/,
  },
  {
    what: 'has become a replica',
    begin: ['REPLICAOF', '127.0.0.1', '1'],
    end: ['REPLICAOF', 'NO', 'ONE'],
    says: /READONLY/,
  },
];
for (const { what, begin, end, says } of troubles) {
  test(`a Redis that answers PING and ${what} is as good as none, until it can write again`, async (context) => {
    const { url } = await ownServer(context);
    const { limits } = await instance(url);
    await ask(url, ...begin);
    expect(await ask(url, 'PING')).toBe('PONG');
    const answer = await limits.check();
    expect([statusOf(answer), JSON.stringify(answer)]).toEqual(['degraded', expect.stringMatching(says)]);
    expect((await limits.logins.take('a')).allowed).toBe(true);
    await ask(url, ...end);
    await expect.poll(async () => statusOf(await limits.check()), patience).toBe('up');
  });
}

test('a wrong password degrades the limits, and is told nowhere', async (context) => {
  const { url } = await ownServer(context);
  await ask(url, 'CONFIG', 'SET', 'requirepass', 'the-right-one');
  const { limits, logged } = await instance(url.replace('redis://', 'redis://:a-wrong-one@'));
  const answer = JSON.stringify(await limits.check());
  expect(answer).toContain('WRONGPASS');
  expect(logged()).toContain('WRONGPASS');
  expect(answer + logged()).not.toContain('a-wrong-one');
});

test('with rediss:// a certificate that nobody vouches for is refused, and one that is given to Node is believed', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-redis-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await makeCertificate(context, key, certificate);
  const port = await freePort();
  const secured = ['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key];
  const own = await startRedis(skipWithout(context, redisServer), undefined, [...secured, '--tls-auth-clients', 'no']);
  onTestFinished(() => own.stop());
  const url = `rediss://localhost:${port}`;
  const { limits } = await instance(url);
  expect(JSON.stringify(await limits.check())).toContain('self-signed certificate');
  const program = `const { openRedis } = await import(${JSON.stringify(new URL('../src/limits/redis.ts', import.meta.url).href)});
    const connection = await openRedis(${JSON.stringify(url)}, { waitMs: 20_000 });
    console.log(await connection.client.call('PING'));
    await connection[Symbol.asyncDispose]();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { NODE_EXTRA_CA_CERTS: certificate },
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe('PONG');
});

test('a server that starts before Redis does not wait for it, and counts with the others when it is there', async (context) => {
  const port = await unusedPort();
  const startedAt = performance.now();
  const { limits, logged } = await instance(`redis://127.0.0.1:${port}`);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(statusOf(await limits.check())).toBe('degraded');
  expect(logged()).toContain('ECONNREFUSED');
  await ownServer(context, port);
  await expect.poll(async () => statusOf(await limits.check()), patience).toBe('up');
});

test('a start that is given up leaves no connection behind', async (context) => {
  const own = await ownServer(context);
  const proxy = await proxyTo(own);
  proxy.freeze();
  const gaveUp = new AbortController();
  const opening = openRedis(`redis://127.0.0.1:${proxy.port}`, { waitMs: 60_000, signal: gaveUp.signal });
  gaveUp.abort(new Error('given up'));
  await expect(opening).rejects.toThrow('given up');
  proxy.thaw();
  await expect.poll(async () => connectionsOf(own.url), patience).toBe(1);
});

test('a connection that is closed twice is closed, also where nobody listens', async (context) => {
  const own = await ownServer(context);
  for (const url of [own.url, `redis://127.0.0.1:${await unusedPort()}`]) {
    const connection = await openRedis(url, quick);
    await connection[Symbol.asyncDispose]();
    await connection[Symbol.asyncDispose]();
    await expect(connection.client.call('PING')).rejects.toThrow(/closed|writeable/);
  }
  expect(await connectionsOf(own.url)).toBe(1);
});

test('while Redis is away many readers push no account out of those that have tried to sign in', async () => {
  const { limits } = await instance(`redis://127.0.0.1:${await unusedPort()}`);
  for (let count = 0; count < perMinute.logins; count += 1) await limits.logins.take('account ada');
  for (let count = 0; count < 10_001; count += 1) await limits.reads.take(`address ${count}`);
  expect((await limits.logins.take('account ada')).allowed).toBe(false);
});

async function makeCertificate(context: Pick<TestContext, 'skip'>, key: string, certificate: string): Promise<void> {
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    await promisify(execFile)('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', certificate]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    context.skip('no openssl on the path: no certificate is made');
  }
}

/** How many the server has, this question's own among them. */
async function connectionsOf(url: string): Promise<number> {
  return String(await ask(url, 'CLIENT', 'LIST', 'TYPE', 'normal'))
    .trim()
    .split('\n').length;
}
