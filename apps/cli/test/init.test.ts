import { mkdirSync, readFileSync, symlinkSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { settingsSchema } from '../scripts/settings-schema.ts';
import { loadSettings } from '../src/config/settings.ts';
import { loadPacks } from '../src/engine/packs.ts';
import { audit } from '../src/handlers/audit.ts';
import { init } from '../src/handlers/init.ts';
import type { Locale } from '../src/i18n/locale.ts';
import { withScript } from '../src/init/manifest.ts';
import { workflowText } from '../src/init/workflow.ts';
import { packs } from '../src/rules/packs.ts';
import { bytesOf, fakeIo, type FakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';

const manifest = '{\n  "name": "shop",\n  "scripts": {\n    "start": "node a.js"\n  }\n}\n';

interface Setup extends FakeIo {
  readonly root: string;
  read(path: string): string;
}

async function setUp(files: Files, answers?: string, locale: Locale = 'en'): Promise<Setup> {
  const root = writeProject(files);
  const io = fakeIo({ cwd: root, isInteractive: answers !== undefined, stdin: bytesOf(answers ?? ''), locale });
  await init({ yes: answers === undefined }, undefined, io);
  return { ...io, root, read: (path) => readFileSync(join(root, path), 'utf8') };
}

test('--yes writes a config file, a workflow and a script, and prints their names', async () => {
  const { out, err, read } = await setUp({ 'package.json': manifest });
  expect(out()).toBe('seaworthy.config.json\n.github/workflows/seaworthy.yml\npackage.json\n');
  expect(err()).toBe('Next: npm install --save-dev @seaworthy/cli\n');
  expect(JSON.parse(read('seaworthy.config.json'))).toEqual({
    $schema: './node_modules/@seaworthy/cli/config.schema.json',
    failOn: 'error',
  });
  expect(read('package.json')).toBe(
    '{\n  "name": "shop",\n  "scripts": {\n    "audit:production": "seaworthy audit",\n    "start": "node a.js"\n  }\n}\n',
  );
});

test('a German wizard asks and understands German, and writes the same', async () => {
  const { out, err, read } = await setUp({ 'package.json': manifest }, 'warning\nnein\nJa\n', 'de');
  expect(err()).toContain('Ab welchem Schweregrad schlägt eine Prüfung fehl? (error, warning, info, never) [error] ');
  expect(err()).toContain('Das Skript audit:production in package.json aufnehmen? [J/n] ');
  expect(err()).toContain('Als Nächstes: npm install --save-dev @seaworthy/cli\n');
  expect([out(), JSON.parse(read('seaworthy.config.json')).failOn]).toEqual([
    'seaworthy.config.json\npackage.json\n',
    'warning',
  ]);
});

test('what was written is valid, and our own rules find nothing in it', async () => {
  const { root, read } = await setUp({ 'package.json': manifest, 'package-lock.json': '{}' });
  const { settings } = await loadSettings({ flags: {}, directory: root, cwd: root, variables: {} });
  expect(settings.failOn).toBe('error');
  const io = fakeIo({ cwd: root });
  await audit({ format: 'compact' }, undefined, io, packs);
  expect(io.out()).not.toContain('.github/');
  expect(read('.github/workflows/seaworthy.yml')).toContain('npm exec --no seaworthy -- audit --format github');
});

test('a second time nothing is written, and all of it is said', async () => {
  const { root } = await setUp({ 'package.json': manifest });
  const io = fakeIo({ cwd: root });
  await init({ yes: true }, undefined, io);
  expect(io.out()).toBe('');
  expect(
    io
      .err()
      .split('\n')
      .filter((line) => line.endsWith('stays as it is.')),
  ).toHaveLength(3);
});

test('a person is asked, and decides', async () => {
  const { out, err, read } = await setUp({ 'package.json': manifest }, 'nonsense\nwarning\nn\n\n');
  expect(out()).toBe('seaworthy.config.json\npackage.json\n');
  expect(JSON.parse(read('seaworthy.config.json')).failOn).toBe('warning');
  expect(err().match(/From which severity on does an audit fail\?/g)).toHaveLength(2);
});

test('what is there is written anew only when the person says so', async () => {
  const files = { 'seaworthy.config.json': '{}', '.github/workflows/seaworthy.yml': 'mine: true\n' };
  const kept = await setUp(files, '\ny\n\n');
  expect([kept.out(), kept.read('.github/workflows/seaworthy.yml')]).toEqual(['', 'mine: true\n']);
  const anew = await setUp(files, 'y\nnever\ny\ny\n');
  expect(JSON.parse(anew.read('seaworthy.config.json')).failOn).toBe('never');
  expect(anew.read('.github/workflows/seaworthy.yml')).toBe(workflowText('npm'));
});

test('an interrupted conversation leaves everything as it was', async () => {
  const root = writeProject({ 'package.json': manifest });
  const io = fakeIo({ cwd: root, isInteractive: true, stdin: bytesOf('error\n') });
  await expect(init({}, undefined, io)).rejects.toMatchObject({ code: 'seaworthy.cli.INTERRUPTED' });
  expect([existsSync(join(root, 'seaworthy.config.json')), readFileSync(join(root, 'package.json'), 'utf8')]).toEqual([
    false,
    manifest,
  ]);
});

test('without a person and without --yes nothing happens', async () => {
  const io = fakeIo({ cwd: writeProject({ 'package.json': manifest }) });
  await expect(init({}, undefined, io)).rejects.toMatchObject({ code: 'seaworthy.cli.NOBODY_TO_ASK' });
});

test('nothing is written through a link', async () => {
  const outside = writeProject({ 'x.yml': '' });
  const root = writeProject({ 'a.js': '' });
  mkdirSync(join(root, '.github'));
  symlinkSync(outside, join(root, '.github/workflows'));
  const io = fakeIo({ cwd: root });
  await expect(init({ yes: true }, undefined, io)).rejects.toMatchObject({ code: 'seaworthy.cli.INIT_LINK' });
  expect(existsSync(join(outside, 'seaworthy.yml'))).toBe(false);
});

test('settings in package.json stay there', async () => {
  const { out, err } = await setUp({ 'package.json': '{ "seaworthy": { "failOn": "info" } }' });
  expect(out()).not.toContain('seaworthy.config.json');
  expect(err()).toContain('The settings stand in package.json and stay there.');
});

const managers: readonly (readonly [name: string, files: Files, step: string])[] = [
  ['pnpm', { 'pnpm-lock.yaml': '' }, 'pnpm install --frozen-lockfile --ignore-scripts'],
  ['yarn', { 'yarn.lock': '__metadata:\n' }, 'yarn install --immutable'],
  ['yarn 1', { 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn install --frozen-lockfile --ignore-scripts'],
  ['npm', {}, 'npm ci --ignore-scripts'],
];

for (const [name, files, step] of managers) {
  test(`the workflow installs with ${name} where that made the lockfile`, async () => {
    const { read } = await setUp({ 'package.json': manifest, ...files });
    expect(read('.github/workflows/seaworthy.yml')).toContain(`      - run: ${step}\n`);
  });
}

test('the workflow pins the actions that our own pipeline pins', () => {
  const own = readFileSync(new URL('../../../.github/workflows/ci.yml', import.meta.url), 'utf8');
  const uses = [...workflowText('npm').matchAll(/uses: (.+)/g)].map(([, pin]) => pin!);
  expect(uses).toHaveLength(2);
  for (const pin of uses) expect(own).toContain(pin);
});

const manifests: readonly (readonly [name: string, before: string, after: string])[] = [
  ['no scripts', '{\n  "name": "x"\n}\n', '{\n  "scripts": {\n    "a": "b"\n  },\n  "name": "x"\n}\n'],
  ['empty scripts', '{\n\t"scripts": {}\n}\n', '{\n\t"scripts": {\n\t\t"a": "b"\n\t}\n}\n'],
  ['one line', '{"scripts":{"c":"d"}}', '{"scripts":{"a": "b","c":"d"}}'],
  ['nothing at all', '{}', '{"scripts": {"a": "b"}}'],
  [
    'other line ends',
    '{\r\n  "scripts": {\r\n    "c": "d"\r\n  }\r\n}',
    '{\r\n  "scripts": {\r\n    "a": "b",\r\n    "c": "d"\r\n  }\r\n}',
  ],
];

for (const [name, before, after] of manifests) {
  test(`a script is added to a package.json with ${name}, and nothing else changes`, () => {
    expect(withScript(before, 'a', 'b')).toEqual({ text: after });
    expect(JSON.parse(after).scripts.a).toBe('b');
  });
}

test('a script of that name stays, and what is no object is left alone', () => {
  expect(withScript('{"scripts":{"a":"mine"}}', 'a', 'b')).toBe('present');
  expect([withScript('[]', 'a', 'b'), withScript('{', 'a', 'b'), withScript('{"scripts":1}', 'a', 'b')]).toEqual(
    Array(3).fill('no-object'),
  );
});

test('config.schema.json is what the settings and the rules say: `npx nx config-schema @seaworthy/cli` writes it', async () => {
  await using loaded = await loadPacks(packs);
  const path = fileURLToPath(new URL('../config.schema.json', import.meta.url));
  const schema = settingsSchema(loaded.rules.map(({ rule }) => rule));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});
