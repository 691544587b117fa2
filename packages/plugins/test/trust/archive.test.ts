import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import { digestArchive, digestFolder, readArchive, treeChanges, unpackArchive } from '../../src/trust.ts';
import type { ReadArchiveOptions } from '../../src/trust.ts';
import { packed, pax, tar, tgz, type TarEntry } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'plugins-archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function filesOf(archive: Uint8Array, options?: ReadArchiveOptions): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { path, bytes } of readArchive(archive, options)) files[path] = Buffer.from(bytes).toString('utf8');
  return files;
}

async function refusal(archive: Uint8Array, options?: ReadArchiveOptions): Promise<string> {
  const error = await filesOf(archive, options).catch((thrown: unknown) => thrown);
  return PluginErrors.ARCHIVE_REFUSED.is(error) ? error.message : `it was not refused, but ${String(error)}`;
}

const good: TarEntry = { path: 'package/index.js', content: 'export {}' };

test('the files of a package are read by their paths in it', async () => {
  expect(await filesOf(packed({ 'package.json': '{}', 'dist/index.js': 'export {}' }))).toEqual({
    'package.json': '{}',
    'dist/index.js': 'export {}',
  });
});

test('a file may lie under any one folder, as packages from git do', async () => {
  expect(
    await filesOf(
      tgz([
        { path: 'repo-1.0.0/', type: '5' },
        { path: 'repo-1.0.0/a.js', content: '1' },
      ]),
    ),
  ).toEqual({ 'a.js': '1' });
});

describe('what other programs write is read as they mean it', () => {
  test('npm pack, with long and accented names', async () => {
    const source = join(folder, 'source');
    const long = `dist/${'a-long-folder-name/'.repeat(9)}index.js`;
    mkdirSync(join(source, long, '..'), { recursive: true });
    const files = { 'package.json': '{"name":"npm-made","version":"1.0.0"}', 'über.js': 'ü', [long]: 'deep' };
    for (const [path, content] of Object.entries(files)) writeFileSync(join(source, path), content);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: source, stdio: 'pipe' });
    expect(await filesOf(readFileSync(join(folder, 'npm-made-1.0.0.tgz')))).toEqual(files);
  });

  for (const format of ['ustar', 'gnu', 'pax']) {
    test(`tar in the ${format} format`, async () => {
      const source = join(folder, format);
      const path = `${'long-name-'.repeat(format === 'ustar' ? 5 : 9)}/${'file-name-'.repeat(9)}.js`;
      mkdirSync(join(source, 'package', path, '..'), { recursive: true });
      writeFileSync(join(source, 'package', path), 'content');
      const archive = execFileSync('tar', [`--format=${format}`, '-czf', '-', 'package'], { cwd: source });
      expect(await filesOf(archive)).toEqual({ [path]: 'content' });
    });
  }
});

test('what is written is read back, whatever it is called and holds', async () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9_äöü-]{1,40}$/);
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(path, fc.uint8Array({ maxLength: 2000 }), { maxKeys: 6 }), async (files) => {
      const paths = Object.keys(files).map((each) => each.normalize('NFC').toLowerCase());
      // Two that are one file somewhere have a test of their own.
      fc.pre(
        new Set(paths).size === paths.length &&
          !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`))),
      );
      fc.pre(!hasTwoSpellings(Object.keys(files)));
      const entries = Object.entries(files).flatMap(([each, content]) => [
        pax({ path: `package/${each}` }),
        { path: 'package/short', content },
      ]);
      const read: Record<string, number[]> = {};
      for await (const file of readArchive(tgz(entries))) read[file.path] = [...file.bytes];
      expect(read).toEqual(Object.fromEntries(Object.entries(files).map(([each, bytes]) => [each, [...bytes]])));
    }),
    { numRuns: 60 },
  );
});

function hasTwoSpellings(paths: readonly string[]): boolean {
  const folders = new Set(
    paths.flatMap((path) => path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'))),
  );
  return new Set([...folders].map((each) => each.normalize('NFC').toLowerCase())).size < folders.size;
}

test('chunks of any size make the same files', async () => {
  const archive = packed({ 'package.json': '{}', 'a/b.js': 'x'.repeat(3000) });
  for (const size of [1, 7, 512, 100_000]) {
    const chunks = Array.from({ length: Math.ceil(archive.length / size) }, (_, index) =>
      archive.subarray(index * size, (index + 1) * size),
    );
    expect((await digestArchive(chunks)).digest).toBe((await digestArchive(archive)).digest);
  }
});

describe('an archive is refused at the entry that is wrong', () => {
  const kinds = [
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a character device'],
    ['4', 'a block device'],
    ['6', 'a named pipe'],
    ['7', 'a contiguous file'],
    ['K', 'a link with a long target'],
    ['S', 'a sparse file'],
    ['V', 'of the unknown type "V"'],
  ] as const;
  for (const [type, kind] of kinds) {
    test(kind, async () => {
      const message = await refusal(tgz([good, { path: 'package/evil', type, link: '/etc/passwd' }]));
      expect(message).toContain(`at entry 2 ("package/evil"): it is ${kind}`);
    });
  }

  const paths: readonly (readonly [title: string, path: string, reason: string])[] = [
    ['an absolute path', '/etc/cron.d/evil', 'its path is absolute'],
    ['a drive letter', 'C:/evil.js', 'its path is absolute'],
    ['..', 'package/../evil.js', '".."'],
    ['.. at the start', '../evil.js', '".."'],
    ['.. at the end', 'package/a/..', '".."'],
    ['a dot', 'package/./a.js', 'an empty part or a "."'],
    ['two slashes', 'package//a.js', 'an empty part or a "."'],
    ['a backslash', 'package/..\\..\\evil.js', 'some systems read differently'],
    ['a stream of NTFS', 'package/a.js:hidden', 'some systems read differently'],
    ['a device of Windows', 'package/aux.js', 'some systems read differently'],
    ['a dot at the end', 'package/a.js.', 'some systems read differently'],
    ['a space at the end', 'package/a.js ', 'some systems read differently'],
    ['a control character', 'package/a\u0007.js', 'some systems read differently'],
    ['a character that hides', 'package/a\u200d.js', 'some systems read differently'],
    ['a change of direction', 'package/a\u202egnp.js', 'some systems read differently'],
    ['a file beside the package', 'evil.js', 'outside the folder of the package'],
    ['another folder', 'other/a.js', 'in another folder'],
    ['no name', '', 'an empty part'],
  ];
  for (const [title, path, reason] of paths) {
    test(title, async () => {
      expect(await refusal(tgz([good, { path, content: 'x' }]))).toContain(reason);
      expect(await refusal(tgz([good, pax({ path }), { path: 'package/x', content: 'x' }]))).toContain(reason);
    });
  }

  const pairs: readonly (readonly [title: string, first: string, second: string, reason: string])[] = [
    ['twice the same', 'a.js', 'a.js', 'it is there twice'],
    ['another letter case', 'a.js', 'A.js', 'it is "a.js" again, in another spelling'],
    ['another letter case of a folder', 'lib/a.js', 'LIB/b.js', 'it is "lib" again, in another spelling'],
    ['another composition of letters', '\u00fc.js', 'u\u0308.js', 'again, in another spelling'],
    ['a sharp s', 'stra\u00dfe.js', 'strasse.js', 'again, in another spelling'],
    ['a file and a folder', 'a', 'a/b.js', 'it is a file and a folder'],
    ['a folder and a file', 'a/b.js', 'a', 'it is a file and a folder'],
  ];
  for (const [title, first, second, reason] of pairs) {
    test(`two files that are one: ${title}`, async () => {
      const entries = [first, second].map((path) => ({ path: `package/${path}`, content: 'x' }));
      expect(await refusal(tgz(entries))).toContain('entry 2 ');
      expect(await refusal(tgz(entries))).toContain(reason);
    });
  }

  test('a path of 10,000 folders', async () => {
    const path = `package/${'a/'.repeat(10_000)}x.js`;
    expect(await refusal(tgz([pax({ path }), { path: 'package/x', content: 'x' }]))).toContain(
      'at most 512 are allowed',
    );
    const message = await refusal(tgz([pax({ path }), { path: 'package/x', content: 'x' }]), { maxPathBytes: 1e6 });
    expect(message).toContain('it lies 10001 folders deep, and at most 32 are allowed');
    expect(message.length).toBeLessThan(400);
  });

  const headers: readonly (readonly [title: string, entry: TarEntry, reason: string])[] = [
    [
      'a wrong checksum',
      { ...good, damage: (header) => header.writeUInt8(65, 0) },
      'the checksum of its header is wrong',
    ],
    ['no checksum', { ...good, damage: (header) => header.fill(0, 148, 156) }, 'the checksum'],
    ['no magic word', { ...good, magic: 'tsarev\x00\x00' }, 'not in the ustar format'],
    ['a size that is no number', { ...good, size: 'nine' }, 'its size is not an octal number'],
    ['a negative size', { ...good, size: '-0000000001' }, 'its size is not an octal number'],
    [
      'a size in base 256',
      { ...good, damage: (header) => rechecked(header, () => header.writeUInt8(0x80, 124)) },
      'not an octal number',
    ],
    [
      'a name that is not UTF-8',
      { ...good, damage: (header) => rechecked(header, () => header.writeUInt8(0xff, 8)) },
      'not UTF-8',
    ],
    ['a folder with content', { path: 'package/a/', type: '5', content: 'x' }, 'it is a folder of 1 bytes'],
    ['a global path', pax({ path: 'package/x' }, 'g'), 'sets "path" where it must not'],
    ['a global size', pax({ size: '1' }, 'g'), 'sets "size" where it must not'],
    ['a sparse file of pax', pax({ 'GNU.sparse.major': '1' }), 'which packages do not need'],
    ['a charset', pax({ hdrcharset: 'BINARY' }), 'which packages do not need'],
    ['a size that is no number', pax({ size: '1e3' }), 'which packages do not need'],
    ['a pax header without an end', { path: 'x', type: 'x', content: '99 path=a\n' }, 'its pax header is malformed'],
    ['a pax header of zeros', { path: 'x', type: 'x', content: '0 =\n' }, 'its pax header is malformed'],
    ['a pax header that is text', { path: 'x', type: 'x', content: 'path' }, 'its pax header is malformed'],
    ['a huge pax header', { path: 'x', type: 'x', content: 'x'.repeat(70_000) }, 'its long header has 70000 bytes'],
  ];
  for (const [title, entry, reason] of headers) {
    test(`header: ${title}`, async () => {
      const message = await refusal(tgz([{ path: 'package/a.js', content: 'x' }, entry]));
      expect(message).toContain(reason);
      expect(message).toContain('at entry 2');
    });
  }

  test('a path that pax sets twice', async () => {
    const twice = Buffer.concat([Buffer.from('16 path=package\n'), Buffer.from('16 path=package\n')]);
    expect(await refusal(tgz([{ path: 'x', type: 'x', content: twice }]))).toContain('sets "path" where it must not');
  });

  test('a header for an entry that does not come', async () => {
    expect(await refusal(tgz([good, pax({ path: 'package/x' })]))).toContain('a header has no entry');
  });
});

function rechecked(header: Buffer, change: () => void): void {
  change();
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

describe('damage', () => {
  test('a gzip file that is cut off anywhere', async () => {
    const archive = packed({ 'package.json': '{}', 'a.js': 'x'.repeat(5000) });
    for (let length = 0; length < archive.length; length += 13) {
      expect(await refusal(archive.subarray(0, length))).toMatch(/no complete gzip file|ends/);
    }
  });

  test('a tar file that is cut off anywhere', async () => {
    const whole = tar([good, { path: 'package/b.js', content: 'x'.repeat(700) }]);
    for (const length of [0, 100, 512, 600, 1024, 1300, 2560, 3000]) {
      expect(await refusal(gzipSync(whole.subarray(0, length)))).toContain('the archive ends');
    }
  });

  test('something after the end', async () => {
    const after = Buffer.concat([tar([good]), tar([{ path: 'package/hidden.js', content: 'x' }])]);
    expect(await refusal(gzipSync(after))).toContain('something follows after the end');
  });

  test('no gzip file at all', async () => {
    expect(await refusal(Buffer.from('PK\u0003\u0004'))).toContain('no complete gzip file');
  });

  test('a changed byte in the compressed stream', async () => {
    const archive = Buffer.from(packed({ 'a.js': 'x'.repeat(100) }));
    const at = archive.length - 6;
    archive.writeUInt8((archive[at] ?? 0) ^ 1, at);
    expect(await refusal(archive)).toContain('no complete gzip file');
  });
});

describe('limits', () => {
  test('a bomb is refused when the limit is reached, not when all of it was unpacked', async () => {
    const bomb = gzipSync(Buffer.concat([tar([]).subarray(0, 0), Buffer.alloc(256 * 1024 * 1024)]));
    expect(bomb.length).toBeLessThan(300_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal(bomb, { maxBytes: 1024 * 1024 })).toContain('more than 1048576 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a file with more bytes than allowed is refused before it is read', async () => {
    expect(await refusal(tgz([{ path: 'package/a.js', size: 0o77777777777 }]))).toContain('it has 8589934591 bytes');
  });

  test('a size in a pax header is the one that counts', async () => {
    const entries = [pax({ size: '999999999' }), { path: 'package/a.js', content: 'x' }];
    expect(await refusal(tgz(entries))).toContain('it has 999999999 bytes');
  });

  test('more entries than allowed', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index}.js`, '']));
    expect(await refusal(packed(files), { maxEntries: 10 })).toContain('at entry 11: there are more than 10 entries');
  });

  test('reading stops when the signal aborts', async () => {
    const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));
    await expect(filesOf(packed({ 'a.js': '' }), { signal })).rejects.toThrow('enough');
  });
});

describe('unpacking', () => {
  test('a folder has the digest of the archive it was unpacked from', async () => {
    const archive = packed({ 'package.json': '{"a":1}', 'lib/a.js': 'x', 'lib/ü.js': '' });
    const target = join(folder, 'unpacked');
    const { digest } = await unpackArchive(archive, target);
    expect(digest).toBe((await digestArchive(archive)).digest);
    expect((await digestFolder(target)).digest).toBe(digest);
  });

  test('the digest knows every change, and the changes are named', async () => {
    const before = await digestArchive(packed({ 'a.js': '1', 'b.js': '2', 'c.js': '3' }));
    const after = await digestArchive(packed({ 'a.js': '1', 'b.js': 'changed', 'd.js': '3' }));
    expect(after.digest).not.toBe(before.digest);
    expect(treeChanges(before, after)).toEqual(['"b.js" was changed', '"c.js" was removed', '"d.js" was added']);
    expect(treeChanges(before, after, 1)).toEqual(['"b.js" was changed', 'and 2 more']);
  });

  test('moving bytes from a name to a content changes the digest', async () => {
    const one = await digestArchive(packed({ ab: 'c' }));
    const other = await digestArchive(packed({ a: 'bc' }));
    expect(one.digest).not.toBe(other.digest);
  });

  test('nothing is left behind when an entry is refused', async () => {
    const inside = join(folder, 'nothing');
    const archive = tgz([good, { path: 'package/evil', type: '2', link: '/etc' }]);
    await expect(unpackArchive(archive, join(inside, 'target'))).rejects.toThrow('a symbolic link');
    expect(execFileSync('ls', ['-A', inside], { encoding: 'utf8' })).toBe('');
  });

  test('a link that came into a folder later is refused', async () => {
    const target = join(folder, 'with-link');
    await unpackArchive(packed({ 'a.js': '' }), target);
    symlinkSync('/etc/passwd', join(target, 'b.js'));
    await expect(digestFolder(target)).rejects.toThrow('("b.js"): it is a link');
  });

  test('a folder is held to the same limits', async () => {
    const target = join(folder, 'unpacked');
    await expect(digestFolder(target, { maxEntries: 2 })).rejects.toThrow('more than 2 files');
    await expect(digestFolder(target, { maxBytes: 3 })).rejects.toThrow('more than 3 bytes');
    await expect(digestFolder(target, { maxDepth: 0 })).rejects.toThrow('deeper than 0 folders');
  });
});
