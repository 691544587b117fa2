import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import { keyIdOf, openKeys, publicKeyText, readKeys, signEnvelope, signKeys } from '../../src/trust.ts';
import type { Envelope, KeyRing, KeysContent, OpenKeysOptions, PublisherKey } from '../../src/trust.ts';
import { keyProblem } from '../../src/verify/keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'plugins-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pair = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => generateKeyPairSync('ed25519');
const [root, nextRoot, publisher, thief] = [pair(), pair(), pair(), pair()];
const now = Date.parse('2030-06-01T00:00:00Z');
const keys: readonly PublisherKey[] = [{ key: publicKeyText(publisher.publicKey), owner: 'Acme' }];

const content = (version: number, more: Partial<KeysContent> = {}): KeysContent => ({
  version,
  expires: '2031-01-01T00:00:00Z',
  keys,
  ...more,
});
const signed = (version: number, more?: Partial<KeysContent>, by: readonly KeyObject[] = [root.privateKey]): Envelope =>
  signKeys(content(version, more), by);
const open = (envelopes: readonly unknown[], options: OpenKeysOptions = {}): KeyRing =>
  openKeys(envelopes, { keys: [root.publicKey] }, { now, ...options });
const seenOf = ({ version, digest }: KeyRing): { version: number; digest: string } => ({ version, digest });

test('a keys file that the root has signed has its keys', () => {
  const ring = open([signed(1)]);
  expect(ring.find(keyIdOf(publisher.publicKey))).toMatchObject({ owner: 'Acme' });
  expect(ring.find(keyIdOf(thief.publicKey))).toBeUndefined();
  expect(ring).toMatchObject({ version: 1, expires: '2031-01-01T00:00:00Z' });
});

describe('a keys file is refused', () => {
  test('when another key has signed it', () => {
    expect(() => open([signed(1, {}, [thief.privateKey])])).toThrow('no key that is asked for has signed it');
  });
  test('when fewer roots have signed it than have to', () => {
    const roots = { keys: [root.publicKey, nextRoot.publicKey], threshold: 2 };
    expect(() => openKeys([signed(1)], roots, { now })).toThrow('1 of 2 keys have signed it');
    expect(openKeys([signed(1, {}, [root.privateKey, nextRoot.privateKey])], roots, { now }).version).toBe(1);
  });
  test('when it has expired', () => {
    expect(() => open([signed(1, { expires: '2030-05-31T23:59:59Z' })])).toThrow('it expired at 2030-05-31T23:59:59Z');
  });
  test('in the moment in which it expires', () => {
    expect(() => open([signed(1, { expires: '2030-06-01T00:00:00Z' })])).toThrow('it expired');
  });
  test('when it is older than the one before', () => {
    const seen = seenOf(open([signed(3)]));
    expect(() => open([signed(2)], { seen })).toThrow('it is version 2, and version 3 was accepted before');
  });
  test('when it is another one of the same version', () => {
    const seen = seenOf(open([signed(3)]));
    expect(open([signed(3)], { seen }).version).toBe(3);
    expect(() => open([signed(3, { keys: [] })], { seen })).toThrow('it is another version 3');
  });
  test('when there is none', () => {
    expect(() => open([])).toThrow('there is none');
  });
  test('when the root has signed something else', () => {
    const other = signEnvelope('application/vnd.in-toto+json', Buffer.from('{}'), [root.privateKey]);
    expect(() => open([other])).toThrow('its payload is "application/vnd.in-toto+json"');
  });
  test('when a key is in it twice', () => {
    expect(() => open([signed(1, { keys: [...keys, ...keys] })])).toThrow('it has a key twice');
  });

  const raw = (value: unknown): Envelope =>
    signEnvelope('application/vnd.seaworthy.plugin-keys+json', Buffer.from(JSON.stringify(value)), [root.privateKey]);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const contents: readonly (readonly [title: string, value: unknown, reason: string])[] = [
    ['that is a list', [], 'it is no object'],
    ['without a version', { ...content(1), version: undefined }, 'its version is no whole number'],
    ['of version 0', content(0), 'its version is no whole number'],
    ['of version 1.5', content(1.5), 'its version is no whole number'],
    ['that never expires', { ...content(1), expires: null }, 'no time at which it expires'],
    ['that expires at a local time', content(1, { expires: '2031-01-01T00:00:00' }), 'no time at which it expires'],
    ['that expires in words', content(1, { expires: 'tomorrow' }), 'no time at which it expires'],
    ['with keys that are no list', { ...content(1), keys: {} }, 'its keys are no list'],
    [
      'with a revocation without a time',
      content(1, { keys: [{ ...keys[0], revoked: {} } as never] }),
      'its keys are no list',
    ],
    ['with a key of RSA', content(1, { keys: [{ key: publicKeyText(rsa) }] }), 'no public ed25519 key'],
    ['with a key that is no key', content(1, { keys: [{ key: 'AAAA' }] }), 'no public ed25519 key'],
    [
      'with more roots to sign than there are',
      content(1, { roots: { keys: ['a'], threshold: 2 } }),
      'its roots are no',
    ],
    ['with no roots', content(1, { roots: { keys: [] } }), 'its roots are no'],
  ];
  for (const [title, value, reason] of contents) {
    test(title, () => {
      expect(() => open([raw(value)])).toThrow(reason);
    });
  }
  test('before it is signed, too', () => {
    expect(() => signed(0)).toThrow('its version is no whole number');
  });
});

describe('rotation', () => {
  const newRoots = { keys: [publicKeyText(nextRoot.publicKey)] };
  const rotated = signed(2, { roots: newRoots }, [root.privateKey, nextRoot.privateKey]);

  test('a newer version has other keys', () => {
    const newer = signed(2, { keys: [{ key: publicKeyText(thief.publicKey) }] });
    expect(open([signed(1), newer]).find(keyIdOf(publisher.publicKey))).toBeUndefined();
  });
  test('new roots are named by the old ones and sign the next version', () => {
    const third = signed(3, {}, [nextRoot.privateKey]);
    expect(open([signed(1), rotated, third]).version).toBe(3);
    expect(open([rotated, third]).version).toBe(3);
  });
  test('after a rotation the old root signs nothing any more', () => {
    expect(() => open([rotated, signed(3)])).toThrow('no key that is asked for has signed it');
  });
  test('new roots have to have signed that they are', () => {
    expect(() => open([signed(2, { roots: newRoots })])).toThrow('asked for: its new roots');
  });
  test('new roots cannot name themselves', () => {
    expect(() => open([signed(2, { roots: newRoots }, [nextRoot.privateKey])])).toThrow('asked for: the roots');
  });
  test('a file signed by a new root alone needs the one that names it', () => {
    expect(() => open([signed(3, {}, [nextRoot.privateKey])])).toThrow('no key that is asked for');
  });
  test('versions have to rise', () => {
    expect(() => open([signed(2), signed(2)])).toThrow('version 2 follows on version 2');
    expect(() => open([signed(2), signed(1)])).toThrow('version 1 follows on version 2');
  });
  test('an older one of them may have expired, the last one not', () => {
    const old = signed(1, { expires: '2029-01-01T00:00:00Z' });
    expect(open([old, signed(2)]).version).toBe(2);
    expect(() => open([signed(2), signed(3, { expires: '2029-01-01T00:00:00Z' })])).toThrow('it expired');
  });
});

describe('a key is not used', () => {
  const cases: readonly (readonly [title: string, key: Partial<PublisherKey>, kind: string | undefined])[] = [
    ['before its time', { from: '2030-06-02T00:00:00Z' }, 'early'],
    ['after its time', { until: '2030-05-01T00:00:00Z' }, 'expired'],
    ['when it was revoked, however long ago', { revoked: { at: '2029-01-01T00:00:00Z' } }, 'revoked'],
    ['when it will be said to be revoked', { revoked: { at: '2035-01-01T00:00:00Z' } }, 'revoked'],
    ['otherwise it is', { from: '2030-01-01T00:00:00Z', until: '2030-12-01T00:00:00Z' }, undefined],
  ];
  for (const [title, key, kind] of cases) {
    test(title, () => {
      expect(keyProblem({ key: '', ...key }, now)?.kind).toBe(kind);
    });
  }
});

describe('a keys file on disk', () => {
  const roots = { keys: [root.publicKey] };
  const write = (name: string, value: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  };

  test('is read with what was accepted before, so an older one does not come back', async () => {
    const path = write('keys.json', signed(5));
    expect((await readKeys(path, { roots, now })).version).toBe(5);
    write('keys.json', signed(4));
    await expect(readKeys(path, { roots, now })).rejects.toThrow('version 5 was accepted before');
    write('keys.json', [signed(5), signed(6)]);
    expect((await readKeys(path, { roots, now })).version).toBe(6);
    expect(JSON.parse(readFileSync(`${path}.seen`, 'utf8'))).toMatchObject({ version: 6 });
  });

  test('a file that is refused is not remembered', async () => {
    const path = write('refused.json', signed(9, { expires: '2029-01-01T00:00:00Z' }));
    await expect(readKeys(path, { roots, now })).rejects.toThrow('it expired');
    write('refused.json', signed(1));
    expect((await readKeys(path, { roots, now })).version).toBe(1);
  });

  test('a memory that was damaged is not taken for none', async () => {
    const path = write('damaged.json', signed(1));
    for (const text of ['', '{}', '{"version":"9"}', 'null', '{"version":1,']) {
      write('damaged.json.seen', text);
      await expect(readKeys(path, { roots, now })).rejects.toThrow('is damaged');
    }
  });

  test('what is no file, or no JSON, is refused by its name', async () => {
    const error = await readKeys(join(folder, 'nowhere.json'), { roots, now }).catch((thrown: unknown) => thrown);
    expect(PluginErrors.KEYS_REFUSED.is(error)).toBe(true);
    expect(String(error)).toContain('nowhere.json cannot be read');
    await expect(readKeys(write('broken.json', '{'), { roots, now })).rejects.toThrow('broken.json cannot be read');
  });

  test('without a memory nothing is written', async () => {
    const path = write('forgetful.json', signed(2));
    await readKeys(path, { roots, now, seenPath: false });
    write('forgetful.json', signed(1));
    expect((await readKeys(path, { roots, now, seenPath: false })).version).toBe(1);
  });
});
