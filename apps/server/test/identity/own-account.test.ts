import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient, type BrowserClient, type Page } from '../support/browser-client.ts';
import { askMarket, marketClient, type MarketAnswer, type MarketClient } from '../support/market-client.ts';
import { password } from '../support/npm-client.ts';
import { withToken } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

const better = 'a much better horse, and a staple';

let server: RunningServer;
let root: MarketClient;
let people = 0;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin', SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  root = await marketClient(server.url, 'root');
});

afterAll(() => server.stop());

interface Person extends MarketClient {
  readonly name: string;
}

/** Somebody new for each test. */
async function somebody(): Promise<Person> {
  people += 1;
  const name = `ada-${people}`;
  return { name, ...(await marketClient(server.url, name)) };
}

async function signedIn(name: string, secret = password): Promise<BrowserClient> {
  const browser = browserClient(server.url);
  expect((await browser.signIn(name, secret)).status).toBe(303);
  return browser;
}

const change = async (browser: BrowserClient, fields: Readonly<Record<string, string>>): Promise<Page> =>
  browser.send(await browser.get('/account'), '/account/password', fields);

const whoami = async (token: string): Promise<number> => (await withToken(server.url, token).get('/-/whoami')).status;
const isIn = async (browser: BrowserClient): Promise<boolean> => (await browser.get('/account')).status === 200;
const signIn = async (name: string, secret: string): Promise<number> =>
  (await browserClient(server.url).signIn(name, secret)).status;

type Entry = Readonly<Record<string, unknown>>;

/** The entries of the audit log that name an account, without their time and chain. */
const auditOf = (name: string): readonly Entry[] =>
  readFileSync(join(server.folder, 'data/audit.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"${name}"`))
    .map((line) => JSON.parse(line) as Entry);
const eventsOf = (name: string): readonly unknown[] => auditOf(name).map((entry) => entry['event']);

test('who knows the old password sets a new one, and stays signed in with a new session; other browsers and tokens are out', async () => {
  const { name, npm } = await somebody();
  const [own, other] = [await signedIn(name), await signedIn(name)];
  const before = own.cookies.get('seaworthy-session');
  const answer = await change(own, { old: password, wanted: better, revoke: 'yes' });
  expect([answer.status, answer.location]).toEqual([303, '/account']);
  expect([await isIn(own), await isIn(other), await whoami(npm.token)]).toEqual([true, false, 401]);
  // The box is ticked until somebody unticks it.
  expect((await own.get('/account')).markup).toMatch(/name="revoke"[^>]* checked/);
  expect(own.cookies.get('seaworthy-session')).not.toBe(before);
  expect([await signIn(name, password), await signIn(name, better)]).toEqual([401, 303]);
  expect(eventsOf(name)).toContain('password changed');
});

const wrong = [
  { what: 'a wrong old one', fields: { old: 'of somebody else', wanted: better }, status: 403, says: 'another one' },
  { what: 'a short new one', fields: { old: password, wanted: 'short' }, status: 422, says: '10 to 1000' },
  { what: 'a page of text', fields: { old: password, wanted: 'x'.repeat(1_001) }, status: 422, says: '10 to 1000' },
  { what: 'the old one again', fields: { old: password, wanted: password }, status: 422, says: 'that you have' },
];
test('a password that is wrong or not good, or sent by another site, changes nothing, is told on the page, and is written down without it', async () => {
  const { name, npm } = await somebody();
  const browser = await signedIn(name);
  for (const { what, fields, status, says } of wrong) {
    const answer = await change(browser, { ...fields, revoke: 'yes' });
    expect([what, answer.status, answer.markup.includes(says)]).toEqual([what, status, true]);
    expect(answer.markup).toContain('role="alert"');
    const log = JSON.stringify(auditOf(name));
    for (const secret of Object.values(fields)) expect(log).not.toContain(secret);
  }
  const page = await browser.get('/account');
  const forged = { old: password, wanted: better };
  const evil = await browser.send(page, '/account/password', forged, { origin: 'https://evil.example' });
  expect(evil.status).toBe(403);
  expect(eventsOf(name).filter((event) => event === 'password not changed')).toHaveLength(wrong.length);
  expect([await signIn(name, password), await whoami(npm.token), await isIn(browser)]).toEqual([303, 200, true]);
});

const asApi = (token: string, body: object): Promise<MarketAnswer> =>
  askMarket(server.url, 'PUT', '/account/password', { token, body });

test('a program changes it too: with the old one, and a token that may change things', async () => {
  const { name, npm, api } = await somebody();
  expect(await asApi('', { oldPassword: password, newPassword: better })).toMatchObject({ status: 401 });
  expect(await api('PUT', '/account/password', { oldPassword: 'no', newPassword: better })).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.PASSWORD_WRONG' },
  });
  const kept = { oldPassword: password, newPassword: better, revokeTokens: false };
  expect(await asApi(npm.token, kept)).toMatchObject({ status: 204 });
  expect(await whoami(npm.token)).toBe(200);
  expect(await asApi(npm.token, { oldPassword: better, newPassword: password })).toMatchObject({ status: 204 });
  expect([await whoami(npm.token), await signIn(name, password)]).toEqual([401, 303]);
});

test('of two changes at once with the same old password one is made', async () => {
  const { name, npm } = await somebody();
  const wanted = ['the first of two words', 'the second of two words'];
  const answers = await Promise.all(
    wanted.map((newPassword) => asApi(npm.token, { oldPassword: password, newPassword, revokeTokens: false })),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(1);
  const opened = await Promise.all(wanted.map((each) => signIn(name, each)));
  expect(opened.filter((status) => status === 303)).toHaveLength(1);
});

test('attempts to change it count as attempts to sign in', async () => {
  const strict = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '3' });
  try {
    const { npm } = await marketClient(strict.url, 'ada');
    const statuses = [];
    for (const _ of [1, 2, 3]) {
      const body = { oldPassword: 'a guess that is wrong', newPassword: better };
      statuses.push((await askMarket(strict.url, 'PUT', '/account/password', { token: npm.token, body })).status);
    }
    // The account was made with the first attempt.
    expect(statuses).toEqual([403, 403, 429]);
    expect((await browserClient(strict.url).signIn('ada', password)).status).toBe(429);
  } finally {
    await strict.stop();
  }
});

async function resetOf(name: string): Promise<{ readonly code: string; readonly path: string }> {
  const { status, body } = await root.api('POST', `/accounts/${name}/password-reset`);
  expect(status).toBe(201);
  const { code, url } = body as { code: string; url: string };
  const { pathname, search, origin } = new URL(url);
  expect(origin).toBe(new URL(server.url).origin);
  return { code, path: `${pathname}${search}` };
}

test('who has forgotten it sets a new one with a code of an admin, once', async () => {
  const { name, npm } = await somebody();
  const before = await signedIn(name);
  const { code, path } = await resetOf(name);
  const browser = browserClient(server.url);
  const page = await browser.get(path);
  expect([page.status, page.markup.includes(`Set a password for ${name}`)]).toEqual([200, true]);
  expect([page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual(['no-store', 'same-origin']);
  const refused = await browser.send(page, '/reset', { wanted: 'short', revoke: 'yes' });
  expect([refused.status, refused.markup.includes('role="alert"')]).toEqual([422, true]);
  const answer = await browser.send(refused, '/reset', { wanted: better, revoke: 'yes' });
  expect([answer.status, answer.location]).toEqual([303, '/sign-in']);
  expect([await signIn(name, better), await signIn(name, password)]).toEqual([303, 401]);
  expect([await isIn(before), await whoami(npm.token)]).toEqual([false, 401]);
  expect((await browser.send(page, '/reset', { wanted: 'once more, with feeling' })).status).toBe(404);
  expect((await browser.get(path)).status).toBe(404);
  expect(eventsOf(name)).toEqual(expect.arrayContaining(['password reset made', 'password reset']));
  const everything = readFileSync(join(server.folder, 'data/audit.log'), 'utf8') + JSON.stringify(server.log.records);
  expect(everything).not.toContain(code);
});

test('only the newest code is good, and none that somebody has made up', async () => {
  const { name } = await somebody();
  const [old, newest] = [await resetOf(name), await resetOf(name)];
  const browser = browserClient(server.url);
  const paths = [old.path, '/reset', '/reset?code=', `/reset?code=${'A'.repeat(43)}`, '/reset?code=a&code=b'];
  for (const path of paths) expect((await browser.get(path)).status).toBe(404);
  expect((await browser.get(newest.path)).status).toBe(200);
});

test('a code ends with the next change of the password; tokens stay where the person says so', async () => {
  const { name, npm } = await somebody();
  const { path } = await resetOf(name);
  await change(await signedIn(name), { old: password, wanted: better });
  expect([(await browserClient(server.url).get(path)).status, await whoami(npm.token)]).toEqual([404, 200]);
});

for (const [method, path, body] of [
  ['POST', '/accounts/root/password-reset', undefined],
  ['PUT', '/accounts/root/state', { state: 'disabled' }],
] as const) {
  test(`${method} ${path} is for admins, and who is refused is written down`, async () => {
    const { api } = await somebody();
    expect(await api(method, path, body)).toMatchObject({
      status: 403,
      body: { code: 'seaworthy.server.ROLE_NEEDED' },
    });
    expect(await askMarket(server.url, method, path, { body })).toMatchObject({ status: 401 });
    const refusals = readFileSync(join(server.folder, 'data/audit.log'), 'utf8').split('\n');
    const ofPath = refusals.filter((line) => line.includes('"refused"') && line.includes(`/api/v1${path}`));
    expect(ofPath.map((line) => /server\.(\w+)/.exec(line)?.[1])).toEqual(['ROLE_NEEDED', 'UNAUTHORIZED']);
  });
}

test('a disabled account is refused at once, with tokens, browsers and passwords; enabled, its tokens are good again', async () => {
  const { name, npm } = await somebody();
  const browser = await signedIn(name);
  const { path } = await resetOf(name);
  const short = await askMarket(server.url, 'POST', '/short-tokens', { token: npm.token });
  const { token: shortToken } = short.body as { token: string };
  await npm.send('PUT', `/@${name}%2fkept`, publishDocument(`@${name}/kept`, '1.0.0'));
  const kept = (): Promise<Response> => npm.get(`/@${name}%2fkept`);
  // Twice: the second answer is one from memory, before the framework.
  expect([(await kept()).status, (await kept()).status]).toEqual([200, 200]);
  expect(await root.api('PUT', `/accounts/${name}/state`, { state: 'disabled' })).toMatchObject({ status: 204 });
  expect([(await kept()).status, await whoami(npm.token), await whoami(shortToken)]).toEqual([401, 401, 401]);
  expect([await isIn(browser), (await browser.get(path)).status]).toEqual([false, 404]);
  const told = await browserClient(server.url).signIn(name, password);
  expect([told.status, told.markup.includes('is disabled')]).toEqual([403, true]);
  // Whoever does not know the password hears nothing of it.
  expect(await signIn(name, 'not the password')).toBe(401);
  const login = { name, password, email: `${name}@example.com` };
  expect((await withToken(server.url, '').send('PUT', `/-/user/org.couchdb.user:${name}`, login)).status).toBe(403);
  expect(await root.api('GET', `/accounts/${name}`)).toMatchObject({ body: { disabled: true } });
  expect(await root.api('POST', `/accounts/${name}/password-reset`)).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.ACCOUNT_DISABLED' },
  });
  expect((await fetch(`${server.url}/npm/@${name}%2fkept`)).status).toBe(200);
  await root.api('PUT', `/accounts/${name}/state`, { state: 'enabled' });
  expect([await whoami(npm.token), await signIn(name, password), await isIn(browser)]).toEqual([200, 303, false]);
  expect(eventsOf(name)).toEqual(expect.arrayContaining(['account disabled', 'login refused', 'account enabled']));
});

test('nobody disables their own account, or one that is not there', async () => {
  expect(await root.api('PUT', '/accounts/root/state', { state: 'disabled' })).toMatchObject({
    status: 409,
    body: { code: 'seaworthy.server.ACCOUNT_STAYS' },
  });
  expect(await root.api('PUT', '/accounts/nobody/state', { state: 'disabled' })).toMatchObject({ status: 404 });
  expect(await root.api('PUT', '/accounts/root/state', { state: 'gone' })).toMatchObject({ status: 422 });
});

test('a token that only reads changes no password, and one for reports opens nothing at all, not even to read', async () => {
  const { name, npm } = await somebody();
  const reading = await npm.send('POST', '/-/npm/v1/tokens', { password, readonly: true });
  const { token: reads } = (await reading.json()) as { token: string };
  expect(await asApi(reads, { oldPassword: password, newPassword: better })).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.TOKEN_ONLY_READS' },
  });
  const browser = await signedIn(name);
  const made = await browser.send(await browser.get('/account'), '/account/tokens', { name: 'ci', scope: 'reports' });
  const token = /swt_[\w-]{43}/.exec(made.markup)?.[0] as string;
  expect(await whoami(token)).toBe(403);
  const others = ['/keys', `/accounts/${name}`, '/plugins'];
  for (const path of others) {
    expect(await askMarket(server.url, 'GET', path, { token })).toMatchObject({
      status: 403,
      body: { code: 'seaworthy.server.TOKEN_FOR_REPORTS' },
    });
  }
  const document = publishDocument(`@${name}/none`, '1.0.0');
  const published = await withToken(server.url, token).send('PUT', `/@${name}%2fnone`, document);
  expect(published.status).toBe(403);
});
