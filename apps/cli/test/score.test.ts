import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { categories, overallScore, ruleLoad, score, scoreCategory, type ScoredFinding } from '../src/report/score.ts';
import type { Severity } from '../src/rules/contract.ts';

function findings(...rules: readonly (readonly [severity: Severity, times: number])[]): readonly ScoredFinding[] {
  return rules.flatMap(([severity, times], index) =>
    Array.from({ length: times }, () => ({ rule: `SEA-R90${index}`, category: 'errors' as const, severity })),
  );
}

const loads: readonly (readonly [severities: readonly Severity[], load: number])[] = [
  [[], 0],
  [['error'], 20],
  [['error', 'error'], 30],
  [['error', 'error', 'error'], 35],
  [['warning'], 8],
  [['info'], 2],
  [['info', 'error'], 21],
];

for (const [severities, load] of loads) {
  test(`one rule with ${severities.join(', ') || 'nothing'} weighs ${load}`, () => {
    expect(ruleLoad(severities)).toBe(load);
  });
}

const scores: readonly (readonly [name: string, found: readonly ScoredFinding[], score: number])[] = [
  ['nothing found', findings(), 100],
  ['one info', findings(['info', 1]), 97],
  ['one warning', findings(['warning', 1]), 87],
  ['one error', findings(['error', 1]), 71],
  ['two errors of one rule', findings(['error', 2]), 59],
  ['errors of two rules', findings(['error', 1], ['error', 1]), 50],
  ['a thousand errors of one rule', findings(['error', 1_000]), 50],
  ['one error, two warnings, three infos', findings(['error', 1], ['warning', 2], ['info', 3]), 54],
];

for (const [name, found, expected] of scores) {
  test(`a category with ${name} scores ${expected}`, () => {
    expect(scoreCategory(found).score).toBe(expected);
  });
}

const overall: readonly (readonly [scores: readonly number[], overall: number | null])[] = [
  [[], null],
  [[100], 100],
  [[100, 100, 100, 20], 50],
  [[70, 70], 70],
  [[0, 100], 25],
];

for (const [each, expected] of overall) {
  test(`categories of ${each.join(', ') || 'nothing'} make ${expected}`, () => {
    expect(overallScore(each)).toBe(expected);
  });
}

test('only categories in which a rule had something to look at have a score', () => {
  expect(score(findings(['error', 1]), new Set(['errors', 'logging']))).toEqual({
    overall: 78,
    categories: {
      errors: { score: 71, errors: 1, warnings: 0, infos: 0 },
      logging: { score: 100, errors: 0, warnings: 0, infos: 0 },
    },
  });
  expect(score([], new Set())).toEqual({ overall: null, categories: {} });
});

const anyFindings = fc.array(
  fc.record({
    rule: fc.constantFrom('SEA-R901', 'SEA-R902', 'SEA-R903'),
    category: fc.constantFrom('errors' as const, 'logging' as const),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
  }),
);

test('one more finding never raises a score, whatever is there', () => {
  fc.assert(
    fc.property(anyFindings, anyFindings, (some, more) => {
      const all = new Set(categories);
      expect(score([...some, ...more], all).overall).toBeLessThanOrEqual(score(some, all).overall!);
    }),
  );
});

test('the order of the findings does not matter', () => {
  fc.assert(
    fc.property(anyFindings, (some) => {
      expect(score(some.toReversed(), new Set(categories))).toEqual(score(some, new Set(categories)));
    }),
  );
});

const page = readFileSync(new URL('../../../docs/reference/score.md', import.meta.url), 'utf8');

/** The rows of the table under a heading of the page, without its head. */
function table(heading: string): readonly (readonly string[])[] {
  const section = page.slice(page.indexOf(`## ${heading}`)).split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('the table of categories in the reference page is what the function answers', () => {
  const rows = table('Examples for one category');
  expect(rows.length).toBeGreaterThan(5);
  for (const [errors, warnings, infos, expected] of rows) {
    const of = (cell: string | undefined, severity: Severity): readonly (readonly [Severity, number])[] =>
      (cell ?? '')
        .split('+')
        .filter((times) => times.trim() !== '0')
        .map((times) => [severity, Number(times)]);
    const found = findings(...of(errors, 'error'), ...of(warnings, 'warning'), ...of(infos, 'info'));
    expect({ row: [errors, warnings, infos], score: scoreCategory(found).score }).toEqual({
      row: [errors, warnings, infos],
      score: Number(expected),
    });
  }
});

test('the table of projects in the reference page is what the function answers', () => {
  const rows = table('Examples for a project');
  expect(rows.length).toBeGreaterThan(3);
  for (const [each, expected] of rows) expect(overallScore(each!.split(',').map(Number))).toBe(Number(expected));
});
