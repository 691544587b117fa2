import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@seaworthy/logger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryClient, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { packed, publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: RegistryClient;

beforeAll(async () => {
  server = await runServer();
  ada = await registryClient(server.url, 'ada');
  await ada.send(
    'PUT',
    '/plain',
    publishDocument('plain', '1.0.0', { manifest: { dependencies: { a: '1' }, readme: '# plain' } }),
  );
  await ada.send('PUT', '/@shop%2forders', publishDocument('@shop/orders', '1.0.0'));
});

afterAll(() => server.stop());

const anybody = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.url}/npm${path}`, init);
const install = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };

interface Packument {
  readonly _rev: string;
  readonly versions: Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly dist: Readonly<Record<string, unknown>> }>
  >;
}

test('npm gets what it needs to install where it asks for that, and everything else where it asks for all', async () => {
  const short = await anybody('/plain', { headers: install });
  expect(short.headers.get('content-type')).toBe('application/vnd.npm.install-v1+json');
  const shortBody = (await short.json()) as Packument;
  expect(Object.keys(shortBody)).toEqual(['name', 'modified', 'dist-tags', 'versions']);
  expect(shortBody.versions['1.0.0']).toMatchObject({ dependencies: { a: '1' } });
  const full = await anybody('/plain');
  expect(full.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await full.json()).toMatchObject({ _id: 'plain', readme: '# plain', maintainers: [{ name: 'ada' }] });
  const forWriting = await anybody('/plain?write=true', { headers: install });
  expect(await forWriting.json()).toMatchObject({ _rev: '1' });
});

test('what has not changed is not sent again', async () => {
  const first = await anybody('/plain');
  const etag = first.headers.get('etag') as string;
  const again = await anybody('/plain', { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  await ada.send('PUT', '/-/package/plain/dist-tags/stable', '"1.0.0"');
  const changed = await anybody('/plain', { headers: { 'if-none-match': etag } });
  expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false]);
});

for (const name of ['@shop%2forders', '@shop%2Forders', '@shop/orders', '%40shop%2forders']) {
  test(`a scoped name may be written as ${name}`, async () => {
    expect(await (await anybody(`/${name}`)).json()).toMatchObject({ name: '@shop/orders' });
    expect(await (await anybody(`/${name}/1.0.0`)).json()).toMatchObject({ _id: '@shop/orders@1.0.0' });
    expect(await (await anybody(`/${name}/latest`)).json()).toMatchObject({ version: '1.0.0' });
    expect((await anybody(`/${name}/-/orders-1.0.0.tgz`)).status).toBe(200);
    expect(await (await anybody(`/-/package/${name}/dist-tags`)).json()).toEqual({ latest: '1.0.0' });
  });
}

test('an archive is the bytes that were published, for ever', async () => {
  const { versions } = (await (await anybody('/plain')).json()) as Packument;
  const address = versions['1.0.0']?.dist['tarball'] as string;
  expect(address).toBe(`${server.url}/npm/plain/-/plain-1.0.0.tgz`);
  const archive = await fetch(address);
  expect(Buffer.from(await archive.arrayBuffer())).toEqual(packed('plain', '1.0.0'));
  expect(archive.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const head = await fetch(address, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(packed('plain', '1.0.0').length)]);
  const etag = archive.headers.get('etag') as string;
  expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('a large archive is streamed and is the same bytes', async () => {
  const noise = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 2_654_435_761) % 251));
  const archive = packed('large', '1.0.0', [
    { path: 'package/noise', content: Buffer.concat(Array.from({ length: 8 }, () => noise)) },
  ]);
  const padded = packed('large', '1.0.0', [
    { path: 'package/a', content: archive },
    { path: 'package/b', content: noise },
  ]);
  expect((await ada.send('PUT', '/large', publishDocument('large', '1.0.0', { archive: padded }))).status).toBe(201);
  expect(Buffer.from(await (await anybody('/large/-/large-1.0.0.tgz')).arrayBuffer())).toEqual(padded);
});

test('each version is signed by a key that only the server reads', async () => {
  const { keys } = (await (await anybody('/-/npm/v1/keys')).json()) as {
    keys: readonly { keyid: string; key: string }[];
  };
  const { versions } = (await (await anybody('/plain')).json()) as Packument;
  const { integrity, signatures } = (versions['1.0.0'] as Packument['versions'][string]).dist as {
    integrity: string;
    signatures: readonly { keyid: string; sig: string }[];
  };
  const key = createPublicKey({ key: Buffer.from(keys[0]?.key ?? '', 'base64'), format: 'der', type: 'spki' });
  const signed = Buffer.from(`plain@1.0.0:${integrity}`);
  expect(signatures.map(({ keyid }) => keyid)).toEqual([keys[0]?.keyid]);
  expect(verify('sha256', signed, key, Buffer.from(signatures[0]?.sig ?? '', 'base64'))).toBe(true);
  expect(statSync(join(server.folder, 'data/registry-key.pem')).mode & 0o777).toBe(0o600);
});

test('a change that was made of an old document is refused', async () => {
  await ada.send('PUT', '/stale', publishDocument('stale', '1.0.0'));
  const { _rev } = (await (await anybody('/stale?write=true')).json()) as Packument;
  await ada.send('PUT', '/stale', publishDocument('stale', '1.1.0'));
  const refused = await ada.send('DELETE', `/stale/-rev/${_rev}`);
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'seaworthy.server.STALE_REVISION' }]);
  expect((await anybody('/stale')).status).toBe(200);
});

test('of two that publish the same version at once one succeeds', async () => {
  const document = publishDocument('raced', '1.0.0');
  const answers = await Promise.all(Array.from({ length: 8 }, () => ada.send('PUT', '/raced', document)));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201, 409, 409, 409, 409, 409, 409, 409,
  ]);
  expect((await anybody('/raced/-/raced-1.0.0.tgz')).status).toBe(200);
});

test('the last owner of a package stays', async () => {
  await ada.send('PUT', '/lonely', publishDocument('lonely', '1.0.0'));
  const refused = await ada.send('PUT', '/lonely/-rev/1', { maintainers: [] });
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'seaworthy.server.LAST_OWNER' }]);
});

test('a search answers in pages, best first', async () => {
  for (const name of ['otter', 'otter-food', 'river-otter', 'zoo']) {
    const description = name === 'zoo' ? 'has an otter' : 'animal';
    await ada.send('PUT', `/${name}`, publishDocument(name, '1.0.0', { manifest: { description } }));
  }
  const search = async (query: string) =>
    (await (await anybody(`/-/v1/search?text=otter${query}`)).json()) as {
      total: number;
      objects: { package: { name: string } }[];
    };
  const all = await search('');
  const names = all.objects.map((each) => each.package.name);
  expect([all.total, names[0], names.at(-1)]).toEqual([4, 'otter', 'zoo']);
  const page = await search('&size=2&from=1');
  expect([page.total, page.objects.map((each) => each.package.name)]).toEqual([4, names.slice(1, 3)]);
});

test('a search shows what is published now, and nothing of what was unpublished', async () => {
  const found = async (text: string): Promise<number> =>
    ((await (await anybody(`/-/v1/search?text=${text}`)).json()) as { total: number }).total;
  await ada.send('PUT', '/brief', publishDocument('brief', '1.0.0', { manifest: { description: 'earlier' } }));
  await ada.send('PUT', '/brief', publishDocument('brief', '1.1.0', { manifest: { description: 'later' } }));
  expect([await found('earlier'), await found('later')]).toEqual([0, 1]);
  await ada.send('DELETE', '/brief/-rev/2');
  expect([await found('later'), await found('brief')]).toEqual([0, 0]);
});

test('a token that is over, or comes from elsewhere, is none', async () => {
  const make = async (options: object): Promise<string> => {
    const body = { password: 'correct horse battery staple', ...options };
    return ((await (await ada.send('POST', '/-/npm/v1/tokens', body)).json()) as { token: string }).token;
  };
  const whoami = async (token: string): Promise<number> =>
    (await anybody('/-/whoami', { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await whoami(await make({ cidr_whitelist: ['127.0.0.0/8'] }))).toBe(200);
  expect(await whoami(await make({ cidr_whitelist: ['10.0.0.0/8'] }))).toBe(401);
  const refused = await ada.send('POST', '/-/npm/v1/tokens', {
    password: 'correct horse battery staple',
    packages: ['plain'],
  });
  expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'seaworthy.server.TOKEN_REFUSED' }]);
});

test('neither passwords nor tokens are on the disk, and every change is in the audit log', async () => {
  const files = ['server.sqlite', 'server.sqlite-wal', 'audit.log'].map((name) =>
    readFileSync(join(server.folder, 'data', name), 'latin1'),
  );
  for (const file of files) {
    expect(file.includes(ada.token)).toBe(false);
    expect(file.includes('correct horse')).toBe(false);
  }
  const path = join(server.folder, 'data/audit.log');
  expect(await verifyAudit(path)).toMatchObject({ isValid: true });
  const events = new Set(
    files[2]
      ?.split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { event: string }).event),
  );
  for (const event of [
    'account created',
    'token created',
    'version published',
    'tag set',
    'package unpublished',
    'refused',
  ]) {
    expect(events).toContain(event);
  }
});

test('a package may have the name of a page', async () => {
  expect((await ada.send('PUT', '/projects', publishDocument('projects', '1.0.0'))).status).toBe(201);
  expect((await anybody('/projects')).status).toBe(200);
  expect((await fetch(`${server.url}/`)).status).toBe(200);
});

test('what the registry does not have is told with the members that npm shows', async () => {
  const missing = await anybody('/-/v1/done');
  const body = (await missing.json()) as Record<string, unknown>;
  expect(missing.status).toBeGreaterThanOrEqual(404);
  expect(body['error']).toBe(body['detail']);
  const outside = (await (await fetch(`${server.url}/api/v1/nothing`)).json()) as object;
  expect(outside).not.toHaveProperty('error');
});
