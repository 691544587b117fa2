import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createPluginProject } from '../src/create.ts';
import { readPackage } from '../src/testing/start-plugin.ts';
import { manifestProblems } from '../src/manifest.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

async function newFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'seaworthy-create-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** What `npm install` would bring, from this repository. */
async function install(folder: string): Promise<void> {
  for (const name of ['@seaworthy/plugins', '@types/node', 'quickjs-emscripten']) {
    const target = name === '@seaworthy/plugins' ? join(root, 'packages/plugins') : join(root, 'node_modules', name);
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(target, join(folder, 'node_modules', name));
  }
}

const source = '--conditions=@seaworthy/source';

for (const language of ['typescript', 'javascript'] as const) {
  test(`a new plugin in ${language} has a manifest without problems, and passes its own test in every tier`, async () => {
    await using folder = await newFolder();
    const { files, commands } = await createPluginProject(folder.path, { name: '@acme/hello', language });
    const all = await readdir(folder.path, { recursive: true, withFileTypes: true });
    expect(all.filter((each) => each.isFile())).toHaveLength(files.length);
    expect(commands).toEqual(['npm install', 'npm test']);
    const { manifest } = await readPackage(folder.path);
    expect(manifestProblems(manifest)).toEqual([]);
    await install(folder.path);
    if (language === 'typescript') await build(folder.path);
    const file = files.find((each) => each.startsWith('test/')) ?? '';
    const { stdout } = await run(process.execPath, [source, '--test', file], {
      cwd: folder.path,
      timeout: 60_000,
      env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: undefined, VITEST: undefined },
    });
    expect(stdout).toMatch(/pass 1\b/);
  }, 90_000);
}

/** Checks the types as `tsc` does in the project, and writes what it would write. */
async function build(folder: string): Promise<void> {
  const config = ts.readConfigFile(join(folder, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
  expect([config.error, ...parsed.errors].filter(Boolean)).toEqual([]);
  const sources = ['--customConditions', '@seaworthy/source', '--allowImportingTsExtensions', '--rootDir', '/'];
  const args = [join(root, 'node_modules/.bin/tsc'), '-p', folder, '--noEmit', ...sources];
  await run(process.execPath, args, { timeout: 60_000 });
  const text = await readFile(join(folder, 'src/index.ts'), 'utf8');
  // A single text has no package.json beside it that says what kind of module it is.
  const compilerOptions = { ...parsed.options, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist/index.js'), outputText);
}

describe('nothing is written', () => {
  test('into a folder that has something in it; a new repository is nothing', async () => {
    await using folder = await newFolder();
    await mkdir(join(folder.path, '.git'));
    await createPluginProject(folder.path, { name: 'hello', language: 'javascript' });
    const before = await readdir(folder.path);
    await expect(createPluginProject(folder.path, { name: 'other' })).rejects.toMatchObject({
      code: 'seaworthy.plugins.FOLDER_TAKEN',
    });
    expect(await readdir(folder.path)).toEqual(before);
  });

  for (const name of ['', 'Upper', '../out', '@acme', 'a b', '.hidden', 'x'.repeat(300)]) {
    test(`for the name ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await using folder = await newFolder();
      await expect(createPluginProject(join(folder.path, 'new'), { name })).rejects.toMatchObject({
        code: 'seaworthy.plugins.INVALID_OPTION',
      });
      expect(await readdir(folder.path)).toEqual([]);
    });
  }
});
