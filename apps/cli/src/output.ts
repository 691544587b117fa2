import { realpath, stat, writeFile } from 'node:fs/promises';
import { CliErrors } from './errors.ts';
import { reasonOf } from './project/problem.ts';
import { replaceFile } from './replace.ts';

/**
 * Writes a file as a whole or not at all; a link is followed, and a device or a pipe written to directly.
 *
 * @throws OUTPUT_UNWRITABLE; the signal's reason
 */
export async function writeAtomically(path: string, text: string, signal?: AbortSignal): Promise<void> {
  try {
    const target = await followLink(path);
    const before = await stat(target).catch(() => undefined);
    if (before !== undefined && !before.isFile()) await writeFile(target, text, { signal });
    else await replaceFile(target, text, { mode: before?.mode, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new CliErrors.OUTPUT_UNWRITABLE({ path, reason: reasonOf(error) }, { cause: error });
  }
}

async function followLink(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
