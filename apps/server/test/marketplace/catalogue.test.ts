import { afterAll, beforeAll, expect, test } from 'vitest';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { pluginArchive } from '../support/plugin-archive.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: MarketClient;
let grace: MarketClient;
let root: MarketClient;

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '1000',
    SEAWORTHY_ADMINS: 'root',
  });
  [ada, grace, root] = await Promise.all([
    marketClient(server.url, 'ada'),
    marketClient(server.url, 'grace'),
    marketClient(server.url, 'root'),
  ]);
  await publish(ada, 'tax', '1.0.0', { description: 'Computes taxes', keywords: ['Money', 'tax rates'] });
  await publish(ada, 'tax', '1.1.0', { description: 'Computes taxes', keywords: ['Money', 'tax rates'] });
  await publish(ada, 'otter', '1.0.0', { description: 'An animal', license: 'Apache-2.0', keywords: ['money'] });
  await publish(grace, 'closed', '1.0.0', { description: 'An animal', license: 'as you like', seaworthy: undefined });
});

afterAll(() => server.stop());

/** The manifest that npm sends, and the package.json of the archive, say the same unless told otherwise. */
async function publish(
  { npm }: MarketClient,
  name: string,
  version: string,
  packageJson: Readonly<Record<string, unknown>>,
  sent: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const archive = pluginArchive(name, version, { packageJson });
  const document = publishDocument(name, version, { archive, manifest: { ...packageJson, ...sent } });
  expect((await npm.send('PUT', `/${name.replace('/', '%2f')}`, document)).status).toBe(201);
}

const ask = (path: string) => askMarket(server.url, 'GET', path);

interface Found {
  readonly total: number;
  readonly plugins: readonly { readonly name: string; readonly rating: number | null; readonly downloads: number }[];
}

const namesIn = async (query: string): Promise<readonly string[]> =>
  ((await ask(`/plugins?${query}`)).body as Found).plugins.map(({ name }) => name);

const searches: readonly { readonly query: string; readonly finds: readonly string[] }[] = [
  { query: 'sort=name', finds: ['closed', 'otter', 'tax'] },
  { query: 'text=animal&sort=name', finds: ['closed', 'otter'] },
  { query: 'text=tax', finds: ['tax'] },
  { query: 'tag=money&sort=name', finds: ['otter', 'tax'] },
  { query: 'tag=tax-rates', finds: ['tax'] },
  { query: 'license=Apache-2.0', finds: ['otter'] },
  { query: 'plugin=true&sort=name', finds: ['otter', 'tax'] },
  { query: 'plugin=false', finds: ['closed'] },
  { query: 'certified=true', finds: [] },
  { query: 'size=1&from=1&sort=name', finds: ['otter'] },
  { query: 'text=%22%20%29', finds: [] },
];
for (const { query, finds } of searches) {
  test(`a search for ${query} finds ${finds.join(', ') || 'nothing'}`, async () => {
    expect(await namesIn(query)).toEqual(finds);
  });
}

const wrong: readonly { readonly query: string; readonly says: RegExp }[] = [
  { query: 'size=0', says: /"size"/ },
  { query: 'size=ten', says: /"size"/ },
  { query: 'sort=price', says: /"sort"/ },
  { query: 'category=No%20Such', says: /"category"/ },
  { query: 'from=1e9', says: /"from"/ },
];
for (const { query, says } of wrong) {
  test(`a search for ${query} is refused, and says why`, async () => {
    const { status, body } = await ask(`/plugins?${query}`);
    expect([status, body]).toMatchObject([422, { code: 'seaworthy.server.INPUT_REFUSED' }]);
    expect((body as { detail: string }).detail).toMatch(says);
  });
}

test('a plugin tells its versions, what it asks for and who has signed it', async () => {
  const { status, body } = await ask('/plugins/tax');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    name: 'tax',
    version: '1.1.0',
    license: 'MIT',
    isSpdx: true,
    isPlugin: true,
    owners: ['ada'],
    tags: ['money', 'tax-rates'],
    permissions: { imports: ['node:path'] },
    provides: ['shop.tax'],
    versions: [
      { version: '1.1.0', publisher: 'ada' },
      { version: '1.0.0', publisher: 'ada' },
    ],
  });
  const { keys } = (await (await ada.npm.get('/-/npm/v1/keys')).json()) as { keys: readonly { keyid: string }[] };
  expect((body as { versions: readonly { signedBy: readonly string[] }[] }).versions[0]?.signedBy).toEqual([
    keys[0]?.keyid,
  ]);
});

test('what a plugin asks for, and its licence, are those of the archive, whatever the sender says', async () => {
  await publish(ada, 'sly', '1.0.0', {}, { license: 'ISC', seaworthy: { permissions: {} } });
  expect((await ask('/plugins/sly')).body).toMatchObject({ license: 'MIT', permissions: { imports: ['node:path'] } });
  await ada.npm.send('DELETE', '/sly/-rev/1');
  expect((await ask('/plugins/sly')).status).toBe(404);
  expect(await namesIn('sort=name')).not.toContain('sly');
});

test('a restricted package is listed for its owners only', async () => {
  await publish(grace, '@den/fox', '1.0.0', { description: 'An animal' });
  await grace.npm.send('POST', '/-/package/@den%2ffox/access', { access: 'restricted' });
  expect(await namesIn('text=fox')).toEqual([]);
  expect((await ask('/plugins/%40den%2Ffox')).status).toBe(404);
  expect((await ada.api('GET', '/plugins/%40den%2Ffox')).status).toBe(404);
  expect((await grace.api('GET', '/plugins/%40den%2Ffox')).status).toBe(200);
  expect(((await grace.api('GET', '/plugins?text=fox')).body as Found).total).toBe(1);
});

test('owners choose the categories of a package among those that there are', async () => {
  const choose = (by: MarketClient, categories: readonly string[]) =>
    by.api('PUT', '/plugins/tax/categories', { categories });
  expect((await choose(ada, ['data', 'security'])).status).toBe(204);
  expect(await namesIn('category=data')).toEqual(['tax']);
  expect(await choose(ada, ['data', 'nothing'])).toMatchObject({
    status: 404,
    body: { code: 'seaworthy.server.CATEGORY_UNKNOWN' },
  });
  expect(await choose(grace, ['http'])).toMatchObject({ status: 403, body: { code: 'seaworthy.server.NOT_AN_OWNER' } });
  expect((await ask('/plugins/tax')).body).toMatchObject({ categories: ['data', 'security'] });
});

test('maintainers make and remove categories, and nobody else', async () => {
  const category = { title: 'Animals', description: 'Have fur.' };
  expect(await ada.api('PUT', '/categories/animals', category)).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.ROLE_NEEDED' },
  });
  expect((await root.api('PUT', '/accounts/grace/role', { role: 'maintainer' })).status).toBe(204);
  expect((await grace.api('PUT', '/categories/animals', category)).status).toBe(204);
  await ada.api('PUT', '/plugins/otter/categories', { categories: ['animals'] });
  const { categories } = (await ask('/categories')).body as { categories: readonly { id: string; count: number }[] };
  expect(categories.find(({ id }) => id === 'animals')).toMatchObject({ title: 'Animals', count: 1 });
  expect((await grace.api('DELETE', '/categories/animals')).status).toBe(204);
  expect((await grace.api('DELETE', '/categories/animals')).status).toBe(404);
  expect((await ask('/plugins/otter')).body).toMatchObject({ categories: [] });
  await root.api('PUT', '/accounts/grace/role', { role: 'publisher' });
});

test('licences tell whether they are of SPDX, and tags how often they are used', async () => {
  const { licences } = (await ask('/licences')).body as { licences: readonly object[] };
  expect(licences).toEqual(
    expect.arrayContaining([
      { id: 'MIT', count: 1, isSpdx: true },
      { id: 'as you like', count: 1, isSpdx: false },
    ]),
  );
  expect((await ask('/tags?size=1')).body).toEqual({ tags: [{ id: 'money', count: 2 }] });
});

test('a reader may not publish until an admin says so', async () => {
  const lin = await marketClient(server.url, 'lin');
  await root.api('PUT', '/accounts/lin/role', { role: 'reader' });
  const document = publishDocument('lins', '1.0.0', { archive: pluginArchive('lins', '1.0.0') });
  const refused = await lin.npm.send('PUT', '/lins', document);
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'seaworthy.server.ROLE_NEEDED' }]);
  expect((await lin.api('PUT', '/plugins/tax/reviews/mine', { rating: 4 })).status).toBe(200);
  await lin.api('DELETE', '/plugins/tax/reviews/mine');
  await root.api('PUT', '/accounts/lin/role', { role: 'publisher' });
  expect((await lin.npm.send('PUT', '/lins', document)).status).toBe(201);
  await lin.npm.send('DELETE', '/lins/-rev/1');
});

test('only admins give roles, and the admins of the settings keep theirs', async () => {
  expect((await ada.api('PUT', '/accounts/ada/role', { role: 'admin' })).status).toBe(403);
  expect((await root.api('PUT', '/accounts/root/role', { role: 'reader' })).status).toBe(422);
  expect((await root.api('PUT', '/accounts/nobody/role', { role: 'reader' })).status).toBe(404);
  expect((await ada.api('GET', '/accounts/root')).body).toEqual({
    name: 'root',
    role: 'admin',
    flagAdmin: false,
    disabled: false,
  });
});

test('a namespace is for its members: others publish nothing new in it', async () => {
  expect((await ada.api('PUT', '/namespaces/@shop')).status).toBe(204);
  expect(await grace.api('PUT', '/namespaces/@shop')).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.NAMESPACE_TAKEN' },
  });
  const document = publishDocument('@shop/till', '1.0.0', { archive: pluginArchive('@shop/till', '1.0.0') });
  const refused = await grace.npm.send('PUT', '/@shop%2ftill', document);
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'seaworthy.server.NAMESPACE_TAKEN' }]);
  expect((await grace.api('PUT', '/namespaces/@shop/members/grace', { role: 'owner' })).status).toBe(403);
  expect((await ada.api('PUT', '/namespaces/@shop/members/grace', { role: 'member' })).status).toBe(204);
  expect((await grace.npm.send('PUT', '/@shop%2ftill', document)).status).toBe(201);
  expect((await ask('/namespaces/@shop')).body).toEqual({
    name: '@shop',
    members: [
      { account: 'ada', role: 'owner' },
      { account: 'grace', role: 'member' },
    ],
  });
  expect((await ada.api('DELETE', '/namespaces/@shop/members/ada')).status).toBe(409);
  expect((await ada.api('DELETE', '/namespaces/@shop/members/grace')).status).toBe(204);
  // What grace has published stays hers.
  const next = publishDocument('@shop/till', '1.1.0', { archive: pluginArchive('@shop/till', '1.1.0') });
  expect((await grace.npm.send('PUT', '/@shop%2ftill', next)).status).toBe(201);
});

test('a scope in which somebody else has a package cannot be claimed', async () => {
  expect((await ada.api('PUT', '/namespaces/@den')).status).toBe(403);
  expect((await grace.api('PUT', '/namespaces/@den')).status).toBe(204);
  expect((await ask('/namespaces/@nobody')).status).toBe(404);
  expect((await ada.api('PUT', '/namespaces/shop')).status).toBe(422);
});

test('who asks too often is told when to come again', async () => {
  const busy = await runServer({ SEAWORTHY_MARKETPLACE_READS_PER_MINUTE: '2' });
  try {
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await fetch(`${busy.url}/api/v1/tags`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await fetch(`${busy.url}/api/v1/plugins`);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await busy.stop();
  }
});
