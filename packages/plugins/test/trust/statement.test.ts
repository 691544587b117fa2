import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimOf, permissionDigest, signPlugin, verifyClaim } from '../../src/trust.ts';
import { packed, tgz } from './tar.ts';
import { make, pair } from './world.ts';

const publisher = pair();

test('a signature is an in-toto statement about the archive', async () => {
  const archive = make({ name: '@acme/exporter', version: '1.2.3-beta.1', seaworthy: { permissions: { net: ['a'] } } });
  const envelope = await signPlugin(archive, [publisher.privateKey]);
  expect(envelope.payloadType).toBe('application/vnd.in-toto+json');
  expect(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'))).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'pkg:npm/%40acme/exporter@1.2.3-beta.1',
        digest: { sha512: createHash('sha512').update(archive).digest('hex') },
      },
    ],
    predicateType: 'urn:seaworthy:plugin:v1',
    predicate: await claimOf(archive),
  });
});

test('what was signed is what is verified', async () => {
  const archive = make();
  const envelope: unknown = JSON.parse(JSON.stringify(await signPlugin(archive, [publisher.privateKey])));
  const { claim, keys } = verifyClaim(envelope, 'exporter', { keys: [publisher.publicKey] });
  expect(claim).toEqual(await claimOf(archive));
  expect(keys).toEqual([publisher.id]);
});

describe('the digest of permissions', () => {
  test('does not depend on an order', () => {
    const one = { net: ['a', 'b'], fs: { read: ['x', 'y'], write: [] } };
    const other = { fs: { write: [], read: ['y', 'x'] }, net: ['b', 'a'] };
    expect(permissionDigest(one)).toBe(permissionDigest(other));
  });
  test('is that of none when there are none', () => {
    expect(permissionDigest(undefined)).toBe(permissionDigest({}));
  });
  test('is another one for anything more or less', () => {
    const texts = fc.uniqueArray(fc.string({ maxLength: 5 }), { maxLength: 3 });
    const permissions = fc.record({ net: texts, env: texts, fs: fc.record({ read: texts, write: texts }) });
    const sorted = (value: unknown): string =>
      JSON.stringify(value, (_, inner: unknown) => (Array.isArray(inner) ? inner.map(String).toSorted() : inner));
    fc.assert(
      fc.property(permissions, permissions, (one, other) => {
        expect(permissionDigest(one) === permissionDigest(other)).toBe(sorted(one) === sorted(other));
      }),
    );
  });
});

describe('an archive that is no plugin is not signed', () => {
  const archives: readonly (readonly [title: string, archive: Buffer])[] = [
    ['without a package.json', packed({ 'index.js': '' })],
    ['with a package.json that is no JSON', packed({ 'package.json': '{' })],
    ['without a name', packed({ 'package.json': '{"version":"1.0.0"}' })],
    ['without a version', packed({ 'package.json': '{"name":"a"}' })],
    ['with a link', tgz([{ path: 'package/a', type: '2', link: 'b' }])],
  ];
  for (const [title, archive] of archives) {
    test(title, async () => {
      await expect(signPlugin(archive, [publisher.privateKey])).rejects.toMatchObject({
        code: 'seaworthy.plugins.ARCHIVE_REFUSED',
      });
    });
  }
});
