import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { writeAtomically } from '../src/output.ts';
import { writeProject } from './support/project.ts';

test('a new file holds all of the text', async () => {
  const root = writeProject({});
  await writeAtomically(join(root, 'a.txt'), 'é'.repeat(100_000));
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('é'.repeat(100_000));
  expect(readdirSync(root)).toEqual(['a.txt']);
});

test('a file that is there is replaced and keeps its mode', async () => {
  const root = writeProject({ 'a.txt': 'old' });
  chmodSync(join(root, 'a.txt'), 0o640);
  await writeAtomically(join(root, 'a.txt'), 'new');
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('new');
  expect(statSync(join(root, 'a.txt')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o640);
});

test('a link stays a link', async () => {
  const root = writeProject({ 'real/a.txt': 'old' });
  symlinkSync(join('real', 'a.txt'), join(root, 'link.txt'));
  await writeAtomically(join(root, 'link.txt'), 'new');
  expect(readFileSync(join(root, 'real', 'a.txt'), 'utf8')).toBe('new');
  expect(readdirSync(join(root, 'real'))).toEqual(['a.txt']);
});

test('a device is written to, not replaced', async () => {
  await writeAtomically('/dev/null', 'gone');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('an interruption leaves the old file, and no draft', async () => {
  const root = writeProject({ 'a.txt': 'old' });
  const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  await expect(writeAtomically(join(root, 'a.txt'), 'new', signal)).rejects.toThrow('stop');
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('old');
  expect(readdirSync(root)).toEqual(['a.txt']);
});

const impossible: readonly (readonly [name: string, path: string, reason: string])[] = [
  ['in a directory that is not there', 'no/a.txt', 'ENOENT'],
  ['below a file', 'file/a.txt', 'ENOTDIR'],
  ['that is a directory', 'directory', 'EISDIR'],
];

for (const [name, path, reason] of impossible) {
  test(`a path ${name} is refused`, async () => {
    const root = writeProject({});
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(root, 'directory'));
    const written = writeAtomically(join(root, path), 'new');
    await expect(written).rejects.toThrow(CliErrors.OUTPUT_UNWRITABLE);
    await expect(written).rejects.toThrow(reason);
    expect(readdirSync(root)).toEqual(['directory', 'file']);
  });
}

test("a file is written as a whole with the handles of Yarn's Plug'n'Play, which cannot sync", async () => {
  const path = join(writeProject({ 'a.txt': 'old' }), 'a.txt');
  await using handle = await open(path);
  const handles = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(() => {
    throw new Error('Method not implemented.');
  });
  onTestFinished(() => handles.mockRestore());
  await writeAtomically(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});
