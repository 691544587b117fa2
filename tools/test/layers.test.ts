import { describe, expect, test } from 'vitest';
import { floorOf, whyForbidden, wrongFloor } from '../layers/floors.ts';
import { importsOf } from '../layers/imports.ts';
import { judge, type House } from '../layers/judge.ts';
import { isExported, packageOf } from '../layers/specifier.ts';
import type { Manifest, Project } from '../repository/projects.ts';

function project(folder: string, floor: string, rest: Partial<Manifest> = {}): Project {
  const id = folder.slice(folder.indexOf('/') + 1);
  const name = `@seaworthy/${id}`;
  const exports = { '.': { default: './dist/index.js' }, './package.json': './package.json' };
  return { id, name, folder, manifest: { name, version: '1.0.0', exports, nx: { tags: [`floor:${floor}`] }, ...rest } };
}

const errors = project('packages/errors', 'ground');
const logger = project('packages/logger', 'room', {
  imports: { '#clock': './src/clock.ts' },
  dependencies: { '@seaworthy/errors': '^1.0.0', winston: '^3.0.0' },
  devDependencies: { pino: '9.0.0' },
  peerDependencies: { zod: '^4.0.0' },
});
const flags = project('packages/flags', 'room', { dependencies: { '@seaworthy/logger': '^1.0.0' } });
const cli = project('apps/cli', 'roof', {
  dependencies: { '@seaworthy/logger': '^1.0.0', '@seaworthy/server': '^1.0.0' },
});
const server = project('apps/server', 'roof');
const extension = project('apps/vscode', 'roof', { engines: { node: '>=22.18', vscode: '^1.105.0' } });
const house: House = {
  projects: [errors, logger, flags, cli, server],
  workspace: { name: 'root', version: '1.0.0', devDependencies: { vitest: '5.0.0' } },
};

describe('an import that is allowed', () => {
  const cases: readonly (readonly [Project, string, string])[] = [
    [logger, 'src/a.ts', 'node:fs'],
    [extension, 'src/a.ts', 'vscode'],
    [logger, 'src/a.ts', 'fs/promises'],
    [logger, 'src/a.ts', './b.ts'],
    [logger, 'src/deep/a.ts', '../b.ts'],
    [logger, 'src/a.ts', '../package.json'],
    [logger, 'src/a.ts', '@seaworthy/errors'],
    [logger, 'src/a.ts', 'winston/lib/winston/config/index.js'],
    [logger, 'src/a.ts', 'zod'],
    [logger, 'src/a.ts', '#clock'],
    [logger, 'test/a.test.ts', 'vitest'],
    [logger, 'test/a.test.ts', 'pino'],
    [logger, 'test/a.test.ts', '../src/a.ts'],
    [logger, 'test/a.test.ts', '@seaworthy/logger'],
    [logger, 'bench/a.bench.ts', 'pino'],
    [logger, 'examples/a.ts', '@seaworthy/logger'],
    [logger, 'vitest.config.ts', '../../vitest.shared.ts'],
    [cli, 'src/a.ts', '@seaworthy/logger'],
    [cli, 'src/rules/x/rule.ts', 'node:path'],
    [cli, 'src/rules/x/rule.ts', './patterns.ts'],
    [cli, 'src/rules/x/rule.ts', '../syntax/walk.ts'],
    [cli, 'src/rules/syntax/walk.ts', './names.ts'],
    [cli, 'src/rules/packs/code.ts', '../x/rule.ts'],
  ];
  for (const [from, file, specifier] of cases) {
    test(`${from.folder}/${file} imports ${specifier}`, () => {
      expect(
        judge(house, from, `${from.folder}/${file}`, { specifier, offset: 0, typeOnly: false, kind: 'module' }),
      ).toBeUndefined();
    });
  }
});

describe('an import that breaks a rule', () => {
  const cases: readonly (readonly [Project, string, string, string])[] = [
    [errors, 'src/a.ts', '@seaworthy/logger', 'the floor of @seaworthy/errors is ground'],
    [flags, 'src/a.ts', '@seaworthy/logger', 'the floor of @seaworthy/flags is room'],
    [flags, 'test/a.test.ts', '@seaworthy/logger', 'the floor of @seaworthy/flags is room'],
    [cli, 'src/a.ts', '@seaworthy/server', 'an app never imports the other app'],
    [
      flags,
      'src/a.ts',
      '@seaworthy/errors',
      '"@seaworthy/errors" is imported and not declared; add it to "dependencies"',
    ],
    [logger, 'src/a.ts', 'vscode', '"vscode" is imported and not declared'],
    [logger, 'src/a.ts', 'pino', '"pino" is imported and not declared'],
    [logger, 'src/a.ts', 'vitest', '"vitest" is imported and not declared'],
    [logger, 'examples/a.ts', 'pino', '"pino" is imported and not declared'],
    [logger, 'test/a.test.ts', 'left-pad', 'add it to "devDependencies" of packages/logger/package.json'],
    [logger, 'src/a.ts', '@seaworthy/errors/src/define.ts', 'is not in the exports map of @seaworthy/errors'],
    [logger, 'src/a.ts', '@seaworthy/logger', 'does not import itself by name'],
    [logger, 'src/a.ts', '../../errors/src/index.ts', 'leaves packages/logger'],
    [logger, 'test/a.test.ts', '../../errors/src/index.ts', 'leaves packages/logger'],
    [logger, 'src/a.ts', '../test/fake.ts', 'leaves src, and only src is published'],
    [logger, 'src/a.ts', '#other', '"#other" is not in "imports"'],
    [cli, 'src/rules/x/rule.ts', '../../run.ts', 'a rule imports Node built-ins and types of ../contract.ts only'],
    [cli, 'src/rules/x/rule.ts', '../contract.ts', 'a rule imports the contract by type only'],
    [cli, 'src/rules/x/rule.ts', '../y/rule.ts', 'a rule imports Node built-ins'],
    [cli, 'src/rules/x/rule.ts', '@seaworthy/logger', 'a rule imports Node built-ins'],
    [cli, 'src/rules/syntax/walk.ts', '../../engine/packs.ts', 'a rule imports Node built-ins'],
    [cli, 'src/rules/x/rule.ts', 'yaml', 'a rule imports Node built-ins'],
  ];
  for (const [from, file, specifier, message] of cases) {
    test(`${from.folder}/${file} imports ${specifier}`, () => {
      const found = { specifier, offset: 0, typeOnly: false, kind: 'module' } as const;
      expect(judge(house, from, `${from.folder}/${file}`, found)).toContain(message);
    });
  }
});

test('a rule imports types of the contract', () => {
  const found = { specifier: '../contract.ts', offset: 0, typeOnly: true, kind: 'module' } as const;
  expect(judge(house, cli, 'apps/cli/src/rules/x/rule.ts', found)).toBeUndefined();
});

test('a rule opens the explanation beside it, and nothing else', () => {
  const file = (specifier: string) => ({ specifier, offset: 0, typeOnly: false, kind: 'file' }) as const;
  expect(judge(house, cli, 'apps/cli/src/rules/x/rule.ts', file('./explain.md'))).toBeUndefined();
  expect(judge(house, cli, 'apps/cli/src/rules/x/rule.ts', file('../y/explain.md'))).toContain('only files beside it');
});

test('every way to name a module is found, in the order of the text', () => {
  const source = [
    `import a, { type A } from 'a';`,
    `import type { B } from 'b';`,
    `import { type C } from 'c';`,
    `import 'd';`,
    `export { e } from 'e';`,
    `export type { F } from 'f';`,
    `export * from 'g';`,
    `type H = import('h').H;`,
    `const i = await import('i');`,
    `const j = require('j');`,
    `const k = require.resolve('k');`,
    `const l = new URL('./l.txt', import.meta.url);`,
    `const no = [await import(a), require(a), new URL('x', a), "import 'm'"]; // import 'n'`,
  ].join('\n');
  const found = importsOf('x.ts', source).map(({ specifier, typeOnly, kind }) => [specifier, typeOnly, kind].join(' '));
  expect(found).toEqual([
    'a false module',
    'b true module',
    'c true module',
    'd false module',
    'e false module',
    'f true module',
    'g false module',
    'h true module',
    'i false module',
    'j false module',
    'k false module',
    './l.txt false file',
  ]);
});

test('a source that does not parse is an error', () => {
  expect(() => importsOf('x.ts', 'import {')).toThrow(SyntaxError);
});

test('a package name is one segment, or two with a scope', () => {
  expect(['a', 'a/b/c', '@a/b', '@a/b/c'].map(packageOf)).toEqual(['a', 'a', '@a/b', '@a/b']);
});

test('a pattern of the exports map stands for anything between its ends', () => {
  const manifest: Manifest = { name: 'p', version: '1.0.0', exports: { './*.js': { default: './dist/*.js' } } };
  expect(['p/a.js', 'p/a/b.js', 'p/a.css', 'p'].map((specifier) => isExported(specifier, manifest))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a project has exactly one floor, and the right one for its folder', () => {
  expect(floorOf(errors)).toBe('ground');
  expect(wrongFloor(errors)).toBeUndefined();
  expect(wrongFloor(project('packages/x', 'roof'))).toContain('floor:ground or floor:room');
  expect(wrongFloor(project('apps/x', 'room'))).toContain('floor:roof');
  expect(wrongFloor(project('packages/x', 'room', { nx: { tags: ['floor:room', 'floor:ground'] } }))).toContain(
    'exactly one',
  );
  expect(wrongFloor(project('packages/x', 'room', { nx: {} }))).toContain('exactly one');
});

test('a project stands only on floors below its own', () => {
  expect(whyForbidden(logger, errors)).toBeUndefined();
  expect(whyForbidden(cli, logger)).toBeUndefined();
  expect(whyForbidden(logger, flags)).toContain('the floor of @seaworthy/logger is room');
  expect(whyForbidden(logger, cli)).toContain('whose floor is roof');
});
