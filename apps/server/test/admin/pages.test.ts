import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient, type BrowserClient, type Page } from '../support/browser-client.ts';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { password } from '../support/npm-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let root: MarketClient;
let admin: BrowserClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin', SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  root = await marketClient(server.url, 'root');
  admin = await signedIn('root');
});

afterAll(() => server.stop());

async function signedIn(name: string): Promise<BrowserClient> {
  const browser = browserClient(server.url);
  expect((await browser.signIn(name, password)).status).toBe(303);
  return browser;
}

const send = async (by: BrowserClient, name: string, fields: Readonly<Record<string, string>>): Promise<Page> =>
  by.send(await by.get(`/admin/accounts/${name}`), `/admin/accounts/${name}`, fields);

const eventsAbout = (name: string): readonly unknown[] =>
  readFileSync(join(server.folder, 'data/audit.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"to":"${name}"`))
    .map((line) => (JSON.parse(line) as { event: string }).event);

const pages = ['/admin', '/admin/accounts', '/admin/accounts/root', '/admin/ownerless', '/admin/audit?verify=yes'];
const operations = ['/accounts', '/audit', '/audit/verification', '/ownerless', '/server'];

test('only an admin sees the pages and the answers for programs; strangers are sent to sign in', async () => {
  const { api } = await marketClient(server.url, 'mallory');
  const mallory = await signedIn('mallory');
  for (const path of pages) {
    const refused = await mallory.get(path);
    expect([path, refused.status, refused.markup.includes('ROLE_NEEDED')]).toEqual([path, 403, true]);
    const stranger = await browserClient(server.url).get(path);
    expect([stranger.status, stranger.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(path)}`]);
    const shown = await admin.get(path);
    expect([path, shown.status, shown.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
  }
  for (const path of operations) {
    expect([(await api('GET', path)).status, (await root.api('GET', path)).status]).toEqual([403, 200]);
    expect((await askMarket(server.url, 'GET', path)).status).toBe(401);
  }
  expect((await api('DELETE', '/accounts/root/sign-ins')).status).toBe(403);
});

test('an admin gives a role, disables, enables, and makes a code, and each is written down', async () => {
  await marketClient(server.url, 'ada');
  expect((await send(admin, 'ada', { change: 'role', role: 'maintainer', flagAdmin: 'yes' })).status).toBe(303);
  expect((await send(admin, 'ada', { change: 'disable' })).status).toBe(303);
  expect((await browserClient(server.url).signIn('ada', password)).status).toBe(403);
  expect((await send(admin, 'ada', { change: 'enable' })).status).toBe(303);
  const { markup } = await send(admin, 'ada', { change: 'reset' });
  const [, path = ''] = /<code>[^<]*(\/reset\?code=[\w-]+)<\/code>/.exec(markup) ?? [];
  expect((await browserClient(server.url).get(path)).status).toBe(200);
  expect((await root.api('GET', '/accounts/ada')).body).toMatchObject({ role: 'maintainer', flagAdmin: true });
  expect(eventsAbout('ada')).toEqual(['role given', 'account disabled', 'account enabled', 'password reset made']);
});

test('all browsers and tokens of an account end at once', async () => {
  const { npm } = await marketClient(server.url, 'bob');
  const bob = await signedIn('bob');
  expect((await send(admin, 'bob', { change: 'end' })).status).toBe(303);
  expect([(await bob.get('/account')).status, (await npm.get('/-/whoami')).status]).toEqual([303, 401]);
  await marketClient(server.url, 'bob');
  expect((await root.api('DELETE', '/accounts/bob/sign-ins')).body).toMatchObject({ sessions: 0 });
  expect(eventsAbout('bob')).toEqual(['sign-ins ended', 'sign-ins ended']);
});

test('the only admin is not demoted, and nobody disables themselves; the page says why', async () => {
  const own = await runServer({ SEAWORTHY_ADMINS: 'first' });
  try {
    const first = await marketClient(own.url, 'first');
    await marketClient(own.url, 'second');
    await first.api('PUT', '/accounts/second/role', { role: 'admin' });
    await first.api('PUT', '/accounts/first/state', { state: 'disabled' });
    const second = browserClient(own.url);
    await second.signIn('second', password);
    const change = async (name: string, fields: Readonly<Record<string, string>>) =>
      second.send(await second.get(`/admin/accounts/${name}`), `/admin/accounts/${name}`, fields);
    expect((await change('first', { change: 'disable' })).status).toBe(303);
    const demoted = await change('second', { change: 'role', role: 'reader' });
    expect([demoted.status, demoted.markup.includes('no other admin may sign in')]).toEqual([409, true]);
    const disabled = await change('second', { change: 'disable' });
    expect([disabled.status, disabled.markup.includes('nobody disables their own')]).toEqual([409, true]);
    expect(disabled.markup).toContain('role="alert"');
  } finally {
    await own.stop();
  }
});

const forged = [
  { what: 'a field that is no role', fields: { change: 'role', role: 'root' }, status: 400 },
  { what: 'no change', fields: {}, status: 400 },
  { what: 'another change', fields: { change: 'delete' }, status: 400 },
];
test('a form of an old page, of another site, or of another shape changes nothing, and neither does an account that is not there', async () => {
  await marketClient(server.url, 'carl');
  const page = await admin.get('/admin/accounts/carl');
  const disable = { change: 'disable' };
  const path = '/admin/accounts/carl';
  const evil = await admin.send(page, path, disable, { origin: 'https://evil.example' });
  const stale = await admin.send({ ...page, markup: '<input type="hidden" name="form" value="AAAA">' }, path, disable);
  expect([evil.status, stale.status]).toEqual([403, 403]);
  const other = await signedIn('carl');
  const stolen = await other.send(await other.get('/account'), path, { change: 'role', role: 'admin' });
  expect(stolen.status).toBe(403);
  for (const { what, fields, status } of forged) {
    expect([what, (await admin.send(page, path, fields)).status]).toEqual([what, status]);
  }
  expect((await admin.send(page, '/admin/accounts/nobody', disable)).status).toBe(404);
  expect((await admin.get('/admin/accounts/%3Cscript%3E')).markup).not.toContain('<script>');
  expect((await root.api('GET', '/accounts/carl')).body).toMatchObject({ role: 'publisher', disabled: false });
  expect(eventsAbout('carl')).toEqual([]);
});

test('markup in what people wrote is text: an email, a search, an entry of the log', async () => {
  const evil = '<img/src=x>@example.com';
  const registered = await fetch(`${server.url}/npm/-/user/org.couchdb.user:dora`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'dora', password, email: evil }),
  });
  expect(registered.status).toBe(201);
  await browserClient(server.url).signIn('"><img src=x>', 'not a password');
  const looked = ['/admin/accounts', '/admin/accounts/dora', '/admin/accounts?text=%22%3E%3Cimg%20src%3Dx%3E'];
  for (const path of [...looked, '/admin/audit', '/admin/audit?who=%22%3E%3Cimg%20src%3Dx%3E']) {
    expect([path, (await admin.get(path)).markup.includes('<img')]).toEqual([path, false]);
  }
  expect((await admin.get('/admin/accounts/dora')).markup).toContain('&lt;img/src=x&gt;@example.com');
});

test('the log is filtered, and its check says that it is whole, and where it is not', async () => {
  await marketClient(server.url, 'erna');
  const { markup } = await admin.get('/admin/audit?who=erna&what=account+created');
  expect(markup.match(/<tr>\s*<th scope="row">\d+<\/th>/g)).toHaveLength(1);
  expect((await admin.get('/admin/audit?verify=yes')).markup).toContain('The log is whole');
  const file = join(server.folder, 'data/audit.log');
  const kept = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, kept.replace('"account created"', '"account altered"'));
    expect((await admin.get('/admin/audit?verify=yes')).markup).toContain('changed or is damaged at line');
    expect((await root.api('GET', '/audit/verification')).body).toMatchObject({ isValid: false });
  } finally {
    writeFileSync(file, kept);
  }
});

test('the first page has versions, where things are kept and jobs; the status has each part, and no reason', async () => {
  const { markup } = await admin.get('/admin');
  for (const text of ['SQLite', `on Node ${process.version}`, 'months of downloads', 'Nothing waits for a decision']) {
    expect(markup).toContain(text);
  }
  const stranger = browserClient(server.url);
  const page = await stranger.get('/status');
  expect([page.status, page.markup.includes('Everything works.')]).toEqual([200, true]);
  const { body } = await askMarket(server.url, 'GET', '/status');
  expect(body).toMatchObject({ status: 'up' });
  const { parts } = body as { parts: readonly object[] };
  expect(parts.length).toBeGreaterThan(2);
  for (const part of parts) expect(Object.keys(part)).toEqual(['name', 'status', 'since']);
});
