import type { Fix } from './fixes.ts';
import { planFile, writeFixed, type FixedFile } from './file.ts';

/** What the fixes of a project would make of its files, by path. @throws FIX_UNWRITABLE; the signal's reason */
export async function planProject(
  root: string,
  fixes: readonly Fix[],
  signal?: AbortSignal,
): Promise<readonly FixedFile[]> {
  const planned: FixedFile[] = [];
  for (const [path, ofFile] of Map.groupBy(fixes, ({ file }) => file)) {
    signal?.throwIfAborted();
    planned.push(await planFile(root, path, ofFile, signal));
  }
  return planned;
}

/** Writes what can be made, file by file; answers the files that were written. @throws FIX_UNWRITABLE; the signal's reason */
export async function writeProject(
  root: string,
  planned: readonly FixedFile[],
  signal?: AbortSignal,
): Promise<readonly FixedFile[]> {
  const written = planned.filter(({ made }) => made.length > 0);
  for (const file of written) {
    signal?.throwIfAborted();
    await writeFixed(root, file, signal);
  }
  return written;
}
