import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { password } from '../support/npm-client.ts';
import { clientId, clientSecret, startOpenIdProvider, type OpenIdProvider } from '../support/openid-provider.ts';
import { follow, travellingBrowser } from '../support/provider-browser.ts';
import { marketClient } from '../support/market-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let provider: OpenIdProvider;

beforeAll(async () => {
  provider = await startOpenIdProvider(() => [server.url]);
  server = await runServer({
    SEAWORTHY_OPENID_ISSUER: provider.issuer,
    SEAWORTHY_OPENID_CLIENT_ID: clientId,
    SEAWORTHY_OPENID_CLIENT_SECRET: clientSecret,
    SEAWORTHY_OPENID_LABEL: 'the company',
    SEAWORTHY_OPENID_ROLES: 'platform team=admin,developers=publisher',
    SEAWORTHY_OPENID_TIMEOUT_MS: '4000',
    SEAWORTHY_REGISTRY_REGISTRATION: 'open',
    SEAWORTHY_ROLES: 'chief=admin',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
  });
});

afterAll(async () => {
  await server.stop();
  await provider[Symbol.asyncDispose]();
});

beforeEach(() => {
  provider.tokens = undefined;
  provider.hang = false;
});

const browser = () => travellingBrowser(server.url, provider.issuer);
const auditOf = (): string => readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
const person = (sub: string, preferred_username: string, groups: readonly string[] = ['developers']) =>
  (provider.person = { sub, preferred_username, groups, email: `${sub}@example.com`, email_verified: true });

test('who signs in with the provider has an account with the name and the role that it says', async () => {
  person('u-1', 'Ada', ['developers', 'platform team']);
  const { here, signIn } = browser();
  expect((await here.get('/sign-in')).markup).toContain('Sign in with the company');
  const back = await signIn('/sign-in/openid?next=%2Fpackages');
  expect([back.status, back.location]).toEqual([303, '/packages']);
  const page = (await here.get('/account')).markup;
  for (const piece of ['<h1>ada</h1>', '<dd>admin</dd>', 'u-1@example.com', `${provider.issuer}, as u-1`]) {
    expect(page).toContain(piece);
  }
});

test('the next time it is the same account, whatever the name and the email are by then, and the role follows', async () => {
  person('u-2', 'grace');
  await browser().signIn();
  person('u-2', 'root', []);
  const { here, signIn } = browser();
  await signIn();
  const page = (await here.get('/account')).markup;
  expect([page.includes('<h1>grace</h1>'), page.includes('<dd>reader</dd>')]).toEqual([true, true]);
  expect(auditOf()).toContain('role given');
});

test('the name of an account that is here is not taken over, until its owner links the two', async () => {
  await marketClient(server.url, 'edsger');
  person('u-3', 'edsger');
  const stranger = await browser().signIn();
  expect([stranger.status, stranger.markup.includes('IDENTITY_NAME_TAKEN')]).toEqual([409, true]);
  const { here, there, signIn } = browser();
  await here.signIn('edsger', password);
  const page = await here.send(await here.get('/account'), '/account/link', {});
  const address = /href="(http[^"]+)">Go on/.exec(page.markup)?.[1]?.replaceAll('&amp;', '&') as string;
  expect((await here.get(await follow(there, address, server.url))).location).toBe('/account');
  expect((await here.get('/account')).markup).toContain('as u-3');
  await here.send(await here.get('/account'), '/sign-out', {});
  await signIn();
  expect((await here.get('/account')).markup).toContain('<h1>edsger</h1>');
});

test('somebody whom the provider knows has no password here to change, and is out while an admin says so', async () => {
  const chief = await marketClient(server.url, 'chief');
  person('u-9', 'katherine');
  const { here, signIn } = browser();
  await signIn();
  const page = await here.get('/account');
  expect(page.markup).not.toContain('/account/password');
  const refused = await here.send(page, '/account/password', { old: '', wanted: 'a password of my own' });
  expect([refused.status, refused.markup.includes('has no password here')]).toEqual([409, true]);
  expect(await chief.api('POST', '/accounts/katherine/password-reset')).toMatchObject({
    status: 409,
    body: { code: 'seaworthy.server.PASSWORD_ELSEWHERE' },
  });
  await chief.api('PUT', '/accounts/katherine/state', { state: 'disabled' });
  expect((await here.get('/account')).status).toBe(303);
  const again = await browser().signIn();
  expect([again.status, again.markup.includes('ACCOUNT_DISABLED')]).toEqual([403, true]);
  await chief.api('PUT', '/accounts/katherine/state', { state: 'enabled' });
  expect((await browser().signIn()).status).toBe(303);
});

test('another site cannot begin to link an account', async () => {
  person('u-4', 'donald');
  const { here, signIn } = browser();
  await signIn();
  const answer = await here.send(await here.get('/account'), '/account/link', {}, { origin: 'https://evil.example' });
  expect(answer.status).toBe(403);
  expect(here.cookies.has('seaworthy-state')).toBe(false);
});

test('an answer counts once, and only in the browser that asked', async () => {
  person('u-5', 'barbara');
  const { here, goThere } = browser();
  const answer = await goThere();
  expect((await browser().here.get(answer)).status).toBe(403);
  const state = here.cookies.get('seaworthy-state') as string;
  expect((await here.get(answer)).status).toBe(303);
  here.setCookie('seaworthy-state', state);
  expect((await here.get(answer)).status).toBe(403);
  expect(auditOf()).toContain('sign-in refused');
});

const forgedAnswers: Readonly<Record<string, (answer: URL) => void>> = {
  'with the state of another browser': (answer) => answer.searchParams.set('state', 'A'.repeat(43)),
  'without a state': (answer) => answer.searchParams.delete('state'),
  'with a made-up code': (answer) => answer.searchParams.set('code', 'A'.repeat(43)),
  'without a code': (answer) => answer.searchParams.delete('code'),
  'from another issuer': (answer) => answer.searchParams.set('iss', 'https://evil.example'),
  'that says no': (answer) => {
    answer.searchParams.delete('code');
    answer.searchParams.set('error', 'access_denied');
  },
};
for (const [what, forge] of Object.entries(forgedAnswers)) {
  test(`an answer ${what} signs nobody in`, async () => {
    person('u-6', 'alan');
    const { here, goThere } = browser();
    const answer = new URL(await goThere());
    forge(answer);
    const page = await here.get(answer.href);
    expect([page.status, page.markup.includes('IDENTITY_REFUSED')]).toEqual([403, true]);
    expect(here.cookies.has('seaworthy-session')).toBe(false);
  });
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1_000);

const hostileTokens: Readonly<Record<string, (at: OpenIdProvider, nonce: string) => Promise<string>>> = {
  'of another issuer': (at) => at.sign({ iss: 'https://evil.example' }),
  'for another program': (at) => at.sign({ aud: 'another' }),
  'for many programs, of which another was authorised': (at) => at.sign({ aud: [clientId, 'another'], azp: 'another' }),
  'that is over': (at) => at.sign({ iat: now() - 600, exp: now() - 60 }),
  'with the nonce of another attempt': (at) => at.sign({ nonce: 'another' }),
  'without a nonce': (at) => at.sign({ nonce: undefined }),
  'of the algorithm none': async (at, nonce) => {
    const claims = { iss: at.issuer, sub: 'u-7', aud: clientId, iat: now(), exp: now() + 60, nonce };
    return `${encode({ alg: 'none' })}.${encode({ ...claims, preferred_username: 'mallory' })}.`;
  },
  'that somebody else has signed': async (at) => at.sign({}, (await generateKeyPair('RS256')).privateKey),
  'that is none': () => Promise.resolve('nonsense'),
};
for (const [what, make] of Object.entries(hostileTokens)) {
  test(`an ID token ${what} signs nobody in`, async () => {
    person('u-7', 'mallory');
    provider.tokens = async ({ nonce }) => ({
      body: { access_token: 'a', token_type: 'Bearer', id_token: await make(provider, nonce) },
    });
    const { here, signIn } = browser();
    const page = await signIn();
    expect([page.status, page.markup.includes('IDENTITY_REFUSED')]).toEqual([403, true]);
    expect(here.cookies.has('seaworthy-session')).toBe(false);
  });
}

test('an ID token that its clock dates a little ahead is good', async () => {
  person('u-8', 'margaret');
  provider.tokens = async () => ({
    body: {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await provider.sign({ iat: now() + 20, nbf: now() + 20, exp: now() + 60 }),
    },
  });
  expect((await browser().signIn()).status).toBe(303);
});

test('a provider that signs with a new key is believed, once its keys may be asked for again', async () => {
  person('u-14', 'frances');
  await browser().signIn();
  await provider.rotate();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  try {
    expect((await browser().signIn()).status).toBe(303);
  } finally {
    vi.useRealTimers();
  }
});

test('no ID token, or one without a name, signs nobody in', async () => {
  person('u-9', 'nobody');
  provider.tokens = async () => ({ body: { access_token: 'a', token_type: 'Bearer' } });
  expect((await browser().signIn()).status).toBe(403);
  provider.tokens = undefined;
  provider.person = { sub: 'u-9' };
  const page = await browser().signIn();
  expect([page.status, page.markup.includes('no name in the claim')]).toEqual([403, true]);
});

for (const name of ['../etc', '', 'a b', '<script>', 'x'.repeat(65)]) {
  test(`nobody gets an account called ${JSON.stringify(name)}`, async () => {
    person('u-10', name);
    expect((await browser().signIn()).status).toBe(403);
  });
}

test('a provider that fails or does not answer is said to be away, and passwords work meanwhile', async () => {
  await marketClient(server.url, 'tony');
  person('u-11', 'tony-at-work');
  provider.tokens = () => Promise.resolve({ status: 503, body: {} });
  const failed = await browser().signIn();
  expect([failed.status, failed.markup.includes('IDENTITY_UNAVAILABLE')]).toEqual([503, true]);
  const { here, goThere } = browser();
  const answer = await goThere();
  provider.hang = true;
  expect((await here.get(answer)).status).toBe(503);
  expect((await here.signIn('tony', password)).status).toBe(303);
});

test('a provider that is away when the server starts is asked again at each sign-in', async () => {
  const later = await startOpenIdProvider(() => [other.url]);
  const settings = { SEAWORTHY_OPENID_ISSUER: later.issuer, SEAWORTHY_OPENID_CLIENT_ID: clientId };
  later.hang = true;
  const other = await runServer({
    ...settings,
    SEAWORTHY_OPENID_CLIENT_SECRET: clientSecret,
    SEAWORTHY_OPENID_TIMEOUT_MS: '4000',
  });
  try {
    const { here, signIn } = travellingBrowser(other.url, later.issuer);
    expect((await here.get('/sign-in/openid')).status).toBe(503);
    later.hang = false;
    later.person = { sub: 'u-12', preferred_username: 'late' };
    expect((await signIn()).status).toBe(303);
    // Without a mapping roles are given here.
    expect((await here.get('/account')).markup).toContain('<dd>publisher</dd>');
  } finally {
    await other.stop();
    await later[Symbol.asyncDispose]();
  }
});

test('signing out leads to the end of the session at the provider, which leads back', async () => {
  person('u-13', 'radia');
  const { here, there, signIn } = browser();
  await signIn();
  const page = await here.send(await here.get('/account'), '/sign-out', {});
  const address = /href="(http[^"]+)">Sign out there/.exec(page.markup)?.[1]?.replaceAll('&amp;', '&') as string;
  expect(new URL(address).searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/sign-in`);
  expect((await there.get(address)).status).toBe(200);
  expect((await here.get('/account')).status).toBe(303);
});

test('the way to the provider has a state, a nonce and a challenge, each anew', async () => {
  const questions = [];
  for (const _ of [1, 2]) questions.push(new URL((await browser().here.get('/sign-in/openid')).location as string));
  for (const name of ['state', 'nonce', 'code_challenge']) {
    const values = questions.map(({ searchParams }) => searchParams.get(name) ?? '');
    expect(values.map(({ length }) => length >= 43)).toEqual([true, true]);
    expect(new Set(values).size).toBe(2);
  }
  expect(questions[0]?.searchParams.get('code_challenge_method')).toBe('S256');
});

test('whoever begins to sign in again and again is told to wait, as with a password', async () => {
  const strict = await runServer({
    SEAWORTHY_OPENID_ISSUER: provider.issuer,
    SEAWORTHY_OPENID_CLIENT_ID: clientId,
    SEAWORTHY_OPENID_CLIENT_SECRET: clientSecret,
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '2',
  });
  try {
    const begin = () => fetch(`${strict.url}/sign-in/openid`, { redirect: 'manual' });
    expect([(await begin()).status, (await begin()).status]).toEqual([303, 303]);
    const refused = await begin();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await strict.stop();
  }
});
