// (1) Only a regular file of the project that is reached without a link is ever written, and only by replacing it as a whole.
// (2) What does not change stays byte for byte: line ends, a byte order mark, the mode.
// (3) A file that parsed still parses, or it is left as it is.
import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { CliErrors } from '../errors.ts';
import { classify, refineYaml } from '../project/classify.ts';
import { parseJson } from '../project/parse/json.ts';
import { parseScript } from '../project/parse/script.ts';
import { parseYaml } from '../project/parse/yaml.ts';
import { reasonOf } from '../project/problem.ts';
import type { Fix } from './fixes.ts';
import { applyEdits, mergeFixes, type Merged } from './merge.ts';

/** What the fixes of one file come to. */
export interface FixedFile extends Merged {
  readonly path: string;
  readonly before: string;
  /** The same text when nothing could be made. */
  readonly after: string;
}

const mark = '\uFEFF';

/** Finds out what the fixes of a file would make of it; nothing is written. @throws FIX_UNWRITABLE; the signal's reason */
export async function planFile(
  root: string,
  path: string,
  fixes: readonly Fix[],
  signal?: AbortSignal,
): Promise<FixedFile> {
  const refuseAll = (reason: 'not-ours' | 'unparsable' | 'changed', before: string): FixedFile => ({
    path,
    before,
    after: before,
    edits: [],
    made: [],
    refused: fixes.map((fix) => ({ fix, reason })),
  });
  if (!(await isOurs(root, path))) return refuseAll('not-ours', '');
  const before = await readWhole(root, path, signal);
  if (before === undefined) return refuseAll('changed', '');
  const merged = mergeFixes(before, fixes);
  const after = applyEdits(before, merged.edits);
  if (!parses(path, after) && parses(path, before)) return refuseAll('unparsable', before);
  return { path, before, after, ...merged };
}

/** Writes a planned file. @throws FIX_UNWRITABLE; the signal's reason */
export async function writeFixed(
  root: string,
  { path, before, after }: FixedFile,
  signal?: AbortSignal,
): Promise<void> {
  const target = join(root, path);
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const { mode } = await lstat(target);
    const bytes = await readFile(target, { ...(signal && { signal }) });
    const prefix = bytes.toString('utf8').startsWith(mark) ? mark : '';
    // Between the plan and now somebody may have saved the file: theirs is not lost, and the next round sees it.
    if (bytes.toString('utf8') !== prefix + before || !(await isOurs(root, path))) return;
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(prefix + after);
      // What the process takes away from new files is not taken away from this one.
      await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    signal?.throwIfAborted();
    throw new CliErrors.FIX_UNWRITABLE({ path, reason: reasonOf(error) }, { cause: error });
  }
}

async function isOurs(root: string, path: string): Promise<boolean> {
  try {
    const base = await realpath(root);
    const real = await realpath(join(root, path));
    return real === join(base, path.split('/').join(sep)) && (await lstat(real)).isFile();
  } catch {
    return false;
  }
}

/** The text as rules see it: without a byte order mark. Undefined when it is no text any more. */
async function readWhole(root: string, path: string, signal?: AbortSignal): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(root, path), { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw new CliErrors.FIX_UNWRITABLE({ path, reason: reasonOf(error) }, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parses(path: string, text: string): boolean {
  const kind = classify(path);
  switch (kind) {
    case 'script':
      return parseScript(path, text).ok;
    case 'package-json':
    case 'json':
      return parseJson(text, () => ({ line: 1, column: 1 })).ok;
    case 'yaml':
      return refineYaml(text) === 'other' || parseYaml(text).ok;
    case 'compose':
    case 'workflow':
      return parseYaml(text).ok;
    default:
      return true;
  }
}
