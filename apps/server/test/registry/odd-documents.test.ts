// Documents that are JSON, and in which nothing has the type that npm gives it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryClient, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument, tgz } from '../support/tarball.ts';

let server: RunningServer;
let ada: RegistryClient;

beforeAll(async () => {
  server = await runServer();
  ada = await registryClient(server.url, 'ada');
  await ada.send('PUT', '/plain', publishDocument('plain', '1.0.0'));
  await ada.send('PUT', '/plain', publishDocument('plain', '1.1.0'));
});

afterAll(() => server.stop());

/** Becomes no text: to ask for it throws. */
const noText = { toString: 1, valueOf: 1 };

/** All that a package.json says beside its name and version. */
const manifests: readonly Readonly<Record<string, unknown>>[] = [
  { author: { name: noText }, keywords: [noText], description: noText, license: noText, homepage: noText },
  { author: null, keywords: null, description: null, license: null, homepage: null, seaworthy: null },
  { author: noText, keywords: noText, seaworthy: noText, deprecated: noText, dependencies: noText, scripts: noText },
  { seaworthy: { permissions: { network: { toString: 1 }, [`a<b`]: [[noText]] }, provides: [noText, 5] } },
  { seaworthy: { permissions: [noText], provides: noText, description: noText, engines: noText } },
  { author: [noText], bin: noText, engines: noText, _npmUser: noText, funding: noText },
];

for (const [index, manifest] of manifests.entries()) {
  test(`a version is published and shown that says ${JSON.stringify(manifest).slice(0, 80)}`, async () => {
    const name = `odd-${index}`;
    const content = JSON.stringify({ name, version: '1.0.0', ...manifest });
    const archive = tgz([{ path: 'package/package.json', content }]);
    const sent = await ada.send('PUT', `/${name}`, publishDocument(name, '1.0.0', { archive, manifest }));
    expect([sent.status, await sent.json()]).toMatchObject([201, { ok: true }]);
    for (const path of [
      `/npm/${name}`,
      `/npm/${name}/1.0.0`,
      `/npm/-/v1/search?text=${name}`,
      `/packages/${name}`,
      `/packages?text=${name}`,
      `/api/v1/plugins/${name}`,
      `/api/v1/plugins?text=${name}`,
    ]) {
      expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 200]);
    }
  });
}

test('a package.json whose name or version is no text is of another package', async () => {
  for (const own of [{ name: noText }, { version: noText }, { name: 5, version: null }]) {
    const content = JSON.stringify({ name: 'wrong', version: '1.0.0', ...own });
    const archive = tgz([{ path: 'package/package.json', content }]);
    const sent = await ada.send('PUT', '/wrong', publishDocument('wrong', '1.0.0', { archive }));
    expect([sent.status, await sent.json()]).toMatchObject([422, { code: 'seaworthy.server.ARCHIVE_REFUSED' }]);
  }
});

test('tags and owners that are no text are nobody and nothing', async () => {
  const { _rev: revision, ...document } = (await (await ada.get('/plain?write=true')).json()) as Packument;
  const { '1.0.0': kept } = document.versions;
  const owners = await ada.send('PUT', `/plain/-rev/${revision}`, { _id: 'plain', maintainers: [{ name: noText }] });
  expect([owners.status, await owners.json()]).toMatchObject([404, { code: 'seaworthy.server.ACCOUNT_UNKNOWN' }]);
  const changed = { ...document, versions: { '1.0.0': kept }, 'dist-tags': { latest: noText } };
  expect((await ada.send('PUT', `/plain/-rev/${revision}`, changed)).status).toBe(201);
  const after = (await (await ada.get('/plain')).json()) as Packument;
  expect(after).toMatchObject({ 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': {} } });
});

test('bodies that are no object ask for nothing', async () => {
  for (const body of ['null', '5', '[]', '"public"']) {
    const sent = await ada.send('POST', '/-/package/plain/access', body);
    expect([body, sent.status, await sent.json()]).toMatchObject([body, 400, { code: 'seaworthy.server.BAD_REQUEST' }]);
  }
});

test('more owners than a package may have are refused, and of fewer only those up to the first one that is nobody are looked up', async () => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `nobody-${index}` }));
  const send = async (maintainers: readonly object[]) => {
    const sent = await ada.send('PUT', '/plain/-rev/3', { _id: 'plain', maintainers });
    return [sent.status, await sent.json()];
  };
  expect(await send(named(20_000))).toMatchObject([422, { code: 'seaworthy.server.PUBLISH_REFUSED' }]);
  expect(await send(named(1_000))).toMatchObject([404, { code: 'seaworthy.server.ACCOUNT_UNKNOWN' }]);
});

interface Packument {
  readonly _rev: string;
  readonly versions: Readonly<Record<string, object>>;
}
