import { builtinModules } from 'node:module';
import type { Manifest } from '../repository/projects.ts';

/** The package of a bare specifier: `@a/b` of `@a/b/c`, `a` of `a/b`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(packageOf(specifier));
}

export function isRelative(specifier: string): boolean {
  return /^\.{1,2}(\/|$)/.test(specifier);
}

/** Whether the exports map of a package has the specifier; a `*` in a key stands for anything. */
export function isExported(specifier: string, manifest: Manifest): boolean {
  const subpath = `.${specifier.slice(manifest.name.length)}`;
  return Object.keys(manifest.exports ?? {}).some((key) => {
    const [before = '', after] = key.split('*');
    return after === undefined ? key === subpath : subpath.startsWith(before) && subpath.endsWith(after);
  });
}
