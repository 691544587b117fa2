import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coversVersion, verifyEntitlement, verifyRevocations, type PublishedKeys } from '@seaworthy/plugins/trust';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { browserClient } from '../support/browser-client.ts';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { password } from '../support/npm-client.ts';
import { withToken } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let [owner, lin, kim, mia]: MarketClient[] = [];

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '10000',
    SEAWORTHY_ROLES: 'mia=maintainer',
  });
  [owner, lin, kim, mia] = await Promise.all(
    ['ada', 'lin', 'kim', 'mia'].map((name) => marketClient(server.url, name)),
  );
});

afterAll(() => server.stop());

const terms = { mode: 'paid', termsUrl: 'https://shop.example/tax' };
const forEver = { expiresAt: null };
let index = 0;
let name = '';

beforeEach(async () => {
  name = `sold-${(index += 1)}`;
  await owner?.npm.send('PUT', `/${name}`, publishDocument(name, '1.0.0'));
  await sell(owner, terms);
});

const sell = (by: MarketClient | undefined, licensing: object) =>
  by?.api('PUT', `/plugins/${name}/licensing`, licensing);
const archive = (by: MarketClient | undefined, version = '1.0.0', headers = {}) =>
  (by?.npm ?? withToken(server.url, '')).get(`/${name}/-/${name}-${version}.tgz`, headers);
const grant = async (wanted: object, by = owner) => {
  const { status, body } = (await by?.api('POST', `/plugins/${name}/entitlements`, { ...forEver, ...wanted })) ?? {};
  return { status, body, id: (body as { id?: number } | undefined)?.id ?? 0 };
};
const takeToken = (by: MarketClient | undefined, id: number, wanted: object = {}) =>
  by?.api('POST', `/entitlements/${id}/token`, wanted) as Promise<{
    status: number;
    body: { token: string; jti: string; seat: string; code?: string };
  }>;
const bodyOf = async <Body>(by: MarketClient | undefined, method: string, path: string): Promise<Body> =>
  (await by?.api(method, path))?.body as unknown as Body;
const keys = async () => (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as PublishedKeys;
const revokedList = async () => (await fetch(`${server.url}/api/v1/entitlements/revoked`)).text();
const code = (problem: string): object => ({ body: { code: `seaworthy.server.${problem}` } });

test('without an entitlement an archive is 402 with what to do, and its document stays readable and says so', async () => {
  for (const by of [undefined, lin]) {
    const refused = await archive(by);
    expect(refused.status).toBe(402);
    const { error, code: named } = (await refused.json()) as { error: string; code: string };
    expect(named).toBe('seaworthy.server.PAYMENT_REQUIRED');
    expect(error).toContain('https://shop.example/tax');
    const document = await withToken(server.url, '').get(`/${name}`);
    expect([document.status, document.headers.get('cache-control')]).toEqual([200, 'public, no-cache']);
    expect(await document.json()).toMatchObject({ licensing: { mode: 'paid', versions: '*', terms: '' } });
  }
});

test('owners, maintainers and whoever is entitled read it, from memory too, and no shared cache may keep it', async () => {
  await grant({ holder: 'lin' });
  for (let round = 0; round < 3; round += 1) {
    for (const by of [owner, mia, lin]) {
      const given = await archive(by);
      await given.arrayBuffer();
      expect([given.status, given.headers.get('cache-control')]).toEqual([200, 'private, max-age=31536000, immutable']);
    }
    for (const by of [undefined, kim]) expect((await archive(by)).status).toBe(402);
  }
});

test('whoever knows what an archive is, or asks only for its head, is told nothing more', async () => {
  const { headers } = await archive(owner);
  const etag = headers.get('etag') as string;
  expect((await archive(kim, '1.0.0', { 'if-none-match': etag })).status).toBe(402);
  expect((await kim?.npm.send('HEAD', `/${name}/-/${name}-1.0.0.tgz`))?.status).toBe(402);
});

test('what was free is paid from the next request on, also when it was in memory, and free again when its owner says so', async () => {
  await sell(owner, { mode: 'free' });
  for (let round = 0; round < 3; round += 1) {
    const given = await archive(undefined);
    await given.arrayBuffer();
    expect([given.status, given.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  }
  await sell(owner, terms);
  expect((await archive(undefined)).status).toBe(402);
  await sell(owner, { mode: 'free' });
  expect((await archive(undefined)).status).toBe(200);
});

test('only the versions that are paid need an entitlement, and only its range is covered', async () => {
  for (const version of ['2.0.0-rc.1', '2.0.0', '3.0.0']) {
    await owner?.npm.send('PUT', `/${name}`, publishDocument(name, version));
  }
  await sell(owner, { ...terms, versions: '>=2.0.0-0' });
  await grant({ holder: 'lin', versions: '^2.0.0' });
  const got = async (by: MarketClient | undefined) =>
    Promise.all(['1.0.0', '2.0.0-rc.1', '2.0.0', '3.0.0'].map(async (version) => (await archive(by, version)).status));
  expect(await got(undefined)).toEqual([200, 402, 402, 402]);
  expect(await got(lin)).toEqual([200, 402, 200, 402]);
  expect(coversVersion('^2.0.0', '2.0.0-rc.1')).toBe(false);
});

test('an entitlement that has not begun, has ended or was revoked opens nothing', async () => {
  await grant({ holder: 'lin', notBefore: '2999-01-01T00:00:00Z' });
  await grant({ holder: 'kim', notBefore: '2001-01-01T00:00:00Z', expiresAt: '2001-02-01T00:00:00Z' });
  expect([(await archive(lin)).status, (await archive(kim)).status]).toEqual([402, 402]);
  const { id } = await grant({ holder: 'lin' });
  expect((await archive(lin)).status).toBe(200);
  expect((await owner?.api('POST', `/entitlements/${id}/revocation`, { reason: 'paid back' }))?.status).toBe(204);
  expect((await archive(lin)).status).toBe(402);
  expect(await takeToken(lin, id)).toMatchObject({ status: 409, ...code('ENTITLEMENT_NOT_IN_FORCE') });
});

test('an entitlement of a namespace is for its members while they are', async () => {
  const scope = `@team-${index}`;
  await kim?.api('PUT', `/namespaces/${encodeURIComponent(scope)}`);
  const { id } = await grant({ holder: scope, seats: 2 });
  expect([(await archive(kim)).status, (await archive(lin)).status]).toEqual([200, 402]);
  const member = `/namespaces/${encodeURIComponent(scope)}/members/lin`;
  await kim?.api('PUT', member, { role: 'member' });
  expect([(await archive(lin)).status, (await takeToken(lin, id)).status]).toEqual([200, 201]);
  await kim?.api('DELETE', member);
  expect([(await archive(lin)).status, (await takeToken(lin, id)).status]).toEqual([402, 404]);
});

test('only issuers give, list, renew and revoke; strangers are not even told that there is one', async () => {
  const { id } = await grant({ holder: 'lin' });
  expect(await grant({ holder: 'kim' }, kim)).toMatchObject({ status: 403, ...code('NOT_AN_ISSUER') });
  expect(await sell(kim, { mode: 'free' })).toMatchObject({ status: 403, ...code('NOT_AN_OWNER') });
  expect(await kim?.api('GET', `/plugins/${name}/entitlements`)).toMatchObject({ status: 403 });
  for (const [by, status] of [
    [kim, 404],
    [lin, 403],
  ] as const) {
    expect(await by?.api('POST', `/entitlements/${id}/revocation`, {})).toMatchObject({ status });
    expect(await by?.api('POST', `/entitlements/${id}/renewal`, forEver)).toMatchObject({ status });
  }
  expect(await kim?.api('GET', `/entitlements/${id}`)).toMatchObject({ status: 404, ...code('ENTITLEMENT_UNKNOWN') });
  expect(await askMarket(server.url, 'GET', `/entitlements/${id}`)).toMatchObject({ status: 401 });
  expect(await owner?.api('GET', `/plugins/${name}/entitlements`)).toMatchObject({
    body: { total: 1, entitlements: [{ id }] },
  });
  const { entitlements } = await bodyOf<{ entitlements: { id: number }[] }>(lin, 'GET', '/entitlements');
  expect(entitlements.map((each) => each.id)).toContain(id);
});

test('an owner of the namespace sells its packages too', async () => {
  const scope = `@house-${index}`;
  await kim?.api('PUT', `/namespaces/${encodeURIComponent(scope)}`);
  await kim?.api('PUT', `/namespaces/${encodeURIComponent(scope)}/members/ada`, { role: 'member' });
  name = `${scope}/tax`;
  await owner?.npm.send('PUT', `/${scope}%2ftax`, publishDocument(name, '1.0.0'));
  name = encodeURIComponent(name);
  expect(await grant({ holder: 'lin' }, kim)).toMatchObject({ status: 201 });
});

test('a grant that is sent again with its reference is the same one, and another one under it is refused', async () => {
  const first = await grant({ holder: 'lin', reference: 'order 7' });
  const all = await Promise.all(Array.from({ length: 5 }, () => grant({ holder: 'lin', reference: 'order 7' })));
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([first.id]));
  expect(await grant({ holder: 'kim', reference: 'order 7' })).toMatchObject({
    status: 409,
    ...code('REFERENCE_TAKEN'),
  });
});

const bad: Readonly<Record<string, object>> = {
  'of a range that is none': { versions: 'x y z' },
  'that ends before it begins': { notBefore: '2030-01-01T00:00:00Z', expiresAt: '2029-01-01T00:00:00Z' },
  'without seats': { seats: 0 },
  'of half a seat': { seats: 1.5 },
  'with a feature that is a sentence': { features: ['all of it'] },
  'without saying when it ends': { expiresAt: undefined },
  'with control characters': { reference: 'a\u001bb' },
};
for (const [what, wanted] of Object.entries(bad)) {
  test(`an entitlement ${what} is refused`, async () => {
    expect((await grant({ holder: 'lin', ...wanted })).status).toBe(422);
  });
}

test('terms are needed, and are an address that a browser opens or a text', async () => {
  for (const licensing of [
    { mode: 'paid' },
    { mode: 'paid', terms: ' ' },
    { mode: 'paid', termsUrl: 'javascript:alert(1)' },
    { mode: 'paid', terms: 'Ask.', versions: 'nonsense' },
    { mode: 'cheap' },
  ]) {
    expect((await sell(owner, licensing))?.status).toBe(422);
  }
  expect(await askMarket(server.url, 'GET', `/plugins/${name}/licensing`)).toMatchObject({ body: terms });
});

test('unknown accounts, namespaces and packages are told as such', async () => {
  expect(await grant({ holder: 'nobody' })).toMatchObject({ status: 404, ...code('ACCOUNT_UNKNOWN') });
  expect(await grant({ holder: '@nobody' })).toMatchObject({ status: 404, ...code('NAMESPACE_UNKNOWN') });
  name = 'not-there';
  expect(await grant({ holder: 'lin' })).toMatchObject({ status: 404, ...code('PACKAGE_UNKNOWN') });
});

test('a renewal ends later and has more seats, never the other way', async () => {
  const { id } = await grant({ holder: 'lin', expiresAt: '2998-01-01T00:00:00Z', seats: 2 });
  const renew = (change: object) => owner?.api('POST', `/entitlements/${id}/renewal`, change);
  expect(await renew({ expiresAt: '2999-01-01T00:00:00Z', seats: 3 })).toMatchObject({
    status: 200,
    body: { expiresAt: '2999-01-01T00:00:00.000Z', seats: 3 },
  });
  expect(await renew({ expiresAt: '2998-01-01T00:00:00Z' })).toMatchObject({ status: 422 });
  expect(await renew({ expiresAt: null, seats: 2 })).toMatchObject({ status: 422 });
  expect(await renew({ expiresAt: null })).toMatchObject({ status: 200, body: { expiresAt: null, seats: 3 } });
});

test('a token is checked without the server: for its package, its range and its time', async () => {
  const { id } = await grant({ holder: 'lin', versions: '^1.0.0', features: ['pdf'] });
  const { body } = await takeToken(lin, id, { device: 'laptop', days: 30 });
  const known = await keys();
  const wanted = { keys: known, package: name, version: '1.2.0' };
  expect(verifyEntitlement(body.token, wanted)).toMatchObject({
    id,
    holder: 'lin',
    features: ['pdf'],
    seat: 'lin/laptop',
    tokenId: body.jti,
  });
  const refusal = (change: object) => () => verifyEntitlement(body.token, { ...wanted, ...change });
  expect(refusal({ version: '2.0.0' })).toThrow(/Use a version that it covers/);
  expect(refusal({ package: 'another' })).toThrow(/Use a version that it covers/);
  expect(refusal({ now: Date.now() + 31 * 86_400_000 })).toThrow(/was good until/);
});

test('a token ends with its entitlement', async () => {
  const expiresAt = new Date(Date.now() + 3_600_500).toISOString();
  const { id } = await grant({ holder: 'lin', expiresAt });
  const { exp = 0 } = decodeJwt((await takeToken(lin, id, { days: 30 })).body.token);
  expect(exp * 1_000).toBeLessThanOrEqual(Date.parse(expiresAt));
  expect(exp * 1_000).toBeGreaterThan(Date.parse(expiresAt) - 1_000);
});

test('a token of an entitlement opens nothing here, and a token of access entitles to nothing', async () => {
  const { id } = await grant({ holder: 'lin' });
  const { token } = (await takeToken(lin, id)).body;
  expect((await withToken(server.url, token).get('/-/whoami')).status).toBe(401);
  expect((await withToken(server.url, token).get(`/${name}/-/${name}-1.0.0.tgz`)).status).toBe(401);
  const access = await bodyOf<{ token: string }>(lin, 'POST', '/short-tokens');
  const wanted = { keys: await keys(), package: name, version: '1.0.0' };
  expect(() => verifyEntitlement(access.token, wanted)).toThrow('its type is "JWT"');
  expect(() => verifyRevocations(token, { keys: wanted.keys })).toThrow('its type is "seaworthy-entitlement+jwt"');
});

test('only the holder takes tokens, and not with a token that may only read', async () => {
  const { id } = await grant({ holder: 'lin' });
  for (const by of [owner, kim]) expect((await takeToken(by, id)).status).toBe(404);
  const wanted = { password, readonly: true };
  const made = await lin?.npm.send('POST', '/-/npm/v1/tokens', wanted);
  const { token = '' } = ((await made?.json()) ?? {}) as { token?: string };
  const asked = await askMarket(server.url, 'POST', `/entitlements/${id}/token`, { body: {}, token });
  expect(asked).toMatchObject({ status: 403, ...code('TOKEN_ONLY_READS') });
  // To read what was paid for it is enough: that is what builds have.
  expect((await withToken(server.url, token).get(`/${name}/-/${name}-1.0.0.tgz`)).status).toBe(200);
});

test('of 50 devices that ask at one moment, exactly as many get a seat as there are', async () => {
  const { id } = await grant({ holder: 'lin', seats: 7 });
  const all = await Promise.all(Array.from({ length: 50 }, (_, each) => takeToken(lin, id, { device: `d${each}` })));
  const got = all.filter(({ status }) => status === 201).map(({ body }) => body.seat);
  expect(new Set(got).size).toBe(7);
  expect(all.filter(({ body }) => body.code === 'seaworthy.server.SEATS_TAKEN')).toHaveLength(43);
  const { taken } = await bodyOf<{ taken: { seat: string }[] }>(lin, 'GET', `/entitlements/${id}`);
  expect(taken.map(({ seat }) => seat).toSorted()).toEqual(got.toSorted());
  // Who has a seat gets another token for it.
  const [device = ''] = got.map((seat) => seat.split('/')[1]);
  expect((await takeToken(lin, id, { device })).status).toBe(201);
});

test('a seat that is released is free for another, and its tokens are revoked', async () => {
  const { id } = await grant({ holder: 'lin' });
  const { jti, token } = (await takeToken(lin, id, { device: 'old' })).body;
  expect((await takeToken(lin, id, { device: 'new' })).status).toBe(409);
  const seat = `/entitlements/${id}/seats/${encodeURIComponent('lin/old')}`;
  expect((await kim?.api('DELETE', seat))?.status).toBe(404);
  expect((await lin?.api('DELETE', seat))?.status).toBe(204);
  expect((await lin?.api('DELETE', seat))?.status).toBe(404);
  expect((await takeToken(lin, id, { device: 'new' })).status).toBe(201);
  const known = await keys();
  const revocations = verifyRevocations(await revokedList(), { keys: known });
  expect(revocations.revoked.has(jti)).toBe(true);
  const wanted = { keys: known, package: name, version: '1.0.0', revocations };
  expect(() => verifyEntitlement(token, wanted)).toThrow('was revoked');
});

test('the signed list names what was revoked and nothing else, for everybody, and caches may keep it', async () => {
  const [first, second] = [await grant({ holder: 'lin' }), await grant({ holder: 'kim' })];
  const tokens = [await takeToken(lin, first.id), await takeToken(kim, second.id)];
  await owner?.api('POST', `/entitlements/${first.id}/revocation`, { reason: '' });
  const response = await fetch(`${server.url}/api/v1/entitlements/revoked`);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(response.headers.get('content-type')).toBe('application/jwt');
  const { revoked } = verifyRevocations(await response.text(), { keys: await keys() });
  expect(tokens.map(({ body }) => revoked.has(body.jti))).toEqual([true, false]);
});

test('a seat has no more good tokens than 32: the list of revoked ones stays short', async () => {
  const { id } = await grant({ holder: 'lin' });
  const all = await Promise.all(Array.from({ length: 34 }, () => takeToken(lin, id)));
  expect(all.filter(({ status }) => status === 201)).toHaveLength(32);
  expect(await takeToken(lin, id)).toMatchObject({ status: 409, ...code('SEAT_TOKENS') });
});

test('what was done and what was refused is in the audit log, and no token is', async () => {
  const { id } = await grant({ holder: 'lin' });
  const { token } = (await takeToken(lin, id)).body;
  await owner?.api('POST', `/entitlements/${id}/renewal`, forEver);
  await lin?.api('DELETE', `/entitlements/${id}/seats/lin`);
  await owner?.api('POST', `/entitlements/${id}/revocation`, { reason: 'paid back' });
  await archive(lin);
  const text = readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
  for (const event of [
    'licensing changed',
    'entitlement granted',
    'entitlement token created',
    'entitlement renewed',
  ]) {
    expect(text).toContain(`"${event}"`);
  }
  expect(text).toContain('"seat released"');
  expect(text).toContain('"entitlement revoked"');
  expect(text).toContain('seaworthy.server.PAYMENT_REQUIRED');
  expect(text).not.toContain(token);
});

test('lists mark what has to be paid for from the change of its owner on, and find it by that; npm searches as before', async () => {
  await sell(owner, { mode: 'paid', terms: 'Ask.', versions: '^1' });
  const listed = async (query: string) => {
    const { body } = await askMarket(server.url, 'GET', `/plugins?text=${name}${query}`);
    return (body as { plugins: readonly { name: string; paidVersions: string | null }[] }).plugins;
  };
  expect(await listed('')).toMatchObject([{ name, paidVersions: '^1' }]);
  expect([(await listed('&paid=true')).length, (await listed('&paid=false')).length]).toEqual([1, 0]);
  const markup = async (path: string) => (await fetch(server.url + path, { headers: { accept: 'text/html' } })).text();
  for (const path of [`/packages?text=${name}`, `/packages/${name}`]) {
    expect(await markup(path)).toContain('<span class="badge paid">paid: ^1</span>');
  }
  const found = await (await fetch(`${server.url}/npm/-/v1/search?text=${name}`)).text();
  expect([found.includes(`"name":"${decodeURIComponent(name)}"`), found.includes('paid')]).toEqual([true, false]);
  await sell(owner, { mode: 'free' });
  expect(await listed('')).toMatchObject([{ name, paidVersions: null }]);
  expect(await markup(`/packages/${name}`)).not.toContain('badge paid');
});

test('the page of a package shows that it is paid, and on what terms, as text', async () => {
  await sell(owner, { mode: 'paid', terms: 'Ten <b>euros</b>', versions: '^1' });
  const markup = await (await fetch(`${server.url}/packages/${name}`)).text();
  expect(markup).toContain('<strong>paid</strong>');
  expect(markup).toContain('Ten &lt;b&gt;euros&lt;/b&gt;');
  expect(await askMarket(server.url, 'GET', `/plugins/${name}`)).toMatchObject({ body: { paid: { versions: '^1' } } });
});

test('the holder sees an entitlement at /account, and so does the owner of the package, and nobody else', async () => {
  const { id } = await grant({ holder: 'lin', reference: 'order <7>' });
  const shown = async (account: string): Promise<string> => {
    const browser = browserClient(server.url);
    await browser.signIn(account, password);
    return (await browser.get('/account')).markup;
  };
  expect(await shown('lin')).toMatch(new RegExp(`<h2>Entitlements</h2>[^]*/packages/${name}"[^]*<td>${id}</td>`));
  expect(await shown('ada')).toMatch(new RegExp(`<h2>Entitlements to your packages</h2>[^]*order &lt;7&gt;`));
  expect(await shown('kim')).not.toContain(`/packages/${name}"`);
});
