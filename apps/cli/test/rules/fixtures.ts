import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProject } from '../../src/project/project.ts';
import { walk } from '../../src/project/walk.ts';
import type { Rule, Severity } from '../../src/rules/contract.ts';

const rulesDirectory = fileURLToPath(new URL('../../src/rules/', import.meta.url));

/** A finding as `expected.json` of a fixture has it. */
export interface ExpectedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The folders that hold a rule, by name. */
export function ruleFolders(): readonly string[] {
  return readdirSync(rulesDirectory).filter((name) => existsSync(join(rulesDirectory, name, 'rule.ts')));
}

export function pathInRules(...words: readonly string[]): string {
  return join(rulesDirectory, ...words);
}

/** The names of a rule's fixtures: `hit`, `near-miss`, and variants of both. */
export function fixturesOf(folder: string): readonly string[] {
  return readdirSync(pathInRules(folder, 'fixtures')).toSorted();
}

/** Imports the one rule of a folder. */
export async function loadRule(folder: string): Promise<Rule> {
  const module: unknown = await import(pathInRules(folder, 'rule.ts'));
  const [rule] = Object.values(Object(module)).filter(isRule);
  if (!rule) throw new TypeError(`Expected ${folder}/rule.ts to export a rule.`);
  return rule;
}

/** What a rule finds in a directory, seen through the view that the engine gives to rules. */
export async function findingsIn(rule: Rule, directory: string): Promise<readonly ExpectedFinding[]> {
  const found = await walk(directory, directory, { isIgnored: (path) => path === 'expected.json' });
  const project = createProject(directory, found);
  const findings = await rule.check(project.view, AbortSignal.timeout(10_000));
  if (project.problems().length > 0)
    throw new TypeError(`A file of ${directory} does not parse: ${JSON.stringify(project.problems())}`);
  return findings
    .map(({ file, position = { line: 1, column: 1 }, message, severity = rule.severity }) => ({
      rule: rule.id,
      severity,
      file,
      line: position.line,
      column: position.column,
      message,
    }))
    .toSorted(byPlace);
}

function byPlace(a: ExpectedFinding, b: ExpectedFinding): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'check' in value && 'explain' in value;
}
