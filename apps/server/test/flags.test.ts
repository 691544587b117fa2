import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { createFlags, memory, type FlagDocument } from '@seaworthy/flags';
import { postgres } from '@seaworthy/flags/postgres';
import { redis } from '@seaworthy/flags/redis';
import { verifyAudit } from '@seaworthy/logger';
import {
  postgres as postgresServer,
  redis as redisServer,
  skipWithout,
  startPostgres,
  startRedis,
} from '@seaworthy/test-services';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature, type Provider } from '@openfeature/server-sdk';
import { expect, test } from 'vitest';
import { push, reportBody } from './support/report.ts';
import { runServer, type RunningServer } from './support/run-server.ts';

const token = 'only-for-these-tests';
const waiting = { timeout: 15_000 };
const trend = (variant: 'on' | 'off'): FlagDocument => ({
  flags: { 'project-trend': { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: variant } },
});

/** The status of the page that the flag shows. */
async function pageOf({ url }: RunningServer): Promise<number> {
  return (await fetch(new URL('/projects/orders/trend', url))).status;
}

async function started(variables: Readonly<Record<string, string>>) {
  const server = await runServer({ SEAWORTHY_FLAGS_POLL_MS: '100', ...variables });
  await push(server.url, reportBody());
  return { server, [Symbol.asyncDispose]: () => server.stop() };
}

/** A service over HTTP with the flags as a document at `/flags.json`; it wants the token. */
async function service() {
  const state = { variant: 'off' as 'on' | 'off' };
  const http = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end();
    else if (request.url === '/flags.json') response.end(JSON.stringify(trend(state.variant)));
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = async (): Promise<void> => {
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
  };
  return { state, url: `http://127.0.0.1:${port}/flags.json`, [Symbol.asyncDispose]: close };
}

for (const protocol of ['document', 'events']) {
  test(`flags come from an address of HTTP with ${protocol}, without a restart`, async () => {
    await using flags = await service();
    await using running = await started({
      SEAWORTHY_FLAGS_URL: flags.url,
      SEAWORTHY_FLAGS_PROTOCOL: protocol,
      SEAWORTHY_FLAGS_TOKEN: token,
    });
    expect(await pageOf(running.server)).toBe(404);
    flags.state.variant = 'on';
    await expect.poll(() => pageOf(running.server), waiting).toBe(200);
  });
}

test('one server takes its flags from another one by OFREP', async () => {
  await using first = await started({ SEAWORTHY_OFREP_ENABLED: 'true', SEAWORTHY_OFREP_TOKEN: token });
  await using second = await started({
    SEAWORTHY_FLAGS_URL: first.server.url,
    SEAWORTHY_FLAGS_PROTOCOL: 'ofrep',
    SEAWORTHY_FLAGS_TOKEN: token,
  });
  // The flag is on in the file that ships.
  expect(await pageOf(second.server)).toBe(200);
});

test('flags come from Redis, each change is recorded with who made it, and the last ones serve where Redis is away', async (context) => {
  const redisProgram = skipWithout(context, redisServer);
  const cache = await startRedis(redisProgram);
  const source = redis(cache.url, { key: 'desk' });
  const first = await source.publish(trend('off'), { by: 'ada' });
  const variables = { SEAWORTHY_FLAGS_URL: cache.url, SEAWORTHY_FLAGS_SET: 'desk' };
  await using running = await started(variables);
  expect(await pageOf(running.server)).toBe(404);
  const second = await source.publish(trend('on'), { by: 'bob' });
  await expect.poll(() => pageOf(running.server), waiting).toBe(200);
  const path = join(running.server.folder, 'data', 'flags-audit.log');
  await expect.poll(async () => (await verifyAudit(path)).entries, waiting).toBe(2);
  expect((await verifyAudit(path)).isValid).toBe(true);
  const records = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const [definition] = Object.values(trend('on').flags);
  expect(records).toMatchObject([
    { by: 'ada', sourceVersion: first, version: 1, added: ['project-trend'] },
    {
      by: 'bob',
      sourceVersion: second,
      version: 2,
      changed: ['project-trend'],
      source: expect.stringContaining('redis'),
      diff: [{ key: 'project-trend', before: { defaultVariant: 'off' }, after: definition }],
    },
  ]);
  await Promise.all([cache.stop(), source.close()]);
  expect(await pageOf(running.server)).toBe(200);
  // Another one with the data of the first starts without Redis.
  await running.server.life.stop('test');
  await using again = await started({ ...variables, SEAWORTHY_DATA_DIR: join(running.server.folder, 'data') });
  expect(await pageOf(again.server)).toBe(200);
});

test('flags come from PostgreSQL, without a restart', async (context) => {
  await using database = await startPostgres(skipWithout(context, postgresServer));
  const set = `desk-${process.pid}`;
  const source = postgres(database.url, { set });
  await source.publish(trend('off'));
  await using running = await started({ SEAWORTHY_FLAGS_URL: database.url, SEAWORTHY_FLAGS_SET: set });
  expect(await pageOf(running.server)).toBe(404);
  await source.publish(trend('on'));
  await expect.poll(() => pageOf(running.server), waiting).toBe(200);
  await source.close();
});

test("OpenFeature's server SDK takes the server's flags through the official OFREP provider", async () => {
  await using running = await started({ SEAWORTHY_OFREP_ENABLED: 'true', SEAWORTHY_OFREP_TOKEN: token });
  const headers: [string, string][] = [['authorization', `Bearer ${token}`]];
  // Its own types do not compile under exactOptionalPropertyTypes.
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: running.server.url, headers }) as Provider);
  const client = OpenFeature.getClient();
  expect(await client.getBooleanDetails('project-trend', false, { targetingKey: 'orders' })).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'STATIC',
  });
  expect(await client.getBooleanDetails('none', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
  expect(await client.getStringDetails('project-trend', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' });
  await OpenFeature.close();
});

test('without the token no flags are served, and without the setting there is no such address', async () => {
  await using closed = await started({});
  await using guarded = await started({ SEAWORTHY_OFREP_ENABLED: 'true', SEAWORTHY_OFREP_TOKEN: token });
  const status = async ({ url }: RunningServer, headers = {}) =>
    (await fetch(new URL('/ofrep/v1/evaluate/flags', url), { method: 'POST', headers })).status;
  expect(await status(closed.server)).toBe(404);
  expect(await status(guarded.server)).toBe(401);
  expect(await status(guarded.server, { authorization: `Bearer ${token}` })).toBe(200);
});

test('a stream of changes does not hold up the end of the server', async () => {
  const server = await runServer({ SEAWORTHY_OFREP_ENABLED: 'true' });
  const stream = await fetch(new URL('/ofrep/v1/events', server.url));
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const from = Date.now();
  const [text] = await Promise.all([stream.text(), server.stop()]);
  expect(text).toContain('retry: ');
  expect(Date.now() - from).toBeLessThan(15_000);
});

test('the flags of the whole file that ships are valid', async () => {
  const text = readFileSync(new URL('../flags.json', import.meta.url), 'utf8');
  await using flags = await createFlags({ source: memory(text) });
  expect(flags.list().map(({ key }) => key)).toEqual(['project-trend']);
});
