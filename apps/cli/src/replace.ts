import { randomUUID } from 'node:crypto';
import { fsync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const toDisk = promisify(fsync);

export interface ReplaceOptions {
  /** The mode that the file has and keeps, whatever the process takes away from new files. @default that of new files */
  readonly mode?: number | undefined;
  /** Asked last of all: false leaves everything as it is. */
  readonly isStillWanted?: () => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file so that it holds either what it held before or all of the text: into a new file beside it, which then takes its
 * name. Answers whether it did.
 *
 * @throws what the file system throws; the signal's reason
 */
export async function replaceFile(
  target: string,
  text: string,
  { mode, isStillWanted = async () => true, signal }: ReplaceOptions = {},
): Promise<boolean> {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text, { signal });
      if (mode !== undefined) await handle.chmod(mode & 0o7777);
      // Not handle.sync(): Yarn puts handles of its own in their place, which do not have it.
      await toDisk(handle.fd);
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    const isWanted = await isStillWanted();
    if (isWanted) await rename(draft, target);
    else await rm(draft, { force: true });
    return isWanted;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
