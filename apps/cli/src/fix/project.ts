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

/** What has become of planned files with something to make. */
export interface Written {
  readonly written: readonly FixedFile[];
  /** Somebody saved them between the plan and now: they are as that person left them. */
  readonly overtaken: readonly FixedFile[];
}

/** Writes what can be made, file by file. @throws FIX_UNWRITABLE; the signal's reason */
export async function writeProject(
  root: string,
  planned: readonly FixedFile[],
  signal?: AbortSignal,
): Promise<Written> {
  const written: FixedFile[] = [];
  const overtaken: FixedFile[] = [];
  for (const file of planned.filter(({ made }) => made.length > 0)) {
    signal?.throwIfAborted();
    const list = (await writeFixed(root, file, signal)) ? written : overtaken;
    list.push(file);
  }
  return { written, overtaken };
}
