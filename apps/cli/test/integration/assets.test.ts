import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, start } from '../support/bin.ts';
import { writeProject, type Files } from '../support/project.ts';

async function run(
  files: Files,
): Promise<{ readonly root: string; readonly code: number | null; readonly said: string }> {
  const root = writeProject(files);
  const { code, out, err } = await ended(start('scripts/assets.ts', [root], root));
  return { root, code, said: out + err };
}

test('each explanation comes to lie beside its compiled rule', async () => {
  const { root, code, said } = await run({
    'src/rules/a/explain.md': '# a',
    'dist/rules/a/rule.js': '',
    'src/engine/b/explain.md': '# b',
    'dist/engine/b/rule.js': '',
  });
  expect([code, said]).toEqual([0, '2 explanations copied to dist.\n']);
  expect(readFileSync(join(root, 'dist', 'rules', 'a', 'explain.md'), 'utf8')).toBe('# a');
  expect(existsSync(join(root, 'dist', 'engine', 'b', 'explain.md'))).toBe(true);
});

const wrong: readonly (readonly [name: string, files: Files, said: RegExp])[] = [
  [
    'a package that is not built',
    { 'src/rules/a/explain.md': '' },
    /There is no compiled rule in .*Build the package first/,
  ],
  [
    'a rule that is not built',
    { 'src/a/explain.md': '', 'src/b/explain.md': '', 'dist/b/rule.js': '' },
    /Not compiled: a.explain\.md/,
  ],
  ['a rule without an explanation', { 'dist/a/rule.js': '' }, /Without an explain\.md: a.rule\.js/],
];

for (const [name, files, said] of wrong) {
  test(`${name} fails, and says so`, async () => {
    const outcome = await run(files);
    expect(outcome.code).toBe(1);
    expect(outcome.said).toMatch(said);
  });
}
