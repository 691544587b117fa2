import { randomUUID } from 'node:crypto';
import { fsync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isRecord } from './json.ts';
import type { LoadedFlags } from './sources/source.ts';

const toDisk = promisify(fsync);

/**
 * Keeps the document of flags that were in use. The file is replaced whole: written beside, flushed to the disk and renamed, so
 * that a crash leaves the old text or the new one.
 */
export async function keepFlags(path: string, { text, sourceVersion }: LoadedFlags): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify({ savedAt: new Date().toISOString(), sourceVersion, text }));
      // Not handle.sync(): Yarn puts handles of its own in their place, which do not have it.
      await toDisk(file.fd);
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The document that was kept; undefined if there is none, or if the file is not one of ours. */
export async function keptFlags(path: string, signal: AbortSignal): Promise<LoadedFlags | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, { encoding: 'utf8', signal }));
    if (!isRecord(kept)) return undefined;
    const { text, sourceVersion } = kept;
    if (typeof text !== 'string') return undefined;
    return { text, ...(typeof sourceVersion === 'number' && { sourceVersion }) };
  } catch {
    return undefined;
  }
}
