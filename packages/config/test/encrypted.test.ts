import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  encryptedFile,
  secret,
  Secret,
  string,
  writeEncryptedFile,
  type Passphrase,
} from '../src/index.ts';
import { decryptText, encryptText } from '../src/encryption.ts';

const passphrase = 'correct horse battery staple';
const definition = defineConfig(
  { token: secret(), name: string().default('-') },
  { env: detectEnvironment({ env: {}, exists: () => false }) },
);
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-encrypted-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

async function problemsOf(path: string, given: Passphrase = passphrase): Promise<readonly string[]> {
  try {
    await definition.load([encryptedFile(path, { passphrase: given })], { cwd });
    return [];
  } catch (error) {
    if (!ConfigErrors.INVALID.is(error)) throw error;
    return error.params.problems.map(({ source, message }) => `${source} ${message}`);
  }
}

test('a file is written for its owner only, holds nothing in plain, and is read again', async () => {
  const path = join(cwd, 'secrets.enc');
  await writeEncryptedFile(path, { token: 'hunter2', name: 'ada' }, { passphrase });
  const text = await readFile(path, 'utf8');
  expect(text).not.toMatch(/hunter2|ada|token/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(text)).toMatchObject({ format: 'seaworthy-encrypted-1', log2N: 17, r: 8, p: 1 });
  const loaded = await definition.load([encryptedFile('secrets.enc', { passphrase })], { cwd });
  expect(loaded.value.token.reveal()).toBe('hunter2');
  expect(loaded.explain('name').source).toBe('secrets.enc');
});

const passphrases: readonly { how: string; given: Passphrase }[] = [
  { how: 'a secret', given: new Secret(passphrase) },
  { how: 'a function', given: () => passphrase },
  { how: 'a function that fetches a secret', given: async () => Promise.resolve(new Secret(passphrase)) },
];
for (const { how, given } of passphrases) {
  test(`the passphrase may be ${how}`, async () => {
    await writeFile(join(cwd, 'given.enc'), await encryptText('{"token":"x"}', passphrase, { log2N: 14 }));
    expect(await problemsOf('given.enc', given)).toEqual([]);
  });
}

test('two files of the same text have nothing in common', async () => {
  const [one, two] = await Promise.all([1, 2].map(async () => encryptText('{}', passphrase, { log2N: 14 })));
  const parsed: readonly Record<string, unknown>[] = [JSON.parse(one!), JSON.parse(two!)];
  for (const part of ['salt', 'iv', 'tag', 'data']) expect(parsed[0]![part]).not.toBe(parsed[1]![part]);
});

const refused = 'could not be decrypted: the passphrase is not the right one, or the file was changed.';
const unknown = 'is no file that `encryptText` wrote, or a part of it is missing.';

const flip = (text: unknown): string => {
  const bytes = Buffer.from(String(text), 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const changes: readonly { what: string; change: (envelope: Record<string, unknown>) => object; says: string }[] = [
  { what: 'data', change: (envelope) => ({ data: flip(envelope['data']) }), says: refused },
  { what: 'tag', change: (envelope) => ({ tag: flip(envelope['tag']) }), says: refused },
  { what: 'a shorter tag', change: (envelope) => ({ tag: String(envelope['tag']).slice(0, 8) }), says: refused },
  { what: 'iv', change: (envelope) => ({ iv: flip(envelope['iv']) }), says: refused },
  { what: 'salt', change: (envelope) => ({ salt: flip(envelope['salt']) }), says: refused },
  { what: 'a cost that is cheaper', change: () => ({ log2N: 15 }), says: refused },
  { what: 'a cost that is too cheap', change: () => ({ log2N: 1 }), says: unknown },
  { what: 'a cost that takes gigabytes', change: () => ({ log2N: 30 }), says: unknown },
  { what: 'no data', change: () => ({ data: undefined }), says: unknown },
  { what: 'another format', change: () => ({ format: 'x' }), says: unknown },
];
for (const { what, change, says } of changes) {
  test(`a file with another ${what} is a problem`, async () => {
    const envelope: Record<string, unknown> = JSON.parse(
      await encryptText('{"token":"hunter2"}', passphrase, { log2N: 14 }),
    );
    await writeFile(join(cwd, 'changed.enc'), JSON.stringify({ ...envelope, ...change(envelope) }));
    expect(await problemsOf('changed.enc')).toEqual([`changed.enc ${says}`, expect.stringContaining('got nothing')]);
  });
}

test('a wrong passphrase, an empty one, a missing file and plain text are problems that show nothing', async () => {
  const sealed = await encryptText('{"token":"hunter2"', passphrase, { log2N: 14 });
  await writeFile(join(cwd, 'broken.enc'), sealed);
  await writeFile(join(cwd, 'plain.enc'), '{"token":"hunter2"}');
  expect((await problemsOf('broken.enc', 'wrong'))[0]).toBe(`broken.enc ${refused}`);
  expect((await problemsOf('broken.enc', ''))[0]).toBe(
    'broken.enc could not be read (seaworthy.config.NO_PASSPHRASE).',
  );
  expect((await problemsOf('broken.enc'))[0]).toBe('broken.enc is not JSON once it is decrypted.');
  expect((await problemsOf('plain.enc'))[0]).toBe(`plain.enc ${unknown}`);
  expect((await problemsOf('missing.enc'))[0]).toBe('missing.enc expected this file to exist.');
  expect((await problemsOf('.'))[0]).toContain('could not be read (EISDIR).');
});

test('an optional file may be missing', async () => {
  const loading = definition.load([encryptedFile('missing.enc', { passphrase, optional: true })], { cwd });
  await expect(loading).rejects.toMatchObject({ params: { count: '1 problem' } });
});

test('nothing is encrypted without a passphrase', async () => {
  await expect(writeEncryptedFile(join(cwd, 'x.enc'), {}, { passphrase: '' })).rejects.toThrow(
    ConfigErrors.NO_PASSPHRASE,
  );
});

test('what was encrypted is decrypted, whatever the text', async () => {
  for (const text of ['', '\0', 'ü€😀', 'x'.repeat(100_000)]) {
    expect(await decryptText(await encryptText(text, passphrase, { log2N: 14 }), passphrase)).toEqual({ text });
  }
});
