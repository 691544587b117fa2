import { plainValues } from './history.ts';
import type { Values } from './resolve.ts';
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
    omitted: [...shape.entries.keys()].filter((key) => values.get(key)?.value !== undefined && !(key in plain)),
  };
}

function nest({ members }: Group, plain: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [name, node] of members) {
    const value = 'members' in node ? nest(node, plain) : plain[node.key];
    if (value !== undefined) nested[name] = value;
  }
  return nested;
}
