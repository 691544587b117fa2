// What caches between the server and those who ask may keep. One that believes its headers shows nobody what is somebody else's.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient } from '../support/browser-client.ts';
import { password } from '../support/npm-client.ts';
import { registryClient, withToken, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { packed, publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: RegistryClient;

beforeAll(async () => {
  server = await runServer();
  ada = await registryClient(server.url, 'ada');
  await ada.send('PUT', '/plain', publishDocument('plain', '1.0.0'));
  await ada.send('PUT', '/hidden', { ...publishDocument('hidden', '1.0.0'), access: 'restricted' });
});

afterAll(() => server.stop());

/** What is said of an answer, with who it is that asks. */
async function said(path: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
  await response.arrayBuffer();
  return {
    status: response.status,
    caching: response.headers.get('cache-control'),
    vary: response.headers.get('vary'),
  };
}

const paths = [
  '/npm/hidden',
  '/npm/hidden/1.0.0',
  '/npm/hidden/-/hidden-1.0.0.tgz',
  '/npm/-/package/hidden/dist-tags',
  '/npm/-/package/hidden/collaborators',
  '/npm/-/package/hidden/visibility',
  '/npm/-/v1/search?text=hidden',
  '/npm/-/whoami',
  '/npm/-/npm/v1/tokens',
  '/npm/-/npm/v1/user',
  '/api/v1/plugins/hidden',
  '/api/v1/plugins/hidden/reviews',
  '/api/v1/plugins/hidden/downloads',
  '/api/v1/plugins/hidden/certifications',
  '/api/v1/plugins?text=hidden',
  '/api/v1/keys',
  '/schema-registry/subjects',
];

for (const path of paths) {
  test(`with a token ${path} is for nobody else`, async () => {
    const { status, caching } = await said(path, { authorization: `Bearer ${ada.token}` });
    expect([status, caching]).toEqual([200, expect.stringMatching(/^private/)]);
  });

  test(`without one ${path} is asked for anew each time`, async () => {
    const { status, caching } = await said(path);
    expect(caching).toBe(status === 200 ? 'no-cache' : 'no-store');
  });
}

test('what is made for somebody is not kept at all', async () => {
  const made = await ada.send('POST', '/-/npm/v1/tokens', { password, readonly: true });
  expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const short = await fetch(`${server.url}/api/v1/short-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ada.token}` },
  });
  expect([short.status, short.headers.get('cache-control')]).toEqual([201, 'no-store']);
});

test('pages of packages are for whoever is signed in, and known by the cookie', async () => {
  expect(await said('/packages')).toEqual({ status: 200, caching: 'no-cache', vary: 'cookie' });
  const browser = browserClient(server.url);
  await browser.signIn('ada', password);
  for (const path of ['/packages?text=hidden', '/packages/hidden', '/certifications']) {
    const { status, headers } = await browser.get(path);
    expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'private, no-cache']);
    expect(headers.get('vary')).toBe('cookie');
  }
});

test('what cannot be read is no archive, and is not kept for a year as one would be', async () => {
  const archive = packed('lost', '1.0.0', [{ path: 'package/noise', content: randomBytes(400_000) }]);
  expect((await ada.send('PUT', '/lost', publishDocument('lost', '1.0.0', { archive }))).status).toBe(201);
  const folder = join(server.folder, 'data', 'archives');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
  for (const file of files) if (statSync(file).size === archive.length) rmSync(file);
  const answer = await withToken(server.url, '').get('/lost/-/lost-1.0.0.tgz');
  expect(await answer.json()).toMatchObject({ status: 500 });
  expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('etag')]).toEqual([
    500,
    'no-store',
    null,
  ]);
});
