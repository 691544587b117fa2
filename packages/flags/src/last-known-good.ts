import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRecord } from './json.ts';

/**
 * Keeps the text of flags that were in use. The file is replaced whole: written beside, flushed to the disk and renamed, so
 * that a crash leaves the old text or the new one.
 */
export async function keepText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify({ savedAt: new Date().toISOString(), text }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The text that was kept; undefined if there is none, or if the file is not one of ours. */
export async function keptText(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, { encoding: 'utf8', signal }));
    return isRecord(kept) && typeof kept['text'] === 'string' ? kept['text'] : undefined;
  } catch {
    return undefined;
  }
}
