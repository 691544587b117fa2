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
    const found = cataloguesIn(await importModule(resolve(directory, file)));
    if (found.length === 0) throw new ErrorsErrors.NOT_A_CATALOGUE({ module: file });
    loaded.push(...found);
  }
  return loaded;
}

/** Also those in an object that is the default export, as `module.exports` of CommonJS mostly is. */
function cataloguesIn(module: object): readonly AnyCatalogue[] {
  const exported = Object.values(module);
  const main: unknown = Reflect.get(module, 'default');
  const inside = isCatalogue(main) ? [] : valuesOf(main);
  return [...new Set([...exported, ...inside])].filter(isCatalogue);
}

async function importModule(path: string): Promise<object> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return Object(module);
  } catch (cause) {
    throw new ErrorsErrors.UNREADABLE({ file: path, reason: reasonOf(cause) }, { cause });
  }
}

/** What was thrown, in words that a sentence can end with. */
export function reasonOf(thrown: unknown): string {
  return normalize(thrown).message.replace(/\.$/, '');
}

function isCatalogue(value: unknown): value is AnyCatalogue {
  const kinds = valuesOf(value);
  return kinds.length > 0 && kinds.every(isErrorKind);
}

/** A module may export anything, a revoked proxy too. */
function valuesOf(value: unknown): readonly unknown[] {
  try {
    return typeof value === 'object' && value !== null ? Object.values(value) : [];
  } catch {
    return [];
  }
}

// By shape, not by class: the module may have its own copy of this package.
function isErrorKind(value: unknown): boolean {
  return (
    typeof value === 'function' &&
    typeof Reflect.get(value, 'code') === 'string' &&
    typeof Reflect.get(value, 'is') === 'function'
  );
}
