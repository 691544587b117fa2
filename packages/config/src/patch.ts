import type { StoredVersion } from './history.ts';
import type { Problem } from './problems.ts';
import { resolveMissing, resolveValue, type Resolved, type Result, type ValueContext } from './resolve.ts';
import type { CompiledShape } from './shape.ts';
import { invalid, type SnapshotPlan } from './snapshot.ts';
import { bindTree } from './sources/bind-tree.ts';

/** What to change: a key with `undefined` takes back what was changed before. */
export type Patch = ReadonlyMap<string, Resolved | undefined>;

/**
 * Validates a patch given in code.
 *
 * @throws seaworthy.config.INVALID with all problems; a key that is not reloadable is one.
 */
export async function readPatch(
  shape: CompiledShape,
  patch: object,
  by: string,
  context: ValueContext,
): Promise<Patch> {
  const { values, problems } = bindTree(patch, shape, () => by);
  const found: Problem[] = [...problems];
  const read = new Map<string, Resolved | undefined>();
  for (const entry of shape.entries.values()) {
    const candidate = values.get(entry.key);
    if (candidate === undefined) continue;
    const isTakenBack = candidate.raw === null && entry.leaf.acceptsMissing !== true;
    const result = isTakenBack ? undefined : await resolveValue(entry, candidate, context);
    if (result !== undefined && 'message' in result) found.push(result);
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
  context: SnapshotPlan,
): Promise<Patch> {
  const problems: Problem[] = [];
  const found = new Map<string, Resolved>();
  const source = (): string => by;
  for (const entry of shape.entries.values()) {
    const { key, leaf } = entry;
    const raw = Object.hasOwn(stored.plain, key) ? stored.plain[key] : undefined;
    // A secret is not in the file, and what always has a value is not in it when it was not known then.
    const isUnknown = raw === undefined && (leaf.secret || !(leaf.optional || leaf.acceptsMissing === true));
    const known = stored.values?.get(key);
    if (!leaf.reloadable || (known === undefined && isUnknown)) continue;
    const read = async (): Promise<Result> =>
      raw === undefined
        ? resolveMissing(entry, [], context)
        : resolveValue(entry, { raw, text: false, source }, context);
    const result = known ?? (await read());
    if ('message' in result) problems.push(result);
    else found.set(key, { ...result, source });
  }
  if (problems.length > 0) throw invalid(problems);
  return found;
}
