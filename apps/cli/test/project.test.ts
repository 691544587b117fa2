import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { createProject } from '../src/project/project.ts';
import { walk } from '../src/project/walk.ts';
import { openPart } from '../src/engine/part.ts';
import { openProject, writeProject } from './support/project.ts';

test('files come by kind, sorted by path', async () => {
  const { view } = await openProject({
    'b.ts': '',
    'a.ts': '',
    'c/Dockerfile': 'FROM node:24\n',
    'README.md': '# x\n',
  });
  expect(view.files('script').map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  expect(view.files('markdown', 'dockerfile').map(({ path }) => path)).toEqual(['README.md', 'c/Dockerfile']);
  expect(view.files()).toEqual([]);
});

test('a YAML file with apiVersion and kind is a Kubernetes manifest', async () => {
  const { view } = await openProject({ 'k8s/app.yaml': 'apiVersion: v1\nkind: Pod\n', 'other.yaml': 'a: 1\n' });
  expect(view.files('kubernetes').map(({ path }) => path)).toEqual(['k8s/app.yaml']);
  expect(view.files('kubernetes')[0]?.yaml().documents[0]?.toJS()).toEqual({ apiVersion: 'v1', kind: 'Pod' });
});

test('a path exists, whatever its kind, and so does its directory', async () => {
  const { view } = await openProject({ 'test/deep/a.bin': 'x' });
  expect(['test', 'test/deep', 'test/deep/a.bin', 'tes', 'test/deep/b.bin'].map((path) => view.has(path))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('the manifest gives its direct dependencies, development left out', async () => {
  const manifest = {
    dependencies: { a: '1' },
    optionalDependencies: { b: '1' },
    peerDependencies: { c: '1' },
    devDependencies: { d: '1' },
  };
  const { view } = await openProject({ 'package.json': JSON.stringify(manifest) });
  expect([...view.dependencies]).toEqual(['a', 'b', 'c']);
  expect(view.manifest).toEqual(manifest);
});

const manifests: readonly (readonly [name: string, text: string])[] = [
  ['broken', '{'],
  ['a list', '[]'],
  ['null', 'null'],
];

for (const [name, text] of manifests) {
  test(`a manifest that is ${name} is no manifest`, async () => {
    const { view } = await openProject({ 'package.json': text });
    expect(view.manifest).toBeUndefined();
    expect(view.dependencies.size).toBe(0);
  });
}

test('a broken file is reported once with its place, left out of the view, and the rest is there', async () => {
  const project = await openProject({ 'bad.ts': 'let a = 1;\nlet = ;', 'good.ts': 'let b;', 'data.json': '{ "a": }' });
  expect(project.view.files('script').map(({ path }) => path)).toEqual(['good.ts']);
  expect(project.view.files('script').length).toBe(1);
  expect(project.view.file('bad.ts')).toBeUndefined();
  expect(project.view.has('bad.ts')).toBe(true);
  expect(project.view.files('json')).toEqual([]);
  expect(project.problems()).toEqual([
    {
      kind: 'unparsable',
      code: 'seaworthy.cli.FILE_UNPARSABLE',
      message: 'The file does not parse: Unexpected token. Correct it, or ignore it if it is broken on purpose.',
      file: 'bad.ts',
      line: 2,
      column: 7,
    },
    expect.objectContaining({ file: 'data.json', line: 1, column: 8 }),
  ]);
});

test('a file that is not UTF-8 is reported at the byte', async () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('// é\n// '), 0xff, 0x20, 0x41]);
  const project = await openProject({ 'latin1.js': bytes });
  expect(project.view.files('script')).toEqual([]);
  expect(project.problems()).toEqual([
    expect.objectContaining({ kind: 'unreadable', code: 'seaworthy.cli.FILE_NOT_UTF8', line: 2, column: 4 }),
  ]);
  expect(project.problems()[0]?.message).toContain('from byte 9 on');
});

test('a character that is cut off at the end of a file is not UTF-8', async () => {
  const project = await openProject({ 'cut.js': new Uint8Array([0x2f, 0x2f, 0xf0, 0x9f, 0x98]) });
  project.view.files('script');
  expect(project.problems()[0]).toMatchObject({ code: 'seaworthy.cli.FILE_NOT_UTF8', line: 1, column: 3 });
});

test('a file that is too large is reported, not read', async () => {
  const project = await openProject({ 'big.js': `// ${'x'.repeat(2 * 1024 * 1024)}`, 'a.js': '' });
  expect(project.view.files('script').map(({ path }) => path)).toEqual(['a.js']);
  expect(project.problems()).toEqual([
    expect.objectContaining({ code: 'seaworthy.cli.FILE_TOO_LARGE', file: 'big.js' }),
  ]);
});

test('a file of gigabytes is too large like any other, and none of it is read', async () => {
  const root = writeProject({ 'huge.js': '' });
  truncateSync(join(root, 'huge.js'), 3 * 2 ** 30);
  const project = createProject(root, await walk(root, '.'));
  expect(project.view.files('script')).toEqual([]);
  expect(project.problems()).toMatchObject([
    { code: 'seaworthy.cli.FILE_TOO_LARGE', message: expect.stringContaining(`${3 * 2 ** 30} bytes`) },
  ]);
});

test('a byte order mark is no part of the text', async () => {
  const { view } = await openProject({ 'a.js': '\uFEFFfoo();', 'package.json': '\uFEFF{ "name": "x" }' });
  const [file] = view.files('script');
  expect(file?.text).toBe('foo();');
  expect(view.manifest).toEqual({ name: 'x' });
});

test('a file is parsed once', async () => {
  const { view } = await openProject({ 'a.ts': 'a', 'b.json': '{}', 'c.yaml': 'a: 1', Dockerfile: 'FROM x' });
  expect(view.file('a.ts')?.script()).toBe(view.files('script')[0]?.script());
  expect(view.file('b.json')?.json()).toBe(view.files('json')[0]?.json());
  expect(view.file('c.yaml')?.yaml()).toBe(view.files('yaml')[0]?.yaml());
  expect(view.file('Dockerfile')?.docker()).toBe(view.files('dockerfile')[0]?.docker());
});

test('reading a file as what it is not is a mistake of the rule', async () => {
  const { view } = await openProject({ 'a.ts': '', 'b.md': '' });
  expect(() => view.file('a.ts')?.yaml()).toThrow(CliErrors.WRONG_KIND);
  expect(() => view.file('a.ts')?.json()).toThrow('a.ts is of the kind script and cannot be read as JSON.');
  expect(() => view.file('b.md')?.script()).toThrow(CliErrors.WRONG_KIND);
  expect(() => view.file('b.md')?.docker()).toThrow(CliErrors.WRONG_KIND);
});

test('a lockfile is parsed only for the rule that asks', async () => {
  const project = await openProject({ 'package-lock.json': '{ "lockfileVersion": 3 }', 'yarn.lock': '# yarn' });
  expect(project.view.files('lockfile').length).toBe(2);
  expect(project.problems()).toEqual([]);
  expect(project.view.file('package-lock.json')?.json().value).toEqual({ lockfileVersion: 3 });
  const yarn = project.view.file('yarn.lock')?.json();
  expect([yarn?.value, yarn?.locate(['a'])]).toEqual([undefined, { line: 1, column: 1 }]);
  expect(project.problems()).toMatchObject([{ kind: 'unparsable', file: 'yarn.lock' }]);
});

test('what no rule asks for is not read', async () => {
  const project = await openProject({ 'data.json': '{', 'logo.png': new Uint8Array([0xff]), 'a.ts': '' });
  openPart(project.files);
  expect(project.problems()).toEqual([]);
});

test('opening stops when the signal aborts', async () => {
  const project = await openProject({ 'a.ts': 'fine();', 'b.ts': 'let = = ;' });
  const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  expect(() => openPart(project.files, signal)).toThrow('stop');
  expect(project.problems()).toEqual([]);
});

test('what was forgotten is parsed again, and reported once', async () => {
  const project = await openProject({ 'a.ts': 'fine();', 'b.ts': 'let = = ;' });
  openPart(project.files);
  const [file] = project.view.files('script');
  for (const each of project.files) each.forget();
  expect(file?.script().program.body).toHaveLength(1);
  expect(project.view.files('script').map(({ path }) => path)).toEqual(['a.ts']);
  expect(project.problems()).toHaveLength(1);
});

test('a file that another run knows is not read until a rule asks for it', async () => {
  const project = await openProject({ 'a.ts': 'let = = ;', 'b.ts': 'fine();' });
  const [broken, whole] = project.files;
  broken!.adopt(false);
  whole!.adopt(true);
  expect(project.view.files('script').map(({ path }) => path)).toEqual(['b.ts']);
  expect([project.problems(), whole!.script().program.body.length]).toEqual([[], 1]);
});

interface Shape {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly shape: string;
}

const json = JSON.stringify;
const shapes: readonly Shape[] = [
  { name: 'a container with a start command', files: { Dockerfile: 'FROM x\nCMD ["a"]\n' }, shape: 'service' },
  { name: 'a base image', files: { Dockerfile: 'FROM x\nRUN a\n' }, shape: 'unknown' },
  { name: 'a server framework', files: { 'package.json': json({ dependencies: { fastify: '5' } }) }, shape: 'service' },
  { name: 'createServer', files: { 'a.js': 'http.createServer(f).listen(1)' }, shape: 'service' },
  { name: 'a runtime that serves', files: { 'a.ts': 'Bun.serve({})' }, shape: 'service' },
  { name: 'createServer in a test', files: { 'test/a.js': 'createServer(f)' }, shape: 'unknown' },
  { name: 'createServer in a comment', files: { 'a.js': '// createServer(f)' }, shape: 'unknown' },
  { name: 'something else that serves', files: { 'a.js': 'tennis.serve(1)' }, shape: 'unknown' },
  { name: 'a published package', files: { 'package.json': json({ name: 'a', main: 'i.js' }) }, shape: 'library' },
  { name: 'a private package', files: { 'package.json': json({ private: true, main: 'i.js' }) }, shape: 'unknown' },
  { name: 'a program', files: { 'package.json': json({ bin: 'a.js', main: 'i.js' }) }, shape: 'tool' },
  {
    name: 'a library that makes servers',
    files: { 'package.json': json({ name: 'a', exports: './i.js' }), 'i.js': 'createServer(f)' },
    shape: 'library',
  },
  {
    name: 'a published package that is entered by index.js',
    files: {
      'package.json': json({ name: 'a', version: '1.0.0', dependencies: { express: '5' } }),
      'index.js': 'createServer(f)',
    },
    shape: 'library',
  },
  {
    name: 'an index.js without a version to publish',
    files: { 'package.json': json({ name: 'a' }), 'index.js': 'createServer(f)' },
    shape: 'service',
  },
  {
    name: 'an index.js of a private package',
    files: { 'package.json': json({ name: 'a', version: '1.0.0', private: true }), 'index.js': 'createServer(f)' },
    shape: 'service',
  },
  {
    name: 'an index.js that is started',
    files: {
      'package.json': json({ name: 'a', version: '1.0.0', scripts: { start: 'node .' } }),
      'index.js': 'createServer(f)',
    },
    shape: 'service',
  },
  {
    name: 'a package without any entry',
    files: { 'package.json': json({ name: 'a', version: '1.0.0' }), 'lib/a.js': 'createServer(f)' },
    shape: 'service',
  },
  {
    name: 'a published service',
    files: {
      'package.json': json({ name: 'a', main: 'i.js', scripts: { start: 'node .' } }),
      'i.js': 'createServer(f)',
    },
    shape: 'service',
  },
  {
    name: 'a workspace with a service in it',
    files: { 'package.json': json({ private: true }), 'apps/a/package.json': json({ dependencies: { express: '5' } }) },
    shape: 'service',
  },
  { name: 'a lone script', files: { 'a.js': 'console.log(1)' }, shape: 'unknown' },
];

for (const { name, files, shape } of shapes) {
  test(`${name} makes a ${shape}`, async () => {
    const { view } = await openProject(files);
    expect(view.shape).toBe(shape);
  });
}
