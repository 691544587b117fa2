import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliErrors } from '../../src/errors.ts';
import { listByGit } from '../../src/project/git.ts';
import { walk } from '../../src/project/walk.ts';
import { listByWalking } from '../../src/project/walk-directories.ts';
import { writeProject, type Files } from '../support/project.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd, stdio: 'ignore' });
}

function repository(files: Files): string {
  const root = writeProject(files);
  git(root, 'init', '-q');
  return root;
}

async function pathsOf(root: string, isIgnored?: (path: string) => boolean): Promise<readonly string[]> {
  return (await walk(root, '.', isIgnored && { isIgnored })).entries.map(({ path }) => path);
}

const ignoring: Files = {
  '.gitignore': '*.log\n!keep.log\n/only-root\nbuild/\ndoc/*.txt\n**/cache\n# note\n\\#hash\n{a,b}.js\nfile.[oa]\n',
  'a.log': '',
  'keep.log': '',
  'only-root': '',
  'deep/only-root': '',
  'build/x.js': '',
  'deep/build/y.js': '',
  'doc/a.txt': '',
  'doc/deep/b.txt': '',
  'x/y/cache/z.js': '',
  '#hash': '',
  'a.js': '',
  '{a,b}.js': '',
  'file.o': '',
  'file.c': '',
  'inner/.gitignore': '!a.log\n*.tmp\n/here\n',
  'inner/a.log': '',
  'inner/b.tmp': '',
  'inner/here': '',
  'inner/deep/here': '',
  'ü 😀.js': '',
  'node_modules/x/index.js': '',
  'dist/main.js': '',
  'src/dist/x.js': '',
};

const expected = [
  '.gitignore',
  'a.js',
  'deep/only-root',
  'doc/deep/b.txt',
  'file.c',
  'inner/.gitignore',
  'inner/a.log',
  'inner/deep/here',
  'keep.log',
  'ü 😀.js',
];

test('without git, .gitignore files decide, and node_modules and dist are left out', async () => {
  expect(await pathsOf(writeProject(ignoring))).toEqual(expected.toSorted());
});

test.runIf(hasGit)('git and our own walk list the same files', async () => {
  const root = repository(ignoring);
  const byGit = await listByGit(root);
  const own = await listByWalking(root, '.');
  const kept = (paths: readonly string[] | undefined): readonly string[] =>
    (paths ?? []).filter((path) => !/(^|\/)(node_modules|dist)\//.test(path)).toSorted();
  expect(kept(own.paths)).toEqual(kept(byGit?.paths));
  expect(await pathsOf(root)).toEqual(expected.toSorted());
});

test.runIf(hasGit)('tracked files count even where .gitignore names them, deleted ones do not', async () => {
  const root = repository({ '.gitignore': '*.env\n', 'prod.env': '', 'gone.js': '', 'new.js': '' });
  git(root, 'add', '-f', 'prod.env', 'gone.js');
  unlinkSync(join(root, 'gone.js'));
  expect(await pathsOf(root)).toEqual(['.gitignore', 'new.js', 'prod.env']);
});

test.runIf(hasGit)('a directory that git ignores is looked at when it is named', async () => {
  const root = repository({
    '.gitignore': 'tmp/\n',
    'tmp/app/a.js': '',
    'tmp/app/.gitignore': 'b.js\n',
    'tmp/app/b.js': '',
  });
  expect(await pathsOf(join(root, 'tmp', 'app'))).toEqual(['.gitignore', 'a.js']);
});

test.runIf(hasGit)('a directory inside a work tree has paths of its own', async () => {
  const root = repository({ 'apps/a/x.js': '', 'apps/b/y.js': '' });
  expect(await pathsOf(join(root, 'apps', 'a'))).toEqual(['x.js']);
});

test.runIf(hasGit)('listing files never runs the file system monitor of a repository', async () => {
  const root = repository({ 'a.js': '' });
  const marker = join(root, 'ran');
  const hook = join(root, 'monitor.sh');
  writeFileSync(hook, `#!/bin/sh\ntouch '${marker}'\n`);
  chmodSync(hook, 0o755);
  git(root, 'config', 'core.fsmonitor', hook);
  expect(await pathsOf(root)).toEqual(['a.js', 'monitor.sh']);
});

test.runIf(hasGit)('what git says to its hooks does not move the audit elsewhere', async () => {
  const elsewhere = repository({ 'other.js': '' });
  const root = repository({ 'a.js': '' });
  const variables = { ...process.env, GIT_DIR: join(elsewhere, '.git') };
  const { entries } = await walk(root, '.', { variables });
  expect(entries.map(({ path }) => path)).toEqual(['a.js']);
});

test('links are listed and never followed, so a loop of them is no trap', async () => {
  const root = writeProject({ 'src/a.js': '' });
  symlinkSync('..', join(root, 'src', 'loop'));
  symlinkSync('nowhere', join(root, 'broken'));
  symlinkSync(join('src', 'a.js'), join(root, 'b.js'));
  const { entries, problems } = await walk(root, '.');
  expect(entries.map(({ path, isFile }) => `${path} ${isFile}`)).toEqual([
    'b.js false',
    'broken false',
    'src/a.js true',
    'src/loop false',
  ]);
  expect(problems).toEqual([]);
});

test.runIf(hasGit)(
  'what git tracks below a directory that has become a link is not looked for behind the link',
  async () => {
    const elsewhere = writeProject({ 'b.js': 'of somebody else', 'deep/c.js': '' });
    const root = repository({ 'a/b.js': '', 'a/deep/c.js': '', 'd.js': '' });
    git(root, 'add', '-A');
    rmSync(join(root, 'a'), { recursive: true });
    symlinkSync(elsewhere, join(root, 'a'));
    const { entries } = await walk(root, '.');
    expect(entries.map(({ path, isFile }) => `${path} ${isFile}`)).toEqual(['a false', 'd.js true']);
  },
);

test.runIf(hasGit)('what git tracks below a directory that has become a file is gone', async () => {
  const root = repository({ 'a/b.js': '', 'd.js': '' });
  git(root, 'add', '-A');
  rmSync(join(root, 'a'), { recursive: true });
  writeFileSync(join(root, 'a'), '');
  expect(await pathsOf(root)).toEqual(['a', 'd.js']);
});

test('what the project ignores is left out', async () => {
  const root = writeProject({ 'a.js': '', 'gen/b.js': '' });
  expect(await pathsOf(root, (path) => path.startsWith('gen/'))).toEqual(['a.js']);
});

const impossible: readonly (readonly [name: string, path: string, error: { is(value: unknown): boolean }])[] = [
  ['is missing', 'nowhere', CliErrors.DIRECTORY_MISSING],
  ['lies below a file', 'a.js/b', CliErrors.DIRECTORY_MISSING],
  ['is a file', 'a.js', CliErrors.NOT_A_DIRECTORY],
  ['is empty', 'empty', CliErrors.NOTHING_TO_AUDIT],
];

for (const [name, path, kind] of impossible) {
  test(`a directory that ${name} has an error of its own`, async () => {
    const root = writeProject({ 'a.js': '' });
    mkdirSync(join(root, 'empty'));
    await expect(walk(join(root, path), path)).rejects.toSatisfy((error) => kind.is(error));
  });
}

test('a walk stops when the signal aborts', async () => {
  const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  await expect(walk(writeProject({ 'a.js': '' }), '.', { signal })).rejects.toThrow('stop');
});
