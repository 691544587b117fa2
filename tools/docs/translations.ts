import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '../check/problem.ts';
import { blocksOf, proseOf } from './blocks.ts';

const translated = /\.(?<language>[a-z]{2})\.md$/;

/**
 * Where a translation (`README.de.md`) is no longer what its original (`README.md`) is: each has the same blocks of code, the same
 * words in code, as many headings of each level and rows of tables, and leads to the other.
 */
export function translationProblems(root: string, documents: readonly string[]): readonly Problem[] {
  const pairs = new Map<string, string>();
  for (const file of documents.filter((document) => translated.test(document))) pairs.set(file, originalOf(file));
  return [...pairs].flatMap(([file, original]) => {
    if (!existsSync(join(root, original))) return [{ where: file, message: `its original ${original} is gone` }];
    const [there, here] = [original, file].map((document) => readFileSync(join(root, document), 'utf8'));
    return differences(there ?? '', here ?? '', original, file).map((message) => ({ where: file, message }));
  });
}

function originalOf(file: string): string {
  return file.replace(translated, '.md');
}

function differences(there: string, here: string, original: string, file: string): readonly string[] {
  const found: string[] = [];
  for (const [what, partsOf] of parts) {
    const [expected, actual] = [partsOf(there), partsOf(here)];
    const at = expected.findIndex((part, index) => part !== actual[index]);
    if (at === -1 && expected.length === actual.length) continue;
    const place = at === -1 ? expected.length : at;
    found.push(`${what} ${place + 1} is ${shown(actual[place])}, and in ${original} it is ${shown(expected[place])}`);
  }
  if (!there.includes(`](${basename(file)})`)) found.push(`${original} has no link to it`);
  if (!here.includes(`](${basename(original)})`)) found.push(`it has no link to ${original}`);
  return found;
}

const parts: readonly (readonly [string, (markdown: string) => readonly string[]])[] = [
  ['block of code', (markdown) => blocksOf(markdown).map(({ info, code }) => `${info}\n${code}`)],
  [
    'heading',
    (markdown) => [...proseOf(markdown).matchAll(/^#{1,6}(?= )/gm)].map(([level]) => `of level ${level.length}`),
  ],
  // A sentence may put them in another order.
  ['word in code', (markdown) => codeWordsOf(markdown).toSorted((a, b) => a.localeCompare(b))],
  [
    'row of a table',
    (markdown) => [...proseOf(markdown).matchAll(/^\|.*\|$/gm)].map(([row]) => `of ${row.split('|').length - 2} cells`),
  ],
];

function codeWordsOf(markdown: string): string[] {
  const lines = markdown.split(/\r?\n/);
  for (const { line, code } of blocksOf(markdown)) lines.fill('', line - 2, line + code.split('\n').length);
  return [...lines.join('\n').matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

function shown(part: string | undefined): string {
  return part === undefined ? 'missing' : JSON.stringify(part);
}
