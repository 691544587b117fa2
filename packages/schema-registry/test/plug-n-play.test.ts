import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { writeDurably } from '../src/durable-file.ts';
import { writeLock } from '../src/lock.ts';

/** A folder in which file handles are as in a process of Yarn's Plug'n'Play: without `sync`. */
async function folderWithoutSync(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plug-n-play-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const handle = await open(join(folder, 'probe'), 'w');
  const sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(() => {
    throw new Error('Method not implemented.');
  });
  onTestFinished(() => sync.mockRestore());
  await handle.close();
  return folder;
}

test("a file and its folder are written to the disk with the handles of Yarn's Plug'n'Play", async () => {
  const path = join(await folderWithoutSync(), 'log.json');
  await writeDurably(path, 'text', (written) => rename(written, path));
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test("a lock is written with the handles of Yarn's Plug'n'Play", async () => {
  const path = join(await folderWithoutSync(), 'schemas.lock.json');
  await writeLock(path, { lockVersion: 1, subjects: {}, exemptions: [] });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ lockVersion: 1 });
});
