import { fieldsOf, type Fields } from './fields.ts';
import { at, rangeOf, type Definition } from './migrate.ts';

/**
 * Which versions between the first and the last of a route have to validate what a step gave.
 *
 * None that only looks: the last one looks as well. But all of them where a field that was dropped comes back, since a
 * step that spreads its input would bring the old value with it.
 */
export function versionsToRead(definitions: readonly Definition[], from: number, to: number): Set<number> {
  const versions = rangeOf(from, to);
  const between = versions.slice(1, -1);
  const fields = versions.map((version) => fieldsOf(at(definitions, version).schema));
  if (!fields.every((some) => some !== undefined) || comesBack(fields)) return new Set(between);
  return new Set(between.filter((_, index) => fields[index + 1]?.isPlain === false));
}

/** True when a version has a new field of the name of one that was dropped before. */
function comesBack(versions: readonly Fields[]): boolean {
  const dropped = new Set<string>();
  for (const [index, { paths }] of versions.entries()) {
    const before = versions[index - 1]?.paths ?? paths;
    for (const path of before) if (!paths.has(path)) dropped.add(nameOf(path));
    for (const path of paths) if (!before.has(path) && dropped.has(nameOf(path))) return true;
  }
  return false;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
