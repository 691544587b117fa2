// Servers that keep their archives in a bucket.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import { askMarket } from '../../support/market-client.ts';
import { npmClient } from '../../support/npm-client.ts';
import { postgresSchemas } from '../../support/postgres-schemas.ts';
import { registryClient, withToken } from '../../support/registry-client.ts';
import { manage, runServer, type RunningServer } from '../../support/run-server.ts';
import { startS3Server, type S3Server } from '../../support/s3-server.ts';
import { packed, publishDocument } from '../../support/tarball.ts';
import { storageVariables } from '../../support/test-bucket.ts';

const schemas = postgresSchemas();
const slow = { timeout: 240_000 };
const patience = { timeout: 60_000, interval: 50 };
let s3: S3Server;
let database: string;
let servers: RunningServer[] = [];

beforeEach(async (context) => {
  database = await schemas.create(context);
  s3 = await startS3Server();
}, 120_000);
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
  await s3?.[Symbol.asyncDispose]();
});
afterAll(() => schemas[Symbol.asyncDispose]());

async function run(more: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const server = await runServer({ SEAWORTHY_DATABASE_URL: database, ...storageVariables(s3), ...more });
  servers.push(server);
  return server;
}

/** Why a server with these settings does not start. */
const failing = (more: Readonly<Record<string, string>>): Promise<Error> =>
  runServer({ SEAWORTHY_DATABASE_URL: database, ...more }).then(
    () => new Error('it has started'),
    (error: unknown) => error as Error,
  );

const large = () => packed('large', '1.0.0', [{ path: 'package/large', content: randomBytes(400_000) }]);
const archiveAt = (server: RunningServer, name: string) =>
  fetch(`${server.url}/npm/${name}/-/${name}-1.0.0.tgz`, { redirect: 'manual' });

test('what npm publishes through one server is installed from another, by way of the bucket', slow, async () => {
  const [first, second] = [await run(), await run({ SEAWORTHY_STORAGE_DOWNLOADS: 'redirect' })];
  await using npm = npmClient(first.url);
  await npm.login('ada');
  const cwd = npm.project({ name: 'lists', version: '1.0.0' }, { 'index.js': `module.exports = 'lists';` });
  await npm.ok(['publish'], { cwd });
  expect([...s3.objects.keys()]).toEqual([expect.stringMatching(/^team\/[0-9a-f]{64}-[0-9a-f]{16}$/)]);
  const app = npm.project({ name: 'app', version: '1.0.0' });
  // npm keeps what it has published: with another cache it has to ask.
  const elsewhere = ['--registry', `${second.url}/npm/`, '--cache', join(npm.folder, 'other-cache')];
  await npm.ok(['install', 'lists', ...elsewhere], { cwd: app });
  expect(readFileSync(join(app, 'node_modules/lists/index.js'), 'utf8')).toContain('lists');
  expect(s3.requests.at(-1)).toMatch(/^GET archives\/team\//);
  const sent = await archiveAt(second, 'lists');
  expect([sent.status, sent.headers.get('cache-control')]).toEqual([302, 'no-store']);
  const there = await fetch(sent.headers.get('location') as string);
  expect([there.status, there.headers.get('cache-control')]).toEqual([200, 'max-age=31536000, immutable']);
  const passed = await archiveAt(first, 'lists');
  expect([passed.status, passed.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  // What is not for everybody is kept by nobody, though the bucket says of the object that everybody may.
  const signedIn = await fetch(`${second.url}/npm/lists/-/lists-1.0.0.tgz`, {
    headers: { authorization: `Bearer ${npm.token}` },
  });
  expect([signedIn.redirected, signedIn.headers.get('cache-control')]).toEqual([true, 'private,no-store']);
  // An address in the bucket is good for whoever has it.
  const sold = { body: { mode: 'paid', terms: 'Ask ada.' }, token: npm.token };
  expect((await askMarket(second.url, 'PUT', '/plugins/lists/licensing', sold)).status).toBe(204);
  const refused = await archiveAt(second, 'lists');
  expect([refused.status, refused.headers.get('location')]).toEqual([402, null]);
  const own = await withToken(second.url, npm.token).get('/lists/-/lists-1.0.0.tgz');
  expect([own.redirected, own.headers.get('cache-control')]).toEqual([false, 'private, max-age=31536000, immutable']);
});

test(
  'while the bucket is away, metadata is served and archives are 503, and when it is back all goes on',
  slow,
  async () => {
    const server = await run({ SEAWORTHY_STORAGE_TIMEOUT_MS: '300' });
    const ada = await registryClient(server.url, 'ada');
    const archive = large();
    expect((await ada.send('PUT', '/large', publishDocument('large', '1.0.0', { archive }))).status).toBe(201);
    await s3.stop();
    const [read, written] = await Promise.all([
      archiveAt(server, 'large'),
      ada.send('PUT', '/lists', publishDocument('lists', '1.0.0')),
    ]);
    for (const answer of [read, written]) {
      expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('etag')]).toEqual([503, '1', null]);
      expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable');
      expect(await answer.json()).toMatchObject({ code: 'seaworthy.server.STORAGE_UNAVAILABLE' });
    }
    expect((await ada.get('/lists')).status).toBe(404);
    expect((await ada.get('/large')).status).toBe(200);
    const ready = async (): Promise<string> => (await manage(server, '/health/ready')).text();
    await expect.poll(ready, patience).toContain('"status":"DEGRADED"');
    expect((await manage(server, '/health/ready')).status).toBe(200);
    await s3.start();
    await expect.poll(async () => (await archiveAt(server, 'large')).status, patience).toBe(200);
    expect(Buffer.from(await (await archiveAt(server, 'large')).arrayBuffer()).equals(archive)).toBe(true);
    expect((await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'))).status).toBe(201);
    await expect.poll(ready, patience).not.toContain('"status":"DEGRADED"');
  },
);

test(
  'a server that is given a bucket moves its archives there, and is refused without it afterwards',
  slow,
  async () => {
    const before = await runServer({ SEAWORTHY_DATABASE_URL: database });
    const ada = await registryClient(before.url, 'ada');
    const archive = large();
    await ada.send('PUT', '/large', publishDocument('large', '1.0.0', { archive }));
    await before.stop();
    const server = await run();
    await expect.poll(() => [...s3.objects.values()].some(({ bytes }) => bytes.equals(archive)), patience).toBe(true);
    expect(Buffer.from(await (await archiveAt(server, 'large')).arrayBuffer()).equals(archive)).toBe(true);
    await server.stop();
    servers = [];
    const failure = await failing({});
    expect(ServerErrors.STORAGE_NEEDED.is(failure.cause)).toBe(true);
  },
);

test('a server whose bucket refuses it does not start, and prints no key', slow, async () => {
  const failure = await failing({ ...storageVariables(s3), SEAWORTHY_STORAGE_SECRET_ACCESS_KEY: 'not-this-one' });
  expect(ServerErrors.STORAGE_UNUSABLE.is(failure.cause)).toBe(true);
  expect(String(failure)).not.toContain('not-this-one');
});
