import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areNetworks, isWithin } from '../../src/modules/accounts/networks.ts';
import { hashPassword, isPassword } from '../../src/modules/accounts/passwords.ts';
import { readArchive } from '../../src/modules/registry/archive.ts';
import { base64Pieces } from '../../src/modules/registry/base64.ts';
import { createByteCache } from '../../src/modules/registry/byte-cache.ts';
import { createDocuments } from '../../src/modules/registry/documents.ts';
import { isTag, wrongWithName } from '../../src/modules/registry/names.ts';
import { matchOf } from '../../src/modules/registry/query.ts';
import { DocumentSplitter } from '../../src/modules/registry/splitter.ts';
import type { StoredPackage } from '../../src/modules/registry/store.ts';
import { compareVersions, isVersion, newestVersion } from '../../src/modules/registry/versions.ts';
import { tgz } from '../support/tarball.ts';

/** The document in pieces of any sizes, and what the splitter makes of them. */
function split(
  text: string,
  sizes: readonly number[],
): { readonly document: unknown; readonly archive: Buffer; readonly name: string } {
  let name = '';
  const splitter = new DocumentSplitter(1_000_000, (given) => {
    name = given;
    return base64Pieces();
  });
  const bytes = Buffer.from(text);
  const data: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    data.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return { document: splitter.end(), archive: Buffer.concat(data), name };
}

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });

test('a document is split into itself without the archive and the archive, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ unit: 'grapheme' }),
      sizes,
      (other, bytes, name, pieces) => {
        const data = Buffer.from(bytes);
        const attachment = { content_type: 'x', data: data.toString('base64'), length: data.length };
        const document = {
          versions: other,
          data: 'kept',
          _attachments: { [`_${name}`]: attachment },
          readme: 'a "b" \\',
        };
        const parts = split(JSON.stringify(document), pieces);
        const kept = { ...document, _attachments: { [`_${name}`]: { ...attachment, data: '' } } };
        expect(parts.document).toEqual(JSON.parse(JSON.stringify(kept)));
        expect(parts.archive).toEqual(data);
        expect(parts.name).toBe(`_${name}`);
      },
    ),
  );
});

test('a key of attachments may be written with escapes', () => {
  const text = '{"\\u005fattachments":{"a":{"d\\u0061ta":"QUJD"}}}';
  expect(split(text, [3]).archive.toString()).toBe('ABC');
});

test('only text at `_attachments.<name>.data` is an archive', () => {
  const text = '{"a":{"b":{"data":"QUJD"}},"_attachments":{"n":{"x":{"data":"QUJD"},"data":{"data":"QUJD"}}}}';
  expect(split(text, [5])).toMatchObject({ document: JSON.parse(text) as object, archive: Buffer.alloc(0) });
});

test('bytes that are no base64 are refused, in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.constantFrom('QUJ', 'QU=D', 'QUJD!', 'QUJD====', 'QQ==QQ==', 'QU\\/D'), sizes, (text, pieces) => {
      expect(() => split(`{"_attachments":{"a":{"data":"${text}"}}}`, pieces)).toThrow(/not base64/);
    }),
  );
});

test('an archive is the same in whatever pieces it comes', async () => {
  const content = '{"name":"a","version":"1.0.0","scripts":{"install":"x"}}';
  const archive = tgz([
    { path: 'top/', type: '5' },
    { path: 'top/package.json', content },
    { path: 'top/npm-shrinkwrap.json', content: '{}' },
    { path: 'top/empty' },
    { path: 'top/data', content: Buffer.alloc(5_000, 7) },
  ]);
  for (const size of [1, 7, 512, 100_000]) {
    const pieces = Readable.from(piecesOf(archive, size));
    expect(await readArchive(pieces)).toEqual({
      packageJson: content,
      files: 4,
      bytes: content.length + 5_002,
      hasShrinkwrap: true,
    });
  }
});

test('an archive with more entries than the limit is refused', async () => {
  const archive = tgz(Array.from({ length: 12 }, (_, index) => ({ path: `package/${index}` })));
  await expect(readArchive(Readable.from([archive]), { entries: 10 })).rejects.toThrow(/more than 10 entries/);
});

function* piecesOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('versions are in the order of semver.org', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '2.0.0',
  ];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
  expect(newestVersion(['1.0.0', '2.0.0-beta', '1.2.0'])).toBe('1.2.0');
  expect(newestVersion(['2.0.0-beta', '2.0.0-alpha'])).toBe('2.0.0-beta');
});

for (const version of [
  '1',
  '1.2',
  '01.0.0',
  '1.0.0-01',
  '1.0.0+build',
  'v1.0.0',
  ' 1.0.0',
  '1.0.0\n',
  '1.0.0-',
  `1.0.0-${'a'.repeat(200)}`,
]) {
  test(`${JSON.stringify(version.slice(0, 20))} is no version`, () => expect(isVersion(version)).toBe(false));
}

for (const name of [
  '',
  '.a',
  '_a',
  'a b',
  'A',
  'a/b',
  '@a',
  '@/a',
  '@a/',
  '@a/b/c',
  '../a',
  'a%2fb',
  'node_modules',
  'fs',
  'a\n',
  'a'.repeat(215),
]) {
  test(`${JSON.stringify(name.slice(0, 20))} is no name`, () => expect(wrongWithName(name)).toBeTypeOf('string'));
}

for (const name of ['a', 'left-pad', '@a/b', '@a-b/c.d', '@types/node', 'lodash.get', '7zip']) {
  test(`${name} is a name`, () => expect(wrongWithName(name)).toBeUndefined());
}

test('a tag is no version and no range', () => {
  expect(['latest', 'beta', 'v-next', 'next.1'].filter(isTag)).toHaveLength(4);
  expect(['1.0.0', 'v1', 'x', 'x.1', '>=1', '', '-a', '__proto__', 'a b'].filter(isTag)).toEqual([]);
});

test('a search is made of words only, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const left = matchOf(text)
        .replaceAll(/"[\p{L}\p{N}\p{M}]+" \*/gu, '')
        .replaceAll(/ AND | OR |[()]|\{(keywords|author|name)\} : /g, '');
      expect(left).toBe('');
    }),
  );
  expect(matchOf('left-pad keywords:a,b')).toBe('"left" * AND "pad" * AND {keywords} : (("a" *) OR ("b" *))');
});

test('networks', () => {
  expect(areNetworks(['10.0.0.0/8', '2001:db8::/32'])).toBe(true);
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', 'a/8', '10.0.0.0/-1']) expect(areNetworks([wrong])).toBe(false);
  expect(isWithin('10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isWithin('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isWithin('11.1.2.3', ['10.0.0.0/8'])).toBe(false);
  expect(isWithin('2001:db8::1', ['10.0.0.0/8', '2001:db8::/32'])).toBe(true);
});

test('a password is kept as a hash of its own', async () => {
  const [first, second] = await Promise.all([hashPassword('a secret word'), hashPassword('a secret word')]);
  expect(first).not.toBe(second);
  expect(await isPassword('a secret word', first)).toBe(true);
  expect(await isPassword('another word', first)).toBe(false);
  expect(await isPassword('', undefined)).toBe(false);
});

test('a cache holds what was asked for last, up to its bytes', () => {
  const cache = createByteCache<string>(4_000);
  for (const key of ['a', 'b', 'c']) cache.set(key, key, 1_000);
  expect(cache.get('a')).toBe('a');
  cache.set('d', 'd', 1_000);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c', 'd']);
  cache.set('huge', 'huge', 3_000);
  expect(cache.get('huge')).toBeUndefined();
});

const stored = (revision: number): StoredPackage => ({
  id: 1,
  name: 'a',
  revision,
  access: 'public',
  paidVersions: null,
  terms: '',
  termsUrl: '',
  readme: '',
  createdAt: '',
  modifiedAt: '',
  versions: [],
  tags: new Map(),
  owners: [],
  stars: [],
});

test('(2) what was read before a change and arrives after it is not kept', async () => {
  const reads: ((value: StoredPackage) => void)[] = [];
  const documents = createDocuments(() => new Promise((resolve) => reads.push(resolve)), 1_000_000);
  const early = documents.find('a');
  documents.drop('a');
  reads[0]?.(stored(1));
  const before = await early;
  const late = documents.find('a');
  reads[1]?.(stored(2));
  const revisionOf = (body: Buffer | undefined): unknown =>
    (JSON.parse(body?.toString() ?? '{}') as Readonly<Record<string, unknown>>)['_rev'];
  before?.document('full', 'http://a/npm');
  expect(revisionOf((await late)?.document('full', 'http://a/npm')?.body)).toBe('2');
  expect(revisionOf((await documents.find('a'))?.document('full', 'http://a/npm')?.body)).toBe('2');
});

test('(3) what a document was made of is let go, and another document is made of what is read anew', async () => {
  let reads = 0;
  let now = stored(1);
  const documents = createDocuments(async () => ((reads += 1), { ...now, readme: 'read me' }), 1_000_000);
  const install = (await documents.find('a'))?.document('install', 'http://a/npm');
  expect(install?.text).toContain('"name":"a"');
  expect(documents.recall('a')?.document('full', 'http://a/npm')).toBeUndefined();

  const full = (await documents.readAnew('a'))?.document('full', 'http://a/npm');
  expect(full?.text).toContain('read me');
  // Both are kept, since the package is the same.
  expect(documents.recall('a')?.document('install', 'http://a/npm')).toBe(install);
  expect(documents.recall('a')?.document('full', 'http://a/npm')).toBe(full);
  expect(reads).toBe(2);

  now = stored(2);
  const later = (await documents.readAnew('a'))?.document('full', 'http://a/npm');
  expect(later?.text).toContain('"_rev":"2"');
  // Of the revision before nothing is kept.
  expect(documents.recall('a')?.document('install', 'http://a/npm')).toBeUndefined();
});

test('(3) a package takes the memory of its documents, not of what they were made of', async () => {
  const readme = 'x'.repeat(10_000);
  const documents = createDocuments(async (name) => ({ ...stored(1), name, readme }), 100_000);
  const names = Array.from({ length: 50 }, (_, index) => `package-${index}`);
  for (const name of names) (await documents.find(name))?.document('install', 'http://a/npm');
  expect(names.filter((name) => documents.recall(name) === undefined)).toEqual([]);
});
