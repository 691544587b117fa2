import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { replaceLocked } from '../src/folder-lock.ts';

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

test("a file is replaced under a lock with the handles of Yarn's Plug'n'Play", async () => {
  const folder = await folderWithoutSync();
  const path = join(folder, 'state.json');
  await replaceLocked(path, async () => 'new', {
    folder: join(folder, 'locks'),
    key: 'state',
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    late: (holder) => new Error(`held by ${holder}`),
  });
  expect(readFileSync(path, 'utf8')).toBe('new');
});
