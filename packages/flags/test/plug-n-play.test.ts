import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepFlags } from '../src/last-known-good.ts';

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

test("the last good flags are kept with the handles of Yarn's Plug'n'Play", async () => {
  const path = join(await folderWithoutSync(), 'kept.json');
  await keepFlags(path, { text: '{"flags":{}}' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ text: '{"flags":{}}' });
});
