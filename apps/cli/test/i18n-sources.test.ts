// The net under the translations: whoever writes a new text for people into the sources is told here, unless it is in a catalogue,
// whose tests ask for the German one (errors and messages in i18n.test.ts, rules in rules/german.test.ts, help in i18n.test.ts).
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { germanPart, germanParts } from '../src/i18n/de-parts.ts';
import { holesOf } from '../src/i18n/templates.ts';

const root = join(import.meta.dirname, '..', 'src');

/** Sources with catalogues of their own, and those whose texts are a format, a schema or a script. */
const elsewhere =
  /^(?:rules|i18n|commands)\/|^errors\.ts$|^config\/settings\.ts$|^report\/schema\.ts$|^init\/workflow\.ts$|^handlers\/completion\.ts$|^reporters\/(?:junit|html-style)\.ts$|^engine\/suppressions\//;

/** English on purpose, by why. */
const english: Readonly<Record<string, readonly string[]>> = {
  'a log, a metric or a trace': [
    'Rules loaded',
    'A rule did not finish',
    'Audit finished',
    'Nothing is kept for the next run',
    'A rule took its thread down',
    'telemetry has lost something',
    'Runs of the command line.',
    'Findings of audits.',
    'language server',
    'report push',
    'report diff',
    'seaworthy {}',
  ],
  'for programs: a protocol, a key, a reason to abort': [
    'The server was shut down.',
    '`initialize` came twice.',
    'The request was cancelled.',
    'The build was given up.',
    'the language server ends.',
    'it was closed.',
    'editor {}',
    'Bearer {}',
    'yarn lockfile v1',
    'seaworthy itself',
  ],
  'part of a format that is the same in every language': [
    String.raw`{}\n\ No newline at end of file\n`,
    '{} More: {}',
    '{}; {}',
    'seaworthy-ignore-next-line {}: ',
    '{} bytes',
  ],
  'part of an error of @seaworthy/config, which speaks English': [
    'expected an object from rule ids to off, error, warning or info',
    'expected off, error, warning or info, got {}',
  ],
};

interface Said {
  readonly file: string;
  readonly text: string;
}

/** Texts of a source that have two words in a row; what is put in stands as braces. */
function textsIn(file: string): readonly Said[] {
  const found: string[] = [];
  const path = join(root, file);
  new Visitor({
    Literal: ({ value }) => void (typeof value === 'string' && found.push(value)),
    TemplateLiteral: ({ quasis }) => void found.push(quasis.map(({ value }) => value.cooked ?? '').join('{}')),
  }).visit(parseSync(path, readFileSync(path, 'utf8')).program);
  return found.filter(isProse).map((text) => ({ file, text }));
}

/** Not markup, and not a command to be typed. */
function isProse(text: string): boolean {
  const words = /(?:\p{L}{2,}|\{\})[,;:]? \p{L}{2,}|\p{L}{2,}[,;:]? (?:\p{L}{2,}|\{\})/u;
  const isCommand = /^(?:[{}:\s]*|more: )(?:seaworthy|npm|pnpm|yarn|corepack) [a-z-]+(?: [a-z@/<>{}-]+)*\n?$/.test(
    text.trimStart(),
  );
  return words.test(text) && !text.includes('</') && !text.includes('<meter') && !isCommand;
}

const normal = (text: string): string => text.replaceAll(/\{\w*\}/g, '{}').replaceAll('\n', String.raw`\n`);

const files = globSync('**/*.ts', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !elsewhere.test(file));
const said = files.flatMap(textsIn);

/** As it is put into a message: a system and a parser end what they say with a full stop, too. */
const known = new Set([...Object.keys(germanParts), ...Object.values(english).flat()].map(normal));

test('no text for people is written into the sources without its German one', () => {
  const isKnown = (text: string): boolean => known.has(normal(text)) || known.has(`${normal(text)}.`);
  expect(said.length).toBeGreaterThan(60);
  expect(said.filter(({ text }) => !isKnown(text))).toEqual([]);
});

test('nothing is translated, or left in English on purpose, that no source says', () => {
  const texts = new Set(said.map(({ text }) => normal(text).replace(/\.$/, '')));
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const left = [...known].filter((text) => {
    // `1 attempt` is made from its noun.
    const word = text
      .replace(/^1 /, '')
      .split('{}')
      .toSorted((a, b) => b.length - a.length)[0]!;
    return !texts.has(text.replace(/\.$/, '')) && !sources.includes(word.replace(/\.$/, ''));
  });
  expect(left).toEqual([]);
});

for (const [text, german] of Object.entries(germanParts)) {
  test(`"${text}" has a German text with the same things in it`, () => {
    expect(holesOf(german)).toEqual(holesOf(text));
    expect(german).not.toBe(text);
    const filled = text.replaceAll(/\{\w+\}/g, '7');
    expect(germanPart(filled)).not.toBe(filled);
  });
}

test('what is no part is left as it is', () => {
  for (const text of ['ENOENT', '', 'Did you mean it?', 'Running']) expect(germanPart(text)).toBe(text);
});
