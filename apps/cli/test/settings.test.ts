import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { ConfigErrors } from '@seaworthy/config';
import { expect, test } from 'vitest';
import { loadSettings, type LoadedSettings, type SettingsOptions } from '../src/config/settings.ts';
import { writeProject, type Files } from './support/project.ts';

interface Given extends Partial<Omit<SettingsOptions, 'directory'>> {
  readonly below?: string;
  readonly isRepository?: boolean;
}

async function load(
  files: Files,
  { below = '.', isRepository = true, ...options }: Given = {},
): Promise<LoadedSettings> {
  const root = writeProject(files);
  if (isRepository) mkdirSync(join(root, '.git'));
  const directory = join(root, below);
  mkdirSync(directory, { recursive: true });
  return loadSettings({ flags: {}, directory, cwd: root, variables: {}, ...options });
}

async function problemsOf(files: Files, options?: Given): Promise<readonly string[]> {
  try {
    await load(files, options);
  } catch (error) {
    if (!ConfigErrors.INVALID.is(error)) throw error;
    return error.params.problems.map(({ key, source, message }) => `${key} | ${source} | ${message}`);
  }
  return [];
}

test('without any file the defaults hold', async () => {
  const { settings, isProduction, sourceOf } = await load({});
  expect(settings).toEqual({
    ignore: [],
    cache: false,
    rules: {},
    experimental: [],
    failOn: 'error',
    format: 'pretty',
    ruleTimeoutMs: 10_000,
    timings: false,
    push: {},
    telemetry: { protocol: 'http/protobuf', timeoutMs: 2_000 },
  });
  expect([isProduction, sourceOf('failOn')]).toEqual([false, 'default']);
});

const places: readonly (readonly [what: string, files: Files, given: Given, baseline: string])[] = [
  [
    'the config file',
    { 'seaworthy.config.json': '{ "baseline": "known/b.json" }' },
    { below: 'apps/x' },
    'known/b.json',
  ],
  ['a package.json', { 'package.json': '{ "seaworthy": { "baseline": "./b.json" } }' }, { below: 'apps/x' }, 'b.json'],
  [
    'a config file that is named',
    { 'etc/c.json': '{ "baseline": "../b.json" }' },
    { configFile: 'etc/c.json' },
    'b.json',
  ],
  [
    'the config file in a project below',
    { 'apps/x/seaworthy.config.json': '{ "baseline": "b.json" }' },
    { below: 'apps/x/src' },
    'apps/x/b.json',
  ],
  [
    'a flag, though there is a config file',
    { 'apps/x/seaworthy.config.json': '{ "baseline": "b.json" }' },
    { below: 'apps/x', flags: { baseline: { flag: '--baseline', value: 'mine.json' } } },
    'mine.json',
  ],
  [
    'a variable, though there is a config file',
    { 'apps/x/seaworthy.config.json': '{ "baseline": "b.json" }' },
    { below: 'apps/x', variables: { SEAWORTHY_BASELINE: 'mine.json' } },
    'mine.json',
  ],
];

for (const [what, files, given, baseline] of places) {
  test(`a baseline of ${what} is ${baseline} from where one stands`, async () => {
    expect((await load(files, given)).settings.baseline).toBe(baseline.split('/').join(sep));
  });
}

test('a baseline of the config file is the same file from everywhere', async () => {
  const root = writeProject({ 'seaworthy.config.json': '{ "baseline": "b.json" }', 'apps/x/a.js': '' });
  mkdirSync(join(root, '.git'));
  for (const cwd of [root, join(root, 'apps'), join(root, 'apps/x'), dirname(root)]) {
    const { settings } = await loadSettings({ flags: {}, directory: join(root, 'apps/x'), cwd, variables: {} });
    expect(resolve(cwd, settings.baseline!)).toBe(join(root, 'b.json'));
  }
});

test('flags win over environment, environment over the file, the file over defaults', async () => {
  const files = { 'seaworthy.config.json': '{ "failOn": "info", "format": "json", "ruleTimeoutMs": 5 }' };
  const variables = { SEAWORTHY_FORMAT: 'compact', SEAWORTHY_FAIL_ON: 'never' };
  const { settings, sourceOf } = await load(files, {
    variables,
    flags: { failOn: { flag: '--fail-on', value: 'warning' } },
  });
  expect([settings.failOn, settings.format, settings.ruleTimeoutMs, settings.timings]).toEqual([
    'warning',
    'compact',
    5,
    false,
  ]);
  expect(['failOn', 'format', 'ruleTimeoutMs'].map(sourceOf)).toEqual([
    '--fail-on',
    'env:SEAWORTHY_FORMAT',
    'seaworthy.config.json:1:56',
  ]);
});

test('the nearest config counts, and its directory is where globs start', async () => {
  const files = {
    'seaworthy.config.json': '{ "failOn": "info" }',
    'apps/a/seaworthy.config.json': '{ "failOn": "never" }',
  };
  const near = await load(files, { below: 'apps/a/src' });
  expect(near.settings.failOn).toBe('never');
  expect(near.directory.endsWith(join('apps', 'a'))).toBe(true);
  expect((await load(files, { below: 'apps/b' })).settings.failOn).toBe('info');
});

test('package.json may hold the settings', async () => {
  const files = { 'package.json': '{ "name": "a", "seaworthy": { "failOn": "warning" } }' };
  const { settings, sourceOf } = await load(files, { below: 'src' });
  expect([settings.failOn, sourceOf('failOn')]).toEqual(['warning', 'package.json#seaworthy']);
});

const noSettings: readonly (readonly [name: string, text: string])[] = [
  ['a plugin keeps its manifest in', '{ "seaworthy": { "entry": "./a.js" } }'],
  ['has no settings', '{ "name": "a" }'],
  ['does not parse', '{'],
];

for (const [name, text] of noSettings) {
  test(`a package.json that ${name} does not stop the search`, async () => {
    const files = { 'seaworthy.config.json': '{ "failOn": "info" }', 'apps/a/package.json': text };
    expect((await load(files, { below: 'apps/a' })).settings.failOn).toBe('info');
  });
}

test('the search ends at the root of the repository', async () => {
  const files = { 'seaworthy.config.json': '{ "failOn": "info" }', 'inner/.git/HEAD': '' };
  expect((await load(files, { below: 'inner/src' })).settings.failOn).toBe('error');
});

test('outside a repository only the directory itself is looked into', async () => {
  const files = { 'seaworthy.config.json': '{ "failOn": "info" }' };
  expect((await load(files, { below: 'src', isRepository: false })).settings.failOn).toBe('error');
  expect((await load(files, { isRepository: false })).settings.failOn).toBe('info');
});

test('a named config file wins over the search', async () => {
  const files = { 'seaworthy.config.json': '{ "failOn": "info" }', 'ci/strict.json': '{ "failOn": "warning" }' };
  const { settings, directory } = await load(files, { configFile: 'ci/strict.json' });
  expect(settings.failOn).toBe('warning');
  expect(directory.endsWith('ci')).toBe(true);
});

test('every problem is told, with its source', async () => {
  const files = {
    'seaworthy.config.json':
      '{\n  "failOn": "errors",\n  "ignores": [],\n  "rules": { "SEA-R001": "of" },\n  "push": { "url": "ftp://x" }\n}',
  };
  const variables = { SEAWORTHY_RULE_TIMEOUT_MS: 'soon' };
  const found = await problemsOf(files, { variables, flags: { format: { flag: '--format', value: 'prety' } } });
  expect(found.map((line) => line.split(' | ').slice(0, 2).join(' ')).toSorted()).toEqual([
    'failOn seaworthy.config.json:2:13',
    'format --format',
    'ignores seaworthy.config.json:3:3',
    'push.url seaworthy.config.json:5:20',
    'ruleTimeoutMs env:SEAWORTHY_RULE_TIMEOUT_MS',
    'rules seaworthy.config.json:4:12',
  ]);
  expect(found.join('\n')).toContain('SEA-R001: expected off, error, warning or info, got "of"');
});

test('rules must be an object', async () => {
  expect((await problemsOf({ 'seaworthy.config.json': '{ "rules": ["SEA-R001"] }' }))[0]).toContain(
    'expected an object',
  );
});

test('a config file that is named and missing is a problem', async () => {
  expect(await problemsOf({}, { configFile: 'nowhere.json' })).toEqual([expect.stringContaining('nowhere.json')]);
});

const production: readonly (readonly [name: string, given: Given, isProduction: boolean])[] = [
  ['NODE_ENV', { variables: { NODE_ENV: 'production' } }, true],
  ['--production', { flags: { production: { flag: '--production', value: true } } }, true],
  [
    '--no-production',
    { variables: { NODE_ENV: 'production' }, flags: { production: { flag: '--production', value: false } } },
    false,
  ],
  ['nothing', {}, false],
];

for (const [name, given, isProduction] of production) {
  test(`${name} makes the mode ${isProduction ? '' : 'not '}strict`, async () => {
    expect((await load({}, given)).isProduction).toBe(isProduction);
  });
}

test('a token is never shown', async () => {
  const { settings } = await load({}, { variables: { SEAWORTHY_PUSH_TOKEN: 'hunter2' } });
  expect(JSON.stringify(settings)).not.toContain('hunter2');
  expect(settings.push.token?.reveal()).toBe('hunter2');
});

test('a token that no header can hold is refused unseen: fetch would print it in its error', async () => {
  for (const token of ['hunter2\nmore', 'hunter2 more', 'hunter2é', 'hunter2\u0000']) {
    const failure = await load({}, { variables: { SEAWORTHY_PUSH_TOKEN: token } }).catch((error: unknown) => error);
    expect(String(failure)).toContain('env:SEAWORTHY_PUSH_TOKEN');
    expect(String(failure)).not.toContain('hunter2');
  }
});

test.each(['%AA', '%0a', 'é', '%2'])(
  'telemetry headers that decode to what no header may hold are refused with their source: %j',
  async (value) => {
    const variables = { SEAWORTHY_TELEMETRY_HEADERS: `a=1,api-key=${value}` };
    await expect(load({}, { variables })).rejects.toThrow('env:SEAWORTHY_TELEMETRY_HEADERS');
  },
);

test('telemetry headers are taken as they are written', async () => {
  const variables = { SEAWORTHY_TELEMETRY_HEADERS: 'api-key=a%2Cb=, x-team=shop floor' };
  expect((await load({}, { variables })).settings.telemetry.headers?.reveal()).toBe(
    'api-key=a%2Cb=, x-team=shop floor',
  );
});

test('a setting is of the project when its config file decides it, whatever the file is called by', async () => {
  const files = { 'seaworthy.config.json': '{ "failOn": "info", "format": "json", "timings": true }' };
  const { isOfProject } = await load(files, {
    variables: { SEAWORTHY_FORMAT: 'compact' },
    flags: { timings: { flag: '--timings', value: true } },
  });
  expect(['failOn', 'format', 'timings', 'output'].map(isOfProject)).toEqual([true, false, false, false]);
  const manifest = await load({ 'package.json': '{ "seaworthy": { "failOn": "info" } }' });
  expect(manifest.isOfProject('failOn')).toBe(true);
  const named = await load({ 'ci/own.json': '{ "failOn": "info" }' }, { configFile: 'ci/own.json' });
  expect(named.isOfProject('failOn')).toBe(true);
});

test('a config file that is named and lies outside the repository is not of the project, unless a link leads in', async () => {
  const outside = writeProject({ 'own.json': '{ "failOn": "info" }' });
  const own = await load({}, { configFile: join(outside, 'own.json') });
  expect([own.settings.failOn, own.isOfProject('failOn')]).toEqual(['info', false]);
  const root = writeProject({ 'theirs.json': '{ "failOn": "info" }' });
  symlinkSync(join(root, 'theirs.json'), join(outside, 'link.json'));
  const linked = { flags: {}, directory: root, cwd: root, variables: {}, configFile: join(outside, 'link.json') };
  expect((await loadSettings(linked)).isOfProject('failOn')).toBe(true);
});
