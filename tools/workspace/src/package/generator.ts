import { join } from 'node:path';
import { formatFiles, generateFiles, names, readJson, updateJson, type Tree } from '@nx/devkit';
import type { Manifest } from '../../../repository/projects.ts';
import { finish } from './finish.ts';

interface Options {
  readonly name: string;
  readonly description: string;
}

interface References {
  readonly references: readonly { readonly path: string }[];
}

/** Adds `packages/<name>`: one small feature with its test, documents and settings, which passes every check at once. */
export default async function packageGenerator(
  tree: Tree,
  { name, description }: Options,
): Promise<() => Promise<void>> {
  const folder = `packages/${name}`;
  if (tree.exists(`${folder}/package.json`)) throw new Error(`${folder} is already there. Choose another name.`);
  const ground = readJson<Manifest & { repository: { url: string } }>(tree, 'packages/errors/package.json');
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, {
    name,
    description,
    errors: `${names(name).className}Errors`,
    repository: ground.repository.url,
    range: `^${ground.version}`,
  });
  tree.write(`${folder}/LICENSE`, tree.read('LICENSE') ?? '');
  updateJson<References>(tree, 'tsconfig.json', (settings) => withReference(settings, `./${folder}`));
  updateJson<References>(tree, 'tools/tsconfig.json', (settings) =>
    withReference(settings, `../${folder}/tsconfig.build.json`),
  );
  updateJson<readonly object[]>(tree, '.size-limit.json', (budgets) => [
    ...budgets,
    { name: `@seaworthy/${name}`, path: `${folder}/dist/index.js`, limit: '2 kB' },
  ]);
  await formatFiles(tree);
  return () => finish(name);
}

function withReference(settings: References, path: string): References {
  const references = [...settings.references, { path }].toSorted((a, b) => a.path.localeCompare(b.path));
  return { ...settings, references };
}
