// What `npm install` asks for is answered from memory, before the framework. Nobody can tell the two apart.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manage, runServer, type RunningServer } from '../support/run-server.ts';
import { registryClient, withToken, type RegistryClient } from '../support/registry-client.ts';
import { packed, publishDocument } from '../support/tarball.ts';

const install = 'application/vnd.npm.install-v1+json';
const wide = { manifest: { description: 'Ümläuts, 帆船 and 🚢' } };

let server: RunningServer;
let ada: RegistryClient;
const everybody = (): RegistryClient => withToken(server.url, '');

beforeAll(async () => {
  server = await runServer();
  ada = await registryClient(server.url, 'ada');
  await ada.send('PUT', '/plain', publishDocument('plain', '1.0.0', wide));
  await ada.send('PUT', '/@shop%2forders', publishDocument('@shop/orders', '1.0.0'));
  await ada.send('PUT', '/hidden', { ...publishDocument('hidden', '1.0.0'), access: 'restricted' });
});

afterAll(() => server.stop());

/** All that a client sees of an answer but the time, and what names this one request. */
async function seen(response: Response) {
  const { 'x-request-id': id, date, ...headers } = Object.fromEntries(response.headers);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([id?.length, typeof date]).toEqual([36, 'string']);
  return {
    status: response.status,
    headers,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  };
}

/** A request with an id of its own, and the record that tells of it. */
async function recorded(client: RegistryClient, path: string, id: string) {
  const response = await client.get(path, { 'x-request-id': id });
  await response.arrayBuffer();
  const find = () => server.log.records.find((record) => record['requestId'] === id && 'durationMs' in record);
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  const { timestamp: _at, durationMs, trace_id: trace, span_id: span, ...others } = find() as Record<string, unknown>;
  expect([typeof durationMs, String(trace).length, String(span).length]).toEqual(['number', 32, 16]);
  return { ...others, requestId: '' };
}

const paths = [
  { path: '/plain', headers: {} },
  { path: '/plain', headers: { accept: install } },
  { path: '/@shop%2forders', headers: { accept: install } },
  { path: '/@shop/orders', headers: {} },
  { path: '/plain/-/plain-1.0.0.tgz', headers: {} },
  { path: '/@shop/orders/-/orders-1.0.0.tgz', headers: {} },
];

for (const { path, headers } of paths) {
  test(`${path} with ${JSON.stringify(headers)} is the same the first time and from memory, also with a token`, async () => {
    for (const client of [everybody(), ada]) {
      // A body of no bytes makes it one for the framework.
      const byTheFramework = await seen(await client.get(path, { ...headers, 'content-length': '0' }));
      const first = await seen(await client.get(path, headers));
      const second = await seen(await client.get(path, headers));
      expect([first, second]).toEqual([byTheFramework, byTheFramework]);
      expect(first.status).toBe(200);
    }
  });
}

test('an answer from memory is logged as any other, with its route and its trace', async () => {
  for (const path of ['/plain', '/@shop%2forders', '/@shop/orders', '/plain/-/plain-1.0.0.tgz']) {
    await (await ada.get(path)).arrayBuffer();
    const quick = await recorded(ada, path, `quick-${path.length}`);
    const slow = await recorded(withToken(server.url, ada.token), `${path}?`, `slow-${path.length}`);
    expect(quick).toEqual(slow);
  }
});

test('an answer from memory is counted by its route', async () => {
  const count = async (): Promise<number> => {
    const page = await (await manage(server, '/metrics')).text();
    const lines = page.matchAll(/^http_server_request_duration_seconds_count\{.*http_route="\/npm\/:name".* (\d+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const before = await count();
  for (let index = 0; index < 5; index += 1) await (await everybody().get('/plain')).arrayBuffer();
  await expect.poll(count, { timeout: 10_000 }).toBe(before + 5);
});

test('what is known is not sent again from memory', async () => {
  const etag = (await everybody().get('/plain')).headers.get('etag') as string;
  const again = await everybody().get('/plain', { 'if-none-match': etag });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
});

test('what only its owners may see is theirs from memory too', async () => {
  for (let round = 0; round < 2; round += 1) {
    expect((await ada.get('/hidden')).status).toBe(200);
    expect((await ada.get('/hidden/-/hidden-1.0.0.tgz')).status).toBe(200);
    expect((await everybody().get('/hidden')).status).toBe(404);
    expect((await everybody().get('/hidden/-/hidden-1.0.0.tgz')).status).toBe(404);
    expect((await withToken(server.url, 'npm_wrong').get('/plain')).status).toBe(401);
  }
});

test('a change is seen by the next request', async () => {
  await (await everybody().get('/plain')).arrayBuffer();
  await ada.send('PUT', '/plain', publishDocument('plain', '1.1.0', wide));
  const { versions } = (await (await everybody().get('/plain')).json()) as { versions: object };
  expect(Object.keys(versions)).toEqual(['1.0.0', '1.1.0']);
});

test('a token that was revoked opens nothing from memory', async () => {
  const bob = await registryClient(server.url, 'bob');
  expect((await bob.get('/plain')).status).toBe(200);
  expect((await bob.send('DELETE', `/-/user/token/${bob.token}`)).status).toBe(200);
  expect((await bob.get('/plain')).status).toBe(401);
});

test('a Host header that names no host is refused, whatever is in memory', async () => {
  await (await everybody().get('/plain')).arrayBuffer();
  const { get } = await import('node:http');
  const status = await new Promise((resolve, reject) => {
    get(`${server.url}/npm/plain`, { headers: { host: 'a b"<' } }, (response) =>
      resolve(response.resume().statusCode),
    ).on('error', reject);
  });
  expect(status).toBe(400);
});

test('behind a proxy archives are where the proxy was asked for them, also in what comes from memory', async () => {
  const proxied = await runServer({ SEAWORTHY_TRUSTED_PROXIES: '127.0.0.0/8' });
  try {
    const eve = await registryClient(proxied.url, 'eve');
    await eve.send('PUT', '/plain', publishDocument('plain', '1.0.0'));
    const archiveOf = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      const document = (await (await eve.get('/plain', headers)).json()) as Packument;
      return document.versions['1.0.0']?.dist.tarball ?? '';
    };
    for (let round = 0; round < 3; round += 1) {
      const told = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'npm.example.com' };
      expect(await archiveOf(told)).toBe('https://npm.example.com/npm/plain/-/plain-1.0.0.tgz');
      expect(await archiveOf({ 'x-forwarded-proto': 'https' })).toMatch(/^https:\/\/127\.0\.0\.1:/);
      expect(await archiveOf({})).toMatch(/^http:\/\/127\.0\.0\.1:/);
    }
  } finally {
    await proxied.stop();
  }
});

interface Packument {
  readonly versions: Readonly<Record<string, { readonly dist: { readonly tarball: string } }>>;
}

test('archives are given whole from memory', async () => {
  const archive = packed('whole', '1.0.0', [{ path: 'package/a', content: Buffer.alloc(9_000, 7) }]);
  await ada.send('PUT', '/whole', publishDocument('whole', '1.0.0', { archive }));
  for (let round = 0; round < 3; round += 1) {
    const got = Buffer.from(await (await everybody().get('/whole/-/whole-1.0.0.tgz')).arrayBuffer());
    expect(got.equals(archive)).toBe(true);
  }
});
