import { join } from 'node:path';
import { formatFiles, generateFiles, type Tree } from '@nx/devkit';

const folder = 'docs/decisions';

/** Adds the next decision record, with the questions it has to answer. */
export default async function adrGenerator(tree: Tree, { title }: { readonly title: string }): Promise<() => void> {
  const slug = slugOf(title);
  if (slug === '') throw new Error(`Expected a title with at least one letter or digit, got "${title}".`);
  const number = nextNumber(tree.children(folder));
  const file = `${String(number).padStart(4, '0')}-${slug}`;
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, { file, number, title: title.trim() });
  await formatFiles(tree);
  return () => console.log(`${folder}/${file}.md`);
}

/** One more than the highest number in use: a number is never given twice. */
export function nextNumber(files: readonly string[]): number {
  const numbers = files.map((file) => Number(/^(\d{4})-.*\.md$/.exec(file)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

/** The title as a file name. */
export function slugOf(title: string): string {
  const plain = title.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}
