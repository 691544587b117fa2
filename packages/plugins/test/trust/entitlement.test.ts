import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPluginHost, folder, type PluginErrors } from '../../src/index.ts';
import {
  coversVersion,
  isVersionRange,
  requireEntitlements,
  verifyEntitlement,
  verifyRevocations,
} from '../../src/trust.ts';
import type { PublishedKeys, VerifyEntitlementOptions } from '../../src/trust.ts';

const [registry, stranger] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const jwk = { ...registry.publicKey.export({ format: 'jwk' }), kid: 'first', alg: 'EdDSA', use: 'sig' };
const keys: PublishedKeys = { keys: [jwk] };
const now = Date.parse('2030-06-01T12:00:00Z');
const seconds = now / 1_000;

const head = { alg: 'EdDSA', typ: 'seaworthy-entitlement+jwt', kid: 'first' };
const claims = {
  iss: 'seaworthy',
  aud: 'seaworthy-entitlement',
  sub: 'lin',
  jti: '0b6f',
  entitlement: 7,
  package: '@acme/exporter',
  range: '^1.0.0',
  features: ['pdf'],
  seat: 'lin',
  iat: seconds,
  nbf: seconds,
  exp: seconds + 86_400,
};
const listHead = { ...head, typ: 'seaworthy-revocations+jwt' };
const list = { iss: 'seaworthy', aud: 'seaworthy-revocations', iat: seconds, exp: seconds + 86_400, revoked: ['0b6f'] };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function make(header: unknown, body: unknown, key = registry.privateKey): string {
  const text = `${encode(header)}.${encode(body)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}
const token = make(head, claims);
const check = (given = token, changes: Partial<VerifyEntitlementOptions> = {}) =>
  verifyEntitlement(given, { keys, package: '@acme/exporter', version: '1.4.0', now, ...changes });
function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'nothing was thrown';
}
const coded = (name: keyof typeof PluginErrors): string => `seaworthy.plugins.${name}`;

test('a good token says who may use what, as whom and until when', () => {
  expect(check()).toEqual({
    id: 7,
    holder: 'lin',
    package: '@acme/exporter',
    range: '^1.0.0',
    features: ['pdf'],
    seat: 'lin',
    issuedAt: '2030-06-01T12:00:00.000Z',
    expiresAt: '2030-06-02T12:00:00.000Z',
    tokenId: '0b6f',
  });
});

const [, body = '', signature = ''] = token.split('.');
const hmacHead = encode({ ...head, alg: 'HS256' });
/** Each is what a forger makes of a good token, or of keys of their own. */
const forgeries: Readonly<Record<string, string>> = {
  'of the algorithm none': `${encode({ ...head, alg: 'none' })}.${body}.`,
  'of the algorithm none, with the old signature': `${encode({ ...head, alg: 'none' })}.${body}.${signature}`,
  'without a signature': `${encode(head)}.${body}.`,
  'signed by HMAC with the public key': `${hmacHead}.${body}.${createHmac('sha256', jwk.x ?? '')
    .update(`${hmacHead}.${body}`)
    .digest('base64url')}`,
  'of another key under the same id': make(head, claims, stranger.privateKey),
  'with a key of its own in its head': make(
    { ...head, kid: 'own', jwk: stranger.publicKey.export({ format: 'jwk' }) },
    claims,
    stranger.privateKey,
  ),
  'that names no key': make({ ...head, kid: undefined }, claims),
  'with other claims under the old signature': `${encode(head)}.${encode({ ...claims, range: '*' })}.${signature}`,
  'with an extension that has to be understood': make({ ...head, crit: ['b64'], b64: true }, claims),
  'that is a token of access': make({ ...head, typ: 'JWT' }, claims),
  'for the audience of access': make(head, { ...claims, aud: 'seaworthy-server' }),
  'for several audiences': make(head, { ...claims, aud: ['seaworthy-entitlement', 'seaworthy-server'] }),
  'of another issuer': make(head, { ...claims, iss: 'somebody' }),
  'that is a list of revoked ones': make(listHead, list),
  'without an end': make(head, { ...claims, exp: undefined }),
  'with an end that is a text': make(head, { ...claims, exp: String(claims.exp) }),
  'without an id': make(head, { ...claims, jti: '' }),
  'whose features are no texts': make(head, { ...claims, features: [1] }),
  'whose body is a list': make(head, [claims]),
  'with padding': `${token}=`,
  'with a fourth part': `${token}.${signature}`,
  'that is too long': `${token}${'A'.repeat(20_000)}`,
  'that is empty': '',
};
for (const [what, forged] of Object.entries(forgeries)) {
  test(`a token ${what} is refused`, () => {
    expect(codeOf(() => check(forged))).toBe(coded('ENTITLEMENT_INVALID'));
  });
}

test('a token that was changed in any place is refused', () => {
  fc.assert(
    fc.property(
      fc.nat(token.length - 1),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.', '=', ' ', 'é'),
      (place, sign) => {
        fc.pre(token[place] !== sign);
        const changed = `${token.slice(0, place)}${sign}${token.slice(place + 1)}`;
        expect(codeOf(() => check(changed))).toBe(coded('ENTITLEMENT_INVALID'));
      },
    ),
  );
});

const unfit: Readonly<Record<string, object>> = {
  'of another kind': { kty: 'RSA' },
  'of another curve': { crv: 'Ed448' },
  'for encryption': { use: 'enc' },
  'for another algorithm': { alg: 'ES256' },
  'that is too short': { x: 'AAAA' },
};
for (const [what, change] of Object.entries(unfit)) {
  test(`a key ${what} is not used`, () => {
    expect(codeOf(() => check(token, { keys: { keys: [{ ...jwk, ...change }] } }))).toBe(coded('ENTITLEMENT_INVALID'));
  });
}

test('two keys of one id are none, and a key that is not there is none', () => {
  const other = { ...jwk, x: stranger.publicKey.export({ format: 'jwk' }).x };
  for (const given of [{ keys: [jwk, other] }, { keys: [] }, {} as PublishedKeys]) {
    expect(codeOf(() => check(token, { keys: given }))).toBe(coded('ENTITLEMENT_INVALID'));
  }
});

test('a token is for its package and the versions of its range, and for nothing else', () => {
  expect(codeOf(() => check(token, { package: '@acme/other' }))).toBe(coded('ENTITLEMENT_MISMATCH'));
  expect(codeOf(() => check(token, { version: '2.0.0' }))).toBe(coded('ENTITLEMENT_MISMATCH'));
  expect(codeOf(() => check(token, { version: 'latest' }))).toBe(coded('ENTITLEMENT_MISMATCH'));
  expect(codeOf(() => check(make(head, { ...claims, range: 'nonsense' })))).toBe(coded('ENTITLEMENT_MISMATCH'));
});

const orders: readonly (readonly [range: string, version: string, covered: boolean])[] = [
  ['^1.0.0', '1.4.0-beta.1', true],
  ['^1.0.0', '1.0.0-beta.1', false],
  ['^1.0.0', '2.0.0-rc.1', false],
  ['^2.0.0', '2.0.0-rc.1', false],
  ['^2.0.0-0', '2.0.0-rc.1', true],
  ['*', '0.0.1-alpha', true],
  ['>=2.0.0', '2.0.0-rc.1', false],
];
for (const [range, version, covered] of orders) {
  test(`${range} ${covered ? 'covers' : 'does not cover'} ${version}: only the order of versions counts`, () => {
    expect(coversVersion(range, version)).toBe(covered);
  });
}

test('a range is a short text that npm knows', () => {
  expect(['^1', '*', '1 || 2', '', ' ', 'x y z', `${'1 || '.repeat(50)}1`].map(isVersionRange)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('its times count, with what clocks may differ', () => {
  const [from, until] = [claims.nbf * 1_000, claims.exp * 1_000];
  expect(codeOf(() => check(token, { now: from - 60_001 }))).toBe(coded('ENTITLEMENT_EARLY'));
  expect(check(token, { now: from - 60_000 }).id).toBe(7);
  expect(check(token, { now: until + 59_999 }).id).toBe(7);
  expect(codeOf(() => check(token, { now: until + 60_000 }))).toBe(coded('ENTITLEMENT_EXPIRED'));
  expect(codeOf(() => check(token, { now: until, leewayMs: 0 }))).toBe(coded('ENTITLEMENT_EXPIRED'));
});

test('a clock that is no number, and a difference that is none, entitle to nothing', () => {
  expect(codeOf(() => check(token, { now: Number.NaN }))).toBe(coded('ENTITLEMENT_EARLY'));
  expect(codeOf(() => check(token, { leewayMs: Number.NaN }))).toBe(coded('ENTITLEMENT_EARLY'));
});

test('what the list of the registry names is revoked, and the rest is not', () => {
  const revocations = verifyRevocations(make(listHead, list), { keys, now });
  expect(revocations).toMatchObject({ issuedAt: '2030-06-01T12:00:00.000Z', expiresAt: '2030-06-02T12:00:00.000Z' });
  expect(codeOf(() => check(token, { revocations }))).toBe(coded('ENTITLEMENT_REVOKED'));
  const another = make(head, { ...claims, jti: 'another' });
  expect(check(another, { revocations }).tokenId).toBe('another');
});

const badLists: Readonly<Record<string, string>> = {
  'of a stranger': make(listHead, list, stranger.privateKey),
  'that is a token': token,
  'without an end': make(listHead, { ...list, exp: undefined }),
  'that is over': make(listHead, { ...list, exp: seconds - 60 }),
  'of the future': make(listHead, { ...list, iat: seconds + 61 }),
  'of numbers': make(listHead, { ...list, revoked: [1] }),
};
for (const [what, bad] of Object.entries(badLists)) {
  test(`a list ${what} is refused`, () => {
    expect(codeOf(() => verifyRevocations(bad, { keys, now }))).toBe(coded('REVOCATIONS_REFUSED'));
  });
}

test('a program that was given a list long ago is not told that nothing was revoked since', () => {
  const revocations = verifyRevocations(make(listHead, { ...list, revoked: [] }), { keys, now });
  const later = { revocations, now: now + 86_460_000 };
  const longer = make(head, { ...claims, exp: claims.exp + 86_400 });
  expect(codeOf(() => check(longer, later))).toBe(coded('REVOCATIONS_REFUSED'));
});

test('the message shows what a forger wrote without what a terminal would act on', () => {
  const forged = make({ ...head, kid: '\u001b[31m\u202e' }, claims);
  let message = '';
  try {
    check(forged);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('is not one of those that were given');
  expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

test('a host loads a plugin that has to be paid for only with a token that entitles to it', async () => {
  const place = mkdtempSync(join(tmpdir(), 'entitlement-'));
  for (const name of ['@acme/exporter', '@acme/free']) {
    mkdirSync(join(place, name), { recursive: true });
    const manifest = { name, version: '1.4.0', type: 'module', seaworthy: { api: '^0.1.0', entry: './index.js' } };
    writeFileSync(join(place, name, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(place, name, 'index.js'), 'export default {};');
  }
  const start = async (kept: string | undefined) => {
    const examiner = requireEntitlements({
      plugins: ['@acme/exp*'],
      token: () => kept,
      checks: () => Promise.resolve({ keys }),
      now: () => now,
    });
    const host = await createPluginHost({ sources: [folder(place)], policy: { examiners: [examiner] } });
    await host.start();
    const states = Object.fromEntries(host.status().map(({ id, state, error }) => [id, { state, error }]));
    await host.close();
    return states;
  };
  try {
    expect((await start(token))['@acme/exporter']?.state).toBe('started');
    const without = await start(undefined);
    expect(without['@acme/free']?.state).toBe('started');
    expect(without['@acme/exporter']).toMatchObject({ state: 'failed', error: { code: coded('PLUGIN_REFUSED') } });
    const old = await start(make(head, { ...claims, exp: seconds - 120 }));
    expect(old['@acme/exporter']?.error?.message).toContain('was good until 2030-06-01T11:58:00.000Z');
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
