import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient, type BrowserClient } from '../support/browser-client.ts';
import { password } from '../support/npm-client.ts';
import { registryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

const cookie = 'seaworthy-session';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  await registryClient(server.url, 'ada');
  await registryClient(server.url, 'grace');
});

afterAll(() => server.stop());

async function signedIn(name = 'ada'): Promise<BrowserClient> {
  const browser = browserClient(server.url);
  await browser.signIn(name, password);
  return browser;
}

const auditOf = (at: RunningServer): string => readFileSync(join(at.folder, 'data/audit.log'), 'utf8');

test('who signs in comes to where they wanted to go, and is known there', async () => {
  const browser = browserClient(server.url);
  const asked = await browser.get('/account');
  expect([asked.status, asked.location]).toEqual([303, '/sign-in?next=%2Faccount']);
  const answer = await browser.signIn('ada', password, '/account');
  expect([answer.status, answer.location]).toEqual([303, '/account']);
  const page = await browser.get('/account');
  expect([page.status, page.markup.includes('<h1>ada</h1>')]).toEqual([200, true]);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('scripts and other sites cannot have the cookie; behind TLS neither neighbours nor wires can', async () => {
  const browser = browserClient(server.url);
  const answer = await browser.signIn('ada', password);
  expect(answer.headers.getSetCookie().find((each) => each.startsWith(cookie))).toMatch(
    /^seaworthy-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=1209600$/,
  );
  const secure = await runServer({ SEAWORTHY_WEB_URL: 'https://seaworthy.example.com/' });
  try {
    const page = await browserClient(secure.url).get('/sign-in');
    expect(page.headers.getSetCookie()[0]).toMatch(
      /^__Host-seaworthy-form=.*; Path=\/; HttpOnly; SameSite=Lax; Secure/,
    );
  } finally {
    await secure.stop();
  }
});

test('a wrong password is told on the page, and is written down without it', async () => {
  const browser = browserClient(server.url);
  const answer = await browser.signIn('ada', 'not the password at all');
  expect(answer.status).toBe(401);
  expect(answer.markup).toContain('role="alert"');
  expect(answer.markup).toContain('value="ada"');
  expect(browser.cookies.has(cookie)).toBe(false);
  expect(auditOf(server)).toContain('login failed');
  expect(auditOf(server)).not.toContain('not the password at all');
});

for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a\nb', 'javascript:alert(1)']) {
  test(`signing in never leads to ${JSON.stringify(next)}`, async () => {
    expect((await browserClient(server.url).signIn('ada', password, next)).location).toBe('/account');
  });
}

test('signing in again makes a new session and ends the one before, also one that somebody else has put there', async () => {
  const browser = await signedIn();
  const first = browser.cookies.get(cookie) as string;
  const thief = browserClient(server.url);
  thief.setCookie(cookie, first);
  expect((await thief.get('/account')).status).toBe(200);
  await browser.send(await browser.get('/account'), '/sign-in', { name: 'grace', password });
  expect(browser.cookies.get(cookie)).not.toBe(first);
  expect((await thief.get('/account')).status).toBe(303);
  const fixed = browserClient(server.url);
  fixed.setCookie(cookie, 'A'.repeat(43));
  await fixed.signIn('ada', password);
  expect(fixed.cookies.get(cookie)).not.toBe('A'.repeat(43));
});

test('signing out ends the session, not only the cookie', async () => {
  const browser = await signedIn();
  const [value, page] = [browser.cookies.get(cookie) as string, await browser.get('/account')];
  expect((await browser.send(page, '/sign-out', {})).markup).toContain('Signed out');
  expect(browser.cookies.has(cookie)).toBe(false);
  browser.setCookie(cookie, value);
  expect((await browser.get('/account')).status).toBe(303);
});

test('one browser signs another one out, or all; nobody signs out somebody else', async () => {
  const [first, second, stranger] = [await signedIn(), await signedIn(), await signedIn('grace')];
  const page = await first.get('/account');
  const [key] = [...page.markup.matchAll(/name="key" value="([\da-f]{24})">Sign out</g)].map(([, each]) => each);
  await stranger.send(await stranger.get('/account'), '/account/sessions', { key: key as string });
  expect((await second.get('/account')).status).toBe(200);
  await first.send(page, '/account/sessions', { key: key as string });
  expect((await first.get('/account')).status).toBe(200);
  await first.send(page, '/account/sessions', { key: 'all' });
  for (const browser of [first, second]) expect((await browser.get('/account')).status).toBe(303);
  expect((await stranger.get('/account')).status).toBe(200);
});

const forged: readonly {
  readonly title: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}[] = [
  { title: 'from another origin', headers: { origin: 'https://evil.example' } },
  { title: 'with an origin that the browser hides', headers: { origin: 'null' } },
  { title: 'which the browser says comes from another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { title: 'from a neighbour under the same domain', headers: { 'sec-fetch-site': 'same-site' } },
  { title: 'without its token', fields: { form: '' } },
  { title: 'with the token of another browser', fields: { form: 'A'.repeat(43) } },
];
for (const { title, fields = {}, headers = {} } of forged) {
  test(`a form ${title} is refused, and does nothing`, async () => {
    const browser = await signedIn();
    const page = await browser.get('/account');
    const answer = await browser.send(page, '/account/tokens', { name: 'forged', days: '1', ...fields }, headers);
    expect([answer.status, answer.markup.includes('FORM_REFUSED')]).toEqual([403, true]);
    expect((await browser.get('/account')).markup).not.toContain('forged');
  });
}

test('a form without any cookie is refused, and so is a page from before the last sign-in', async () => {
  const page = await browserClient(server.url).get('/sign-in');
  expect((await browserClient(server.url).send(page, '/sign-in', { name: 'ada', password })).status).toBe(403);
  const browser = await signedIn();
  const old = await browser.get('/account');
  await browser.signIn('ada', password);
  await browser.send(await browser.get('/account'), '/sign-in', { name: 'ada', password });
  expect((await browser.send(old, '/sign-out', {})).status).toBe(403);
});

test('the API takes no cookie: what a form of another site can send changes nothing there', async () => {
  const browser = await signedIn();
  for (const path of ['/api/v1/keys', '/npm/-/whoami']) expect((await browser.get(path)).status).toBe(401);
});

test('a token that is made on the page works until it is revoked there, and is shown once', async () => {
  const browser = await signedIn();
  const asked = { name: 'ci <b>', days: '7', scope: 'read' };
  const made = await browser.send(await browser.get('/account'), '/account/tokens', asked);
  const token = /swt_[\w-]{43}/.exec(made.markup)?.[0] as string;
  const whoami = (): Promise<Response> =>
    fetch(`${server.url}/npm/-/whoami`, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await whoami()).json()).toEqual({ username: 'ada' });
  const page = await browser.get('/account');
  expect(page.markup).toContain('ci &lt;b&gt;');
  expect(page.markup).not.toContain(token);
  const row = page.markup.slice(page.markup.indexOf('ci &lt;b&gt;'));
  const key = /name="key" value="([\da-f]{24})">Revoke/.exec(row)?.[1] as string;
  await browser.send(page, '/account/tokens/revoke', { key });
  expect((await whoami()).status).toBe(401);
});

test('an account is made on a page where people may, and not where not', async () => {
  const browser = browserClient(server.url);
  const page = await browser.get('/register');
  const refused = await browser.send(page, '/register', { name: 'ada', email: 'a@b.example', password });
  expect([refused.status, refused.markup.includes('is taken')]).toEqual([409, true]);
  const made = await browser.send(page, '/register', { name: 'edsger', email: 'e@b.example', password });
  expect([made.status, made.location]).toEqual([303, '/account']);
  expect((await browser.get('/account')).markup).toContain('<h1>edsger</h1>');
  const closed = await runServer({ SEAWORTHY_REGISTRY_REGISTRATION: 'closed' });
  try {
    expect((await browserClient(closed.url).get('/register')).status).toBe(404);
    expect((await browserClient(closed.url).get('/sign-in')).markup).not.toContain('/register');
  } finally {
    await closed.stop();
  }
});

test('who tries too often waits, in the browser as with npm', async () => {
  const strict = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '2' });
  try {
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await browserClient(strict.url).signIn('root', 'x'.repeat(12))).status);
    expect(statuses).toEqual([401, 401, 429]);
  } finally {
    await strict.stop();
  }
});

test('packages that are for accounts only are shown to who is signed in; others are sent to sign in', async () => {
  const closed = await runServer({ SEAWORTHY_REGISTRY_READERS: 'accounts' });
  try {
    await registryClient(closed.url, 'ada');
    const browser = browserClient(closed.url);
    expect((await browser.get('/packages?text=a')).location).toBe('/sign-in?next=%2Fpackages%3Ftext%3Da');
    await browser.signIn('ada', password);
    expect((await browser.get('/packages')).status).toBe(200);
  } finally {
    await closed.stop();
  }
});

test('what a session did is in the audit log, with names and without secrets', async () => {
  const browser = await signedIn();
  const value = browser.cookies.get(cookie) as string;
  await browser.send(await browser.get('/account'), '/sign-out', {});
  const text = auditOf(server);
  for (const event of ['signed in', 'signed out']) expect(text).toContain(`"${event}"`);
  expect(text).not.toContain(value);
});
