import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import { parseRegistryKeys, verifyRegistrySignatures } from '../../src/trust.ts';
import type { RegistryKey, SignedVersion } from '../../src/trust.ts';
import { registryKey, signedVersion } from './registry.ts';

const [registry, other] = [p256(), p256()];
const key = registryKey(registry.publicKey, { keyid: 'SHA256:first' });
const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
const signed = signedVersion({ name: '@acme/exporter', version: '1.2.3', integrity }, registry.privateKey, key.keyid);
const now = Date.parse('2030-06-01T00:00:00Z');

function p256(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function check(changes: Partial<SignedVersion> = {}, keys: readonly RegistryKey[] = [key]): readonly string[] {
  return verifyRegistrySignatures({ ...signed, ...changes }, keys, { now });
}

test('a signature over name, version and integrity holds', () => {
  expect(check()).toEqual(['SHA256:first']);
});

for (const [field, value] of Object.entries({ name: '@acme/other', version: '1.2.4', integrity: `${integrity}x` })) {
  test(`it does not hold for another ${field}`, () => {
    expect(() => check({ [field]: value })).toThrow('the signature of key "SHA256:first" does not hold');
  });
}

test('all signatures have to hold, as npm asks', () => {
  const stranger = signedVersion(signed, other.privateKey, 'SHA256:second').signatures;
  const both = [...signed.signatures, ...stranger];
  expect(() => check({ signatures: both })).toThrow('its key "SHA256:second" is not among those of the registry');
  const keys = [key, registryKey(other.publicKey, { keyid: 'SHA256:second' })];
  expect(check({ signatures: both }, keys)).toEqual(['SHA256:first', 'SHA256:second']);
  const wrong = [...signed.signatures, { keyid: 'SHA256:second', sig: signed.signatures[0]?.sig ?? '' }];
  expect(() => check({ signatures: wrong }, keys)).toThrow('"SHA256:second" does not hold');
});

test('no signature at all is unsigned, not invalid', () => {
  const error = catchError(() => check({ signatures: [] }));
  expect(PluginErrors.PLUGIN_UNSIGNED.is(error)).toBe(true);
});

describe('a key that has ended', () => {
  const ended = [{ ...key, expires: '2029-01-01T00:00:00.000Z' }];
  test('counts for what was published before', () => {
    expect(check({ publishedAt: '2028-12-31T00:00:00.000Z' }, ended)).toEqual(['SHA256:first']);
  });
  test('does not count for what was published later', () => {
    const error = catchError(() => check({ publishedAt: '2029-01-01T00:00:00.000Z' }, ended));
    expect(PluginErrors.KEY_EXPIRED.is(error)).toBe(true);
    expect(String(error)).toContain('expired at 2029-01-01T00:00:00.000Z');
  });
  test('does not count for what has no time', () => {
    expect(() => check({}, ended)).toThrow('expired at');
  });
  test('does not count for a time that cannot be read', () => {
    expect(() => check({ publishedAt: 'yesterday' }, ended)).toThrow('expired at');
  });
  test('is one whose end cannot be read', () => {
    expect(() => check({}, [{ ...key, expires: 'never' }])).toThrow('expired at never');
  });
});

describe('a key that is another than it says', () => {
  const ed25519 = generateKeyPairSync('ed25519').publicKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  for (const [name, publicKey] of Object.entries({ ed25519, 'P-384': p384.publicKey, rsa })) {
    test(`${name} under the name of P-256`, () => {
      expect(() => check({}, [registryKey(publicKey, { keyid: key.keyid })])).toThrow('is no public key on P-256');
    });
  }
  test('P-256 under another name', () => {
    expect(() => check({}, [{ ...key, scheme: 'none' }])).toThrow('its key is for "none"');
    expect(() => check({}, [{ ...key, keytype: 'hmac' }])).toThrow('registries sign by ecdsa-sha2-nistp256');
  });
  test('a private key where a public one belongs', () => {
    const der = registry.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    expect(() => check({}, [{ ...key, key: der }])).toThrow('is no public key on P-256');
  });
});

describe('a signature that is none', () => {
  const message = Buffer.from(`@acme/exporter@1.2.3:${integrity}`);
  const raw = sign('sha256', message, { key: registry.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  const sha512 = sign('sha512', message, registry.privateKey).toString('base64');
  const [good] = signed.signatures;
  const texts: readonly (readonly [title: string, sig: string])[] = [
    ['empty', ''],
    ['zeros', Buffer.alloc(72).toString('base64')],
    ['r and s of zero', Buffer.from('3006020100020100', 'hex').toString('base64')],
    ['without its encoding', raw],
    ['by another digest', sha512],
    ['cut off', good?.sig.slice(0, -8) ?? ''],
    ['with a tail', `${good?.sig.replace(/=+$/, '') ?? ''}AAAA`],
    ['with spaces', ` ${good?.sig ?? ''}`],
    ['no base64', '!!!!'],
  ];
  for (const [title, sig] of texts) {
    test(title, () => {
      expect(() => check({ signatures: [{ keyid: key.keyid, sig }] })).toThrow('does not hold');
    });
  }
});

describe('the keys of a registry', () => {
  test('are read as it serves them', () => {
    expect(parseRegistryKeys({ keys: [key] })).toEqual([key]);
  });
  const documents: readonly (readonly [title: string, document: unknown, reason: string])[] = [
    ['without a list', {}, 'it has no list of keys'],
    ['that are a list', [key], 'it has no list of keys'],
    ['without a key', { keys: [{ ...key, key: undefined }] }, 'lacks a keyid'],
    ['without an end', { keys: [{ ...key, expires: undefined }] }, 'lacks a keyid'],
    ['two of one name', { keys: [key, { ...key, key: 'AAAA' }] }, 'two of them have the same keyid'],
  ];
  for (const [title, document, reason] of documents) {
    test(`are refused ${title}`, () => {
      expect(() => parseRegistryKeys(document)).toThrow(reason);
    });
  }
});

function catchError(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
