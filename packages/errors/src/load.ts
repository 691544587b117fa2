import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ErrorsErrors, normalize } from './index.ts';
import type { AnyCatalogue } from './index.ts';

/**
 * Imports modules and takes every catalogue that they export.
 *
 * @throws `seaworthy.errors.UNREADABLE` when a module does not load.
 * @throws `seaworthy.errors.NOT_A_CATALOGUE` when a module exports none.
 */
export async function loadCatalogues(files: readonly string[], directory: string): Promise<readonly AnyCatalogue[]> {
  const loaded: AnyCatalogue[] = [];
  for (const file of files) {
    const found = Object.values(await importModule(resolve(directory, file))).filter(isCatalogue);
    if (found.length === 0) throw new ErrorsErrors.NOT_A_CATALOGUE({ module: file });
    loaded.push(...found);
  }
  return loaded;
}

async function importModule(path: string): Promise<object> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return Object(module);
  } catch (cause) {
    throw new ErrorsErrors.UNREADABLE({ file: path, reason: normalize(cause).message }, { cause });
  }
}

function isCatalogue(value: unknown): value is AnyCatalogue {
  if (typeof value !== 'object' || value === null) return false;
  const kinds = Object.values(value);
  return kinds.length > 0 && kinds.every(isErrorKind);
}

// By shape, not by class: the module may have its own copy of this package.
function isErrorKind(value: unknown): boolean {
  return (
    typeof value === 'function' &&
    typeof Reflect.get(value, 'code') === 'string' &&
    typeof Reflect.get(value, 'is') === 'function'
  );
}
