import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';
import { readProjects } from '../../../repository/projects.ts';
import { root } from '../../../repository/root.ts';

const examples = globSync('packages/*/examples/*.ts', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted();

for (const file of examples) {
  test(`${file} prints what the text beside it says`, async () => {
    const folder = join(root, dirname(file));
    const expected = readFileSync(join(folder, `${basename(file, '.ts')}.txt`), 'utf8');
    const { stdout, stderr, code } = await run(process.execPath, ['--conditions=@seaworthy/source', basename(file)], {
      cwd: folder,
      env: plainEnvironment(),
      timeoutMs: 20_000,
    });
    expect(code === 0 ? 'code 0' : `code ${code}: ${stderr}`).toBe('code 0');
    expect(lines(stdout)).toEqual(lines(expected));
  });
}

test('every package has an example', () => {
  const packages = readProjects(root)
    .map(({ folder }) => folder)
    .filter((folder) => folder.startsWith('packages/'));
  const shown = new Set(examples.map((file) => dirname(dirname(file))));
  expect(packages.filter((folder) => !shown.has(folder))).toEqual([]);
});

function lines(text: string): readonly string[] {
  return text.trimEnd().split(/\r?\n/);
}
