import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first program with one of these names in the folders of a path. */
export function onPath(path: string, names: readonly string[]): string | undefined {
  const candidates = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
