import { plainValues } from './history.ts';
import { inputOf, type Resolved, type Values } from './resolve.ts';
import type { CompiledShape, Group } from './shape.ts';
import { writeFileAtomically } from './write-file.ts';

/** Writes all values but the secret ones as a configuration file. */
export async function writeBackup(
  path: string,
  shape: CompiledShape,
  values: Values,
): Promise<{ readonly omitted: readonly string[] }> {
  const plain = plainValues(shape, values);
  await writeFileAtomically(path, `${JSON.stringify(nest(shape.root, plain), undefined, 2)}\n`);
  return {
    omitted: [...values.keys()].filter((key) => isSet(values.get(key)) && !Object.hasOwn(plain, key)),
  };
}

/** What a schema gives for nothing is there again when nothing is read. */
function isSet(resolved: Resolved | undefined): boolean {
  return resolved !== undefined && resolved.value !== undefined && inputOf(resolved) !== undefined;
}

/** Values by key, in the groups of the shape. */
export function nest({ members }: Group, plain: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [name, node] of members) {
    if ('members' in node) nested[name] = nest(node, plain);
    else if (Object.hasOwn(plain, node.key)) nested[name] = plain[node.key];
  }
  return nested;
}
