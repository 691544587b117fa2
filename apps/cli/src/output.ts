import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliErrors } from './errors.ts';
import { reasonOf } from './project/problem.ts';

/**
 * Writes a file so that it holds either what it held before or all of the text: into a new file beside it, which then takes
 * its name. A device or a pipe is written to directly.
 *
 * @throws OUTPUT_UNWRITABLE; the signal's reason
 */
export async function writeAtomically(path: string, text: string, signal?: AbortSignal): Promise<void> {
  try {
    const target = await followLink(path);
    const before = await stat(target).catch(() => undefined);
    if (before !== undefined && !before.isFile()) await writeFile(target, text, { signal });
    else await replace(target, text, before?.mode, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new CliErrors.OUTPUT_UNWRITABLE({ path, reason: reasonOf(error) }, { cause: error });
  }
}

async function followLink(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function replace(target: string, text: string, mode: number | undefined, signal?: AbortSignal): Promise<void> {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text, { signal });
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
