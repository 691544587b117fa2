import { describe, expect, test } from 'vitest';
import { examineFiles } from '../src/engine/examine.ts';
import { openPart, splitIntoParts } from '../src/engine/part.ts';
import type { Deadline } from '../src/engine/run-rules.ts';
import { createProject } from '../src/project/project.ts';
import { walk } from '../src/project/walk.ts';
import type { Rule } from '../src/rules/contract.ts';
import { fixturesOf, loadRule, pathInRules, ruleFolders } from './rules/fixtures.ts';
import { openProject } from './support/project.ts';
import { callRule, makeRule } from './support/rules.ts';

const patient: Deadline = {
  timeoutMs: 60_000,
  run: (task) => task(AbortSignal.timeout(60_000)),
  isTimeout: () => false,
};

const rules = await Promise.all(ruleFolders().map(loadRule));
const single = rules.filter(({ scope }) => scope === 'file');
const directories = [
  ...ruleFolders().flatMap((folder) => fixturesOf(folder).map((fixture) => pathInRules(folder, 'fixtures', fixture))),
  pathInRules('..', '..', 'examples', 'faulty-service'),
];

/** What the rules find when they see the whole project at once, as rules of the scope `project` do. */
async function findingsAtOnce(directory: string): Promise<readonly string[]> {
  const { view } = createProject(directory, await walk(directory, '.'));
  const found = await Promise.all(
    single.map(async (rule) => [rule, await rule.check(view, AbortSignal.timeout(60_000))] as const),
  );
  return found.flatMap(([rule, findings]) => findings.map((raw) => JSON.stringify([rule.id, raw]))).toSorted();
}

/** What they find when they see the files one by one. */
async function findingsOneByOne(directory: string): Promise<readonly string[]> {
  const project = createProject(directory, await walk(directory, '.'));
  const options = { withDeadline: patient };
  const found: string[] = [];
  for (const file of project.files) {
    const { findings, problems } = await examineFiles({ ...project, files: [file] }, single, options);
    expect(problems).toEqual([]);
    found.push(...findings.map(({ rule, raw }) => JSON.stringify([rule.id, raw])));
  }
  return found.toSorted();
}

describe('a rule of the scope `file` finds the same in a file, whatever other files it sees', () => {
  test(`${single.length} rules, ${directories.length} projects`, async () => {
    expect(single.length).toBeGreaterThan(30);
    for (const directory of directories) {
      expect([directory, await findingsOneByOne(directory)]).toEqual([directory, await findingsAtOnce(directory)]);
    }
  });
});

test('parts are of one kind, in order, and not too large', async () => {
  const large = '// large\n'.repeat(8_000);
  const project = await openProject({
    'a.ts': large,
    'b.ts': large,
    'c.ts': '',
    'd.ts': '',
    Dockerfile: '',
    'e.json': '',
  });
  const parts = splitIntoParts(project.files).map((part) => part.map(({ path }) => path));
  expect(parts).toEqual([['Dockerfile'], ['a.ts'], ['b.ts', 'c.ts', 'd.ts'], ['e.json']]);
  const many = await openProject(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}.ts`, ''])));
  expect(splitIntoParts(many.files).map(({ length }) => length)).toEqual([64, 64, 64, 8]);
});

async function examine(files: Readonly<Record<string, string>>, ...these: readonly Rule[]) {
  return examineFiles(await openProject(files), these, { withDeadline: patient });
}

const manyFiles = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`f${index}.ts`, 'danger();']));

test('a rule that breaks in one part has no findings at all, and the others have all of theirs', async () => {
  const seen: number[] = [];
  const fragile = callRule('SEA-R901', 'danger', { scope: 'file' });
  const breaking: Rule = {
    ...fragile,
    check(project, signal) {
      seen.push(project.files('script').length);
      if (seen.length === 2) throw new TypeError('no');
      return fragile.check(project, signal);
    },
  };
  const result = await examine(manyFiles, breaking, callRule('SEA-R902', 'danger', { scope: 'file' }));
  expect(result.problems).toMatchObject([{ kind: 'rule-crashed', rule: 'SEA-R901' }]);
  expect(seen).toEqual([64, 64]);
  expect([result.findings.length, [...result.finished]]).toEqual([130, ['SEA-R902']]);
});

test('a rule of the scope `file` that asks for more is named', async () => {
  const curious = makeRule({
    id: 'SEA-R903',
    scope: 'file',
    check: (project) => (project.has('package.json') ? [] : []),
  });
  const { problems } = await examine({ 'a.ts': '' }, curious);
  expect(problems).toMatchObject([{ kind: 'rule-crashed', rule: 'SEA-R903' }]);
  expect(problems[0]?.message).toContain('A rule of the scope "file" has asked for package.json.');
});

test('a broken file is reported once, whatever sees it', async () => {
  const project = await openProject({ 'a.ts': 'let = = ;', 'b.ts': 'danger();' });
  openPart(project.files);
  await examineFiles(project, [callRule('SEA-R901', 'danger', { scope: 'file' })], { withDeadline: patient });
  expect(project.view.files('script')).toHaveLength(1);
  expect(project.problems()).toHaveLength(1);
});
