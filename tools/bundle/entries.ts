import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { ToolErrors } from '../errors.ts';
import type { Manifest } from '../repository/projects.ts';

/** The sources that get a built file of their own, by the path of that file in `dist` without its ending. */
export type Entries = Readonly<Record<string, string>>;

/**
 * What a package is entered by: what `exports` and `bin` name, and every `src/…/*.worker.ts`, which `new Worker()` needs as
 * a file. Workers are built to the top of `dist`, like every shared part, so that
 * `new URL('./x.worker.js', import.meta.url)` finds them from wherever their starter ends up.
 */
export function entriesOf(folder: string, manifest: Manifest): Entries {
  const targets = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [] : Object.values(target),
  );
  const built = [...targets, ...Object.values(manifest.bin ?? {})].filter((file) => /^\.\/dist\/.*\.js$/.test(file));
  const entries = built.map((file) => {
    const name = file.slice('./dist/'.length, -'.js'.length);
    return [name, `src/${name}.ts`] as const;
  });
  const workers = globSync('src/**/*.worker.ts', { cwd: folder })
    .toSorted()
    .map((file) => [basename(file, '.ts'), file.replaceAll('\\', '/')] as const);
  // A name in a folder would not find what lies at the top.
  const deep = entries.find(([name]) => name.includes('/'));
  if (deep !== undefined) throw new ToolErrors.DEEP_ENTRY({ entry: `dist/${deep[0]}.js` });
  return Object.fromEntries([...entries, ...workers]);
}
