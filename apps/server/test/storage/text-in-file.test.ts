import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readOrMake, textInFile } from '../../src/storage/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-secrets-'));

afterAll(() => rmSync(folder, { recursive: true }));

test('a text is made once, is the same at the next start, and is for the user of the server alone', async () => {
  const path = join(folder, 'new/key');
  expect(await readOrMake(textInFile(path), () => 'first')).toBe('first');
  expect(await readOrMake(textInFile(path), () => 'second')).toBe('first');
  expect(await textInFile(path).replace('first', 'third')).toBe(false);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('a place that cannot be used is named', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(readOrMake(textInFile(join(folder, 'file/key')), () => 'text')).rejects.toThrow('cannot be used');
});
