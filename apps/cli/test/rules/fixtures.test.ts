import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { packs } from '../../src/rules/packs.ts';
import { loadPacks } from '../../src/engine/packs.ts';
import { findingsIn, fixturesOf, loadRule, pathInRules, ruleFolders } from './fixtures.ts';

const rules = await Promise.all(ruleFolders().map(async (folder) => ({ folder, rule: await loadRule(folder) })));
const cases = rules.flatMap(({ folder, rule }) => fixturesOf(folder).map((fixture) => ({ folder, rule, fixture })));

describe.for(cases)('$rule.id $folder/$fixture', ({ folder, rule, fixture }) => {
  test('gives the findings of expected.json and no other', async () => {
    const directory = pathInRules(folder, 'fixtures', fixture);
    const expected: unknown = JSON.parse(readFileSync(`${directory}/expected.json`, 'utf8'));
    expect(await findingsIn(rule, directory)).toEqual(expected);
  });

  test('is a hit with findings, or a near miss without', () => {
    const expected: unknown = JSON.parse(
      readFileSync(pathInRules(folder, 'fixtures', fixture, 'expected.json'), 'utf8'),
    );
    expect(fixture).toMatch(/^(hit|near-miss)(-[a-z-]+)?$/);
    expect(Array.isArray(expected) && expected.length > 0).toBe(fixture.startsWith('hit'));
  });
});

describe.for(rules)('$rule.id $folder', ({ folder, rule }) => {
  test('has a hit and a near miss', () => {
    expect(fixturesOf(folder)).toEqual(expect.arrayContaining(['hit', 'near-miss']));
  });

  test('is explained: why, wrong, right, and when to suppress', () => {
    expect(existsSync(rule.explain)).toBe(true);
    expect(fileURLToPath(rule.explain)).toBe(pathInRules(folder, 'explain.md'));
    const text = readFileSync(rule.explain, 'utf8');
    expect(text.split('\n')[0]).toBe(`# ${rule.id} · ${rule.title}`);
    expect(text.match(/^## .+$/gm)).toEqual(
      expect.arrayContaining(['## Why', '## Wrong', '## Right', '## When to suppress']),
    );
  });

  test('says why and what to do in one sentence each', () => {
    expect(rule.why).toMatch(/^[A-Z].*[^.]\.$/);
    expect(rule.fix).toMatch(/^[A-Z].*[^.]\.$/);
    expect(rule.title).toMatch(/[^.]$/);
    expect(rule.title.length).toBeLessThanOrEqual(50);
  });
});

test('ids are unique and of one form', () => {
  const ids = rules.map(({ rule }) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^SEA-R\d{3}$/.test(id))).toEqual([]);
});

test('every category has rules', () => {
  const categories = new Set(rules.map(({ rule }) => rule.category));
  expect([...categories].toSorted()).toEqual([
    'configuration',
    'deployment',
    'errors',
    'health',
    'lifecycle',
    'logging',
    'quality',
    'resilience',
    'security',
    'telemetry',
  ]);
});

test('every rule is in exactly one pack', async () => {
  const loaded = await loadPacks(packs);
  try {
    expect(loaded.rules.map(({ rule }) => rule.id)).toEqual(rules.map(({ rule }) => rule.id).toSorted());
  } finally {
    await loaded[Symbol.asyncDispose]();
  }
});

test('no finding tells a secret', async () => {
  const leaks = await Promise.all(
    ['secret-in-code', 'env-file-committed', 'kubernetes-secret-committed', 'secret-in-image'].map(async (folder) => {
      const findings = await findingsIn(await loadRule(folder), pathInRules(folder, 'fixtures', 'hit'));
      return findings.filter(({ message }) => /9f2c41d8|27f1c09b|k7orders|azctb3/.test(message));
    }),
  );
  expect(leaks.flat()).toEqual([]);
});
