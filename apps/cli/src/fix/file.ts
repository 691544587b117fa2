// (1) Only a regular file of the project that is reached without a link is ever written, and only by replacing it as a whole.
// (2) What does not change stays byte for byte: line ends, a byte order mark, the mode.
// (3) A file that parsed still parses, or it is left as it is.
import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CliErrors } from '../errors.ts';
import { classify, refineYaml } from '../project/classify.ts';
import { parseJson } from '../project/parse/json.ts';
import { parseScript } from '../project/parse/script.ts';
import { parseYaml } from '../project/parse/yaml.ts';
import { reasonOf } from '../project/problem.ts';
import { replaceFile } from '../replace.ts';
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

/**
 * Writes a planned file. Answers false when somebody has saved it since the plan: what they wrote stays.
 *
 * @throws FIX_UNWRITABLE; the signal's reason
 */
export async function writeFixed(
  root: string,
  { path, before, after }: FixedFile,
  signal?: AbortSignal,
): Promise<boolean> {
  const target = join(root, path);
  try {
    const { mode } = await lstat(target);
    const prefix = (await readFile(target, { encoding: 'utf8', ...(signal && { signal }) })).startsWith(mark)
      ? mark
      : '';
    const isStillWanted = async (): Promise<boolean> =>
      (await isOurs(root, path)) && (await readFile(target, 'utf8')) === prefix + before;
    return await replaceFile(target, prefix + after, { mode, isStillWanted, signal });
  } catch (error) {
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
