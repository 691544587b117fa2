import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticator } from '../support/authenticator.ts';
import { browserClient, type BrowserClient, type Page } from '../support/browser-client.ts';
import { marketClient, type MarketClient } from '../support/market-client.ts';
import { password } from '../support/npm-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let root: MarketClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin', SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  root = await marketClient(server.url, 'root');
});

afterAll(() => server.stop());

const path = '/account/second-factor';

async function signedIn(name: string): Promise<BrowserClient> {
  const browser = browserClient(server.url);
  expect((await browser.signIn(name, password)).status).toBe(303);
  return browser;
}

const change = async (browser: BrowserClient, fields: Readonly<Record<string, string>>): Promise<Page> =>
  browser.send(await browser.get(path), path, fields);

/** Somebody who has turned it on at the page. */
async function guarded(name: string, mode: 'auth-only' | 'auth-and-writes' = 'auth-and-writes') {
  const { api, npm } = await marketClient(server.url, name);
  const browser = await signedIn(name);
  const begun = await change(browser, { change: 'begin', mode, password });
  const [, secret = ''] = /<code>([A-Z2-7]{32})<\/code>/.exec(begun.markup) ?? [];
  const codes = authenticator(secret);
  const { markup } = await change(browser, { change: 'confirm', code: codes.next() });
  const recoveryCodes = markup.match(/\b[\da-f]{64}\b/g) ?? [];
  return { api, npm, browser, codes, recoveryCodes, secret };
}

test('a person turns it on with the password and a code, and sees secret and recovery codes once', async () => {
  const { browser, recoveryCodes, secret } = await guarded('ada');
  expect(recoveryCodes).toHaveLength(10);
  const { markup } = await browser.get(path);
  expect(markup).toContain('10 recovery codes are left');
  for (const shown of [secret, ...recoveryCodes]) expect(markup).not.toContain(shown);
  expect((await browser.get('/account')).markup).toContain('On: a code is needed');
});

test('a browser that was left open turns nothing on without the password, and nothing off without a code', async () => {
  await marketClient(server.url, 'bob');
  const browser = await signedIn('bob');
  const wrong = await change(browser, { change: 'begin', mode: 'auth-only', password: 'not the password' });
  expect([wrong.status, wrong.markup.includes('role="alert"')]).toEqual([401, true]);
  expect((await browser.get(path)).markup).toContain('Off: the password is enough');
  const { browser: own } = await guarded('carl');
  const off = await change(own, { change: 'end', code: '000000x' });
  expect([off.status, off.markup.includes('is wrong')]).toEqual([401, true]);
  expect((await own.get(path)).markup).toContain('On: a code is needed');
  const evil = await own.send(
    await own.get(path),
    path,
    { change: 'end', code: '1' },
    { origin: 'https://evil.example' },
  );
  expect(evil.status).toBe(403);
});

test('the password is half of signing in: no session is there before the code, and a code is good once', async () => {
  const { codes, recoveryCodes } = await guarded('dora');
  const browser = browserClient(server.url);
  const half = await browser.signIn('dora', password, '/packages');
  expect([half.status, half.markup.includes('One-time password')]).toEqual([200, true]);
  expect([browser.cookies.has('seaworthy-session'), (await browser.get('/account')).status]).toEqual([false, 303]);
  const wrong = await browser.send(half, '/sign-in/code', { code: '000000x' });
  expect([wrong.status, browser.cookies.has('seaworthy-session')]).toEqual([401, false]);
  const code = codes.next();
  const done = await browser.send(wrong, '/sign-in/code', { code });
  expect([done.status, done.location, (await browser.get('/account')).status]).toEqual([303, '/packages', 200]);
  const other = browserClient(server.url);
  const again = await other.signIn('dora', password);
  expect((await other.send(again, '/sign-in/code', { code })).status).toBe(401);
  const [recovery = ''] = recoveryCodes;
  expect((await other.send(again, '/sign-in/code', { code: recovery })).status).toBe(303);
});

test('a ticket that was forged or is of another account opens nothing', async () => {
  const { recoveryCodes } = await guarded('erna');
  const { codes } = await guarded('fred');
  const browser = browserClient(server.url);
  const half = await browser.signIn('erna', password);
  const forged = await browser.send(half, '/sign-in/code', { code: recoveryCodes[0] ?? '', ticket: 'A'.repeat(120) });
  expect([forged.status, forged.markup.includes('FORM_REFUSED')]).toEqual([403, true]);
  expect((await browser.send(half, '/sign-in/code', { code: codes.next() })).status).toBe(401);
});

test('guesses are few, whoever makes them where', async () => {
  const { npm, recoveryCodes } = await guarded('gina');
  const browser = browserClient(server.url);
  const half = await browser.signIn('gina', password);
  const statuses = [];
  for (let guess = 0; guess < 6; guess += 1) {
    statuses.push((await browser.send(half, '/sign-in/code', { code: '000000x' })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  const otp = { 'npm-otp': recoveryCodes[0] ?? '' };
  const blocked = await npm.send('PUT', '/gina', {}, otp);
  expect([blocked.status, Number(blocked.headers.get('retry-after')) > 60]).toEqual([429, true]);
});

test('programs are asked by the header that npm knows, for each change of packages and for the password', async () => {
  const { npm, api, recoveryCodes } = await guarded('hans');
  const asked = await npm.send('PUT', '/hans', {});
  expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, 'OTP']);
  expect(((await asked.json()) as { code: string }).code).toBe('seaworthy.server.SECOND_FACTOR_NEEDED');
  expect((await api('PUT', '/namespaces/@hans')).status).toBe(401);
  const change = { oldPassword: password, newPassword: 'a much better horse, and a staple' };
  expect((await api('PUT', '/account/password', change)).status).toBe(401);
  expect((await npm.send('POST', '/-/npm/v1/tokens', { password })).status).toBe(401);
  expect((await api('GET', '/keys')).status).toBe(200);
  const claimed = await fetch(`${server.url}/api/v1/namespaces/@hans`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${npm.token}`, 'npm-otp': recoveryCodes[0] ?? '' },
  });
  expect(claimed.status).toBe(204);
});

test('with auth-only a package is changed without a code, and the password is not', async () => {
  const { npm, api } = await guarded('ida', 'auth-only');
  expect((await npm.send('PUT', '/ida', {})).status).not.toBe(401);
  const change = { oldPassword: password, newPassword: 'a much better horse, and a staple' };
  expect((await api('PUT', '/account/password', change)).status).toBe(401);
});

test('an admin turns it off for who has lost it, at the page and by a program, and it is written down', async () => {
  await guarded('jan');
  const admin = await signedIn('root');
  const page = await admin.get('/admin/accounts/jan');
  expect((await admin.send(page, '/admin/accounts/jan', { change: 'factor' })).status).toBe(303);
  await signedIn('jan');
  await guarded('kim');
  expect((await root.api('DELETE', '/accounts/kim/second-factor')).status).toBe(204);
  expect((await root.api('DELETE', '/accounts/kim/second-factor')).status).toBe(409);
  const log = readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
  expect(log.match(/"event":"second factor reset","account":"root"/g)).toHaveLength(2);
});
