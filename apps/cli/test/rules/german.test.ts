import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { suppressionRule } from '../../src/engine/suppressions/rule.ts';
import { explain } from '../../src/handlers/explain.ts';
import { audit } from '../../src/handlers/audit.ts';
import { rules as listRules } from '../../src/handlers/rules.ts';
import { germanRules } from '../../src/i18n/rules/de.ts';
import { explainIn } from '../../src/i18n/rules/explain.ts';
import { holesOf, sayWith } from '../../src/i18n/templates.ts';
import type { Rule } from '../../src/rules/contract.ts';
import { fakeIo } from '../support/io.ts';
import { writeProject } from '../support/project.ts';
import { fixturesOf, loadRule, pathInRules, ruleFolders, type ExpectedFinding } from './fixtures.ts';

const byFolder = new Map(await Promise.all(ruleFolders().map(async (name) => [name, await loadRule(name)] as const)));
const rules: readonly Rule[] = [...byFolder.values(), suppressionRule];

test('every rule speaks German, and nobody else', () => {
  expect(Object.keys(germanRules).toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
});

for (const [id, { title, why, fix, says }] of Object.entries(germanRules)) {
  test(`${id} puts the same things into both languages, and says them differently`, () => {
    for (const [english, german] of Object.entries(says)) {
      expect([english, holesOf(german)]).toEqual([english, holesOf(english)]);
      expect(german).not.toBe(english);
    }
    const rule = rules.find((each) => each.id === id)!;
    expect([title, why, fix]).not.toContain('');
    expect([rule.title, rule.why, rule.fix].filter((text) => [title, why, fix].includes(text))).toEqual([]);
  });
}

test('everything that rules say of their fixtures is said in German', () => {
  const findings = [...byFolder.keys()].flatMap((folder) =>
    fixturesOf(folder).flatMap((name): readonly ExpectedFinding[] =>
      JSON.parse(readFileSync(pathInRules(folder, 'fixtures', name, 'expected.json'), 'utf8')),
    ),
  );
  const silent = findings.filter(({ rule, message }) => {
    const texts = germanRules[rule];
    return texts === undefined || sayWith(texts.says, texts.words)(message) === undefined;
  });
  expect(findings.length).toBeGreaterThan(100);
  expect(silent.map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
});

/** The longest piece of each sentence in a source: of a template, what stands between two holes. */
function sentencesIn(file: string): readonly string[] {
  const found: string[] = [];
  new Visitor({
    Literal: ({ value }) => void (typeof value === 'string' && found.push(value)),
    TemplateLiteral({ quasis }) {
      if (quasis.at(-1)?.value.raw.endsWith('.') !== true) return;
      const pieces = quasis.map(({ value }) => value.cooked ?? '');
      found.push(pieces.toSorted((a, b) => b.length - a.length)[0]!);
    },
  }).visit(parseSync(file, readFileSync(file, 'utf8')).program);
  return found.filter((text) => /\w \w.*\.$/.test(text));
}

for (const [folder, { id, why, fix }] of byFolder) {
  test(`${id} has no sentence that is not translated`, () => {
    const known = [why, fix, ...Object.keys(germanRules[id]?.says ?? {})];
    const unknown = sentencesIn(pathInRules(folder, 'rule.ts')).filter(
      (sentence) => !known.some((text) => text.includes(sentence)),
    );
    expect(unknown).toEqual([]);
  });
}

const block = /^(`{3,})[^\n]*\n[^]*?^\1$/gm;

for (const rule of rules) {
  test(`the page of ${rule.id} has German prose and the same code`, () => {
    const english = readFileSync(rule.explain, 'utf8');
    const german = explainIn(english, germanRules[rule.id]!);
    expect(german.match(block)).toEqual(english.match(block));
    expect(german.startsWith(`# ${rule.id} · ${germanRules[rule.id]!.title}\n\n## Warum\n\n`)).toBe(true);
    const paragraphs = english
      .replaceAll(block, '')
      .split('\n\n')
      .map((text) => text.trim());
    const left = paragraphs.filter((text) => text.length > 20 && german.includes(text));
    expect(left).toEqual([]);
  });
}

test('seaworthy explain, seaworthy rules and a report for people speak German; JSON does not', async () => {
  const cwd = writeProject({
    'package.json': '{ "name": "shop", "private": true }',
    'src/server.js': "import { createServer } from 'node:http';\ncreateServer(answer).listen(8080);\n",
  });
  const said = async (run: (io: ReturnType<typeof fakeIo>) => Promise<number>): Promise<string> => {
    const io = fakeIo({ cwd, locale: 'de' });
    await run(io);
    return io.out();
  };
  expect(await said((io) => explain({}, 'SEA-R012', io))).toContain('## Wann unterdrücken\n\nWenn ein Elternprozess');
  expect(await said((io) => listRules({ format: 'pretty' }, undefined, io))).toContain('SIGTERM wird nicht behandelt');
  const list = await said((io) => listRules({ format: 'pretty' }, undefined, io));
  expect(list).toMatch(/^Lebenszyklus$[^]*SEA-R012 {2}Fehler {2,}SIGTERM wird nicht behandelt$/m);
  expect(list).toMatch(/\d+ Regeln\. seaworthy explain <id> sagt mehr\.\n$/);
  const pretty = await said((io) => audit({ format: 'pretty' }, undefined, io));
  expect(pretty).toContain('SEA-R012  SIGTERM wird nicht behandelt\n');
  expect(pretty).toContain('Der Server nimmt Anfragen an, und nichts behandelt SIGTERM.');
  expect(pretty).toContain('Abhilfe  Legen Sie einen Lebenszyklus an');
  const json = await said((io) => audit({ format: 'json' }, undefined, io));
  expect(json).toContain('The server listens, and nothing handles SIGTERM.');
});
