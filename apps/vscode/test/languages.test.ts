import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const texts = (path: string): Readonly<Record<string, string>> => JSON.parse(read(path));
const holes = (text: string): readonly string[] => (text.match(/\{\d\}/g) ?? []).toSorted();

test('what the manifest says stands in both languages, and nothing else', () => {
  const used = Array.from(read('package.json').matchAll(/"%([^"%]+)%"/g), ([, key = '']) => key).toSorted();
  const [english, german] = [texts('package.nls.json'), texts('package.nls.de.json')];
  expect(Object.keys(english).toSorted()).toEqual(used);
  expect(Object.keys(german)).toEqual(Object.keys(english));
  expect(Object.keys(english).filter((key) => english[key] === german[key])).toEqual([]);
});

test('the manifest has no text of its own but names', () => {
  const manifest = JSON.parse(read('package.json'));
  const shown = JSON.stringify([manifest.description, manifest.contributes, manifest.capabilities]);
  const prose = Array.from(
    shown.matchAll(/"(?:description|markdownDescription|title)":"([^"]*)"/g),
    ([, text]) => text,
  );
  expect(prose.filter((text) => !/^%.+%$|^Seaworthy$/.test(text ?? ''))).toEqual([]);
});

test('what the extension says has a German text with the same values in it, and nothing else is translated', () => {
  const sources = globSync('src/*.ts', { cwd: root })
    .map((file) => read(file))
    .join('\n');
  const said = Array.from(sources.matchAll(/\b(?:say|t)\(\s*'([^']+)'/g), ([, text = '']) => text);
  const german = texts('l10n/bundle.l10n.de.json');
  expect(said.length).toBeGreaterThan(4);
  expect(Object.keys(german).toSorted()).toEqual(said.toSorted());
  for (const [text, other] of Object.entries(german)) expect([text, holes(other)]).toEqual([text, holes(text)]);
});

test('the extension says nothing that could not be translated', () => {
  const sources = globSync('src/*.ts', { cwd: root })
    .map((file) => read(file))
    .join('\n');
  const calls = sources.matchAll(/\b(?:warn|status|showWarningMessage|showInformationMessage)\(([^;]*);/g);
  const prose = Array.from(calls, ([, inside = '']) => inside.replaceAll(/\b(?:say|t)\(\s*'[^']*'/g, '')).filter(
    (rest) => /['"`][^'"`]*\p{L}{2,} \p{L}{2,}/u.test(rest),
  );
  expect(prose).toEqual([]);
});
