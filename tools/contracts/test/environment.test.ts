// Who reads the environment: the main programs, which hand it on, and the packages that say so in their README.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const withoutComments = (source: string): string => source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');

/** The sources that read it, by file. Rules of the command line look for it in the code of others, and their texts speak of it. */
const readers = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root })
  .map((file) => file.replaceAll(sep, '/'))
  .filter((file) => !/^apps\/cli\/src\/(?:i18n\/)?rules\//.test(file))
  .filter((file) => /process\.env\b|\benv\b[^;\n]*\} = process\b/.test(withoutComments(text(file))));

test('an application reads the environment where it is entered, and hands it on', () => {
  expect(readers.filter((file) => file.startsWith('apps/')).toSorted()).toEqual([
    'apps/cli/src/bundlers/surroundings.ts',
    'apps/cli/src/process-io.ts',
    'apps/server/src/copy/main.ts',
    'apps/server/src/main.ts',
  ]);
});

const packages = [...new Set(readers.filter((file) => file.startsWith('packages/')).map((file) => file.split('/')[1]))];
for (const name of packages) {
  test(`${name} reads no variable that its README does not name`, () => {
    const sources = readers.filter((file) => file.startsWith(`packages/${name}/`)).map(text);
    const named = sources.flatMap((source) =>
      [...source.matchAll(/(?:env|environment|variables)(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(
        ([, variable = '']) => variable,
      ),
    );
    const readme = text(`packages/${name}/README.md`);
    expect(named.filter((variable) => !readme.includes(variable))).toEqual([]);
  });
}

test('nothing is read while a package is imported', () => {
  const modules = globSync('packages/*/src/index.ts', { cwd: root }).map((file) => join(root, file));
  const fixture = join(import.meta.dirname, 'fixtures/reads-at-import.ts');
  const args = ['--conditions=@seaworthy/source', fixture, pathToFileURL(join(root, 'packages')).href];
  const answer = execFileSync(process.execPath, [...args, ...modules], { encoding: 'utf8' });
  expect(modules.length).toBeGreaterThan(8);
  expect(JSON.parse(answer)).toEqual([]);
});
