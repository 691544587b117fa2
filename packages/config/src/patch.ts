import type { StoredVersion } from './history.ts';
import type { Problem } from './problems.ts';
import { resolveValue, type Resolved, type Values } from './resolve.ts';
import type { CompiledShape } from './shape.ts';
import { invalid } from './snapshot.ts';
import { bindTree } from './sources/bind-tree.ts';

/**
 * Validates a patch given in code.
 *
 * @throws seaworthy.config.INVALID with all problems; a key that is not reloadable is one.
 */
export async function readPatch(shape: CompiledShape, patch: object, by: string, cwd: string): Promise<Values> {
  const { values, problems } = bindTree(patch, shape, () => by);
  const found: Problem[] = [...problems];
  const read = new Map<string, Resolved>();
  for (const entry of shape.entries.values()) {
    const candidate = values.get(entry.key);
    if (candidate === undefined) continue;
    const result = await resolveValue(entry, candidate, cwd);
    if ('message' in result) found.push(result);
    else if (entry.leaf.reloadable) read.set(entry.key, result);
    else found.push(notReloadable(entry.key, by));
  }
  if (found.length > 0) throw invalid(found);
  return read;
}

function notReloadable(key: string, source: string): Problem {
  return { key, source, message: 'cannot change while the program runs. Restart the program with the new value.' };
}

/**
 * The reloadable values of an earlier version; a secret is only known if this process made the version.
 *
 * @throws seaworthy.config.INVALID when a kept value does not fit the shape any more.
 */
export async function readVersion(
  shape: CompiledShape,
  stored: StoredVersion,
  by: string,
  cwd: string,
): Promise<Values> {
  const problems: Problem[] = [];
  const read = new Map<string, Resolved>();
  const source = (): string => by;
  for (const entry of shape.entries.values()) {
    const known = stored.values?.get(entry.key);
    const raw = stored.plain[entry.key];
    if (!entry.leaf.reloadable || (known === undefined && raw === undefined)) continue;
    const result = known ?? (await resolveValue(entry, { raw, text: false, source }, cwd));
    if ('message' in result) problems.push(result);
    else read.set(entry.key, { ...result, source });
  }
  if (problems.length > 0) throw invalid(problems);
  return read;
}
