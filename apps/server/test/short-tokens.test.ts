import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createShortTokens, type ShortTokens } from '../src/modules/accounts/short-tokens.ts';
import { createSigningKeys, type SigningKeys } from '../src/modules/accounts/signing-keys.ts';
import { ServerErrors } from '../src/errors.ts';
import { marketClient, type MarketClient } from './support/market-client.ts';
import { password } from './support/npm-client.ts';
import { registryClient, withToken } from './support/registry-client.ts';
import { runServer, type RunningServer } from './support/run-server.ts';

const minute = 60_000;
const day = 86_400_000;
const who = { id: 1, name: 'ada', email: 'a@b.c', tokenKey: 'k' };
const account = { ...who, scope: 'publish', role: 'publisher', isFlagAdmin: false } as const;

let folder: string;
let now: number;
let keys: SigningKeys;
let tokens: ShortTokens;
let server: RunningServer;
let ada: MarketClient;

beforeAll(async () => {
  server = await runServer();
  ada = await marketClient(server.url, 'ada');
});

afterAll(() => server.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-keys-'));
  now = Date.parse('2026-03-01T00:00:00Z');
  [keys, tokens] = open();
  return () => rmSync(folder, { recursive: true, force: true });
});

function open(): [SigningKeys, ShortTokens] {
  const parts = { tokenMs: 15 * minute, now: () => now };
  const opened = createSigningKeys({ path: join(folder, 'token-keys.json'), keyDays: 30, ...parts });
  return [opened, createShortTokens({ keys: opened, ...parts })];
}

const idsOf = async (): Promise<readonly (string | undefined)[]> => (await keys.published()).keys.map(({ kid }) => kid);

test('a token says who and what for, and is over after its time', async () => {
  const { token, expiresAt } = await tokens.issue(account);
  expect(expiresAt).toBe('2026-03-01T00:15:00.000Z');
  expect(await tokens.verify(token)).toEqual({ account: 'ada', scope: 'publish', tokenKey: 'k', expiresAt });
  now += 15 * minute;
  expect(await tokens.verify(token)).toBeUndefined();
});

test('it is good for no longer than the token that it was made with, and knows its networks', async () => {
  const networks = ['10.0.0.0/8'];
  const { token, expiresAt } = await tokens.issue({ ...account, networks, expiresAt: '2026-03-01T00:05:00.500Z' });
  expect(expiresAt).toBe('2026-03-01T00:05:00.000Z');
  expect(await tokens.verify(token)).toMatchObject({ account: 'ada', networks });
});

test('of a token that is good in some networks it is good in those', async () => {
  const proxied = await runServer({ SEAWORTHY_TRUSTED_PROXIES: '127.0.0.0/8' });
  try {
    const eve = await registryClient(proxied.url, 'eve');
    const asked = { password, readonly: true, cidr_whitelist: ['10.0.0.0/8'] };
    const { token } = (await (await eve.send('POST', '/-/npm/v1/tokens', asked)).json()) as { token: string };
    const made = await fetch(`${proxied.url}/api/v1/short-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '10.1.2.3' },
    });
    const short = withToken(proxied.url, ((await made.json()) as { token: string }).token);
    const from = async (address: string) => (await short.get('/-/whoami', { 'x-forwarded-for': address })).status;
    expect([made.status, await from('10.9.9.9'), await from('192.0.2.1')]).toEqual([201, 200, 401]);
  } finally {
    await proxied.stop();
  }
});

test('(1) (2) a key signs for its days; then a new one does, and the old one is believed until its last token is over', async () => {
  const [first] = await idsOf();
  now += 30 * day - 1;
  const { token } = await tokens.issue(account);
  expect(decodeProtectedHeader(token).kid).toBe(first);
  now += 1;
  const [second, ...older] = await idsOf();
  expect([second === first, older]).toEqual([false, [first]]);
  expect(decodeProtectedHeader((await tokens.issue(account)).token).kid).toBe(second);
  expect(await tokens.verify(token)).toBeDefined();
  now += 15 * minute;
  expect(await idsOf()).toEqual([second]);
});

test('a server that starts again signs with the same key, and many questions at once make one', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, async () => (await idsOf())[0]));
  expect(new Set(ids).size).toBe(1);
  const { token } = await tokens.issue(account);
  [keys, tokens] = open();
  expect(await tokens.verify(token)).toBeDefined();
});

test('(3) only the user of the server may read the keys, and what is published has no secret', async () => {
  await keys.current();
  expect(statSync(join(folder, 'token-keys.json')).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(await keys.published())).not.toContain('"d"');
});

test('a file that has no keys is an error that names it, and is left as it is', async () => {
  writeFileSync(join(folder, 'token-keys.json'), '{"keys":[{"kid":1}]}');
  await expect(keys.current()).rejects.toSatisfy(ServerErrors.ARCHIVES_UNREADABLE.is);
  expect(readFileSync(join(folder, 'token-keys.json'), 'utf8')).toBe('{"keys":[{"kid":1}]}');
});

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const stranger = generateKeyPairSync('ed25519');

/** What a forger makes of a token that is good. */
const forgeries: Readonly<Record<string, (head: string, body: string, signature: string, key: string) => string>> = {
  'without a signature': (head, body) => `${head}.${body}.`,
  'of the algorithm none': (_head, body) => `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
  'with another signature': (head, body) =>
    `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), stranger.privateKey).toString('base64url')}`,
  'signed by HMAC with the public key': (_head, body, _signature, key) => {
    const head = encode({ alg: 'HS256', typ: 'JWT' });
    return `${head}.${body}.${createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')}`;
  },
  'for another account': (head, body, signature) => {
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    return `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`;
  },
  'with a key of its own in its head': (_head, body) => {
    const head = encode({ alg: 'EdDSA', typ: 'JWT', jwk: stranger.publicKey.export({ format: 'jwk' }) });
    return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), stranger.privateKey).toString('base64url')}`;
  },
};
for (const [what, forge] of Object.entries(forgeries)) {
  test(`a token ${what} is none`, async () => {
    const { token } = await tokens.issue(account);
    const [head = '', body = '', signature = ''] = token.split('.');
    const { keys: published } = await keys.published();
    expect(await tokens.verify(forge(head, body, signature, published[0]?.x ?? ''))).toBeUndefined();
    expect(await tokens.verify(token)).toBeDefined();
  });
}

test('a service that knows the address of the keys checks a token without asking the server', async () => {
  const { status, body } = await ada.api('POST', '/short-tokens');
  expect(status).toBe(201);
  const { token } = body as { token: string };
  const known = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url));
  const { payload } = await jwtVerify(token, known, { issuer: 'seaworthy', audience: 'seaworthy-server' });
  expect(payload).toMatchObject({ sub: 'ada', scope: 'publish', role: 'publisher' });
});

test('a short token is good for the registry and the marketplace, and makes no other one', async () => {
  const { token } = (await ada.api('POST', '/short-tokens')).body as { token: string };
  const short = withToken(server.url, token);
  expect(await (await short.get('/-/whoami')).json()).toEqual({ username: 'ada' });
  const again = await fetch(`${server.url}/api/v1/short-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(again.status).toBe(401);
  expect((await withToken(server.url, `${token}x`).get('/-/whoami')).status).toBe(401);
  expect(readFileSync(join(server.folder, 'data/audit.log'), 'utf8')).not.toContain(token);
});
