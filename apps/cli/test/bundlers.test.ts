import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCheck, type Begin, type Check, type CheckParts } from '../src/bundlers/check.ts';
import type { BuildOptions } from '../src/bundlers/options.ts';
import { CliErrors } from '../src/errors.ts';
import { seaworthy as esbuildPlugin } from '../src/esbuild.ts';
import { seaworthy as rollupPlugin } from '../src/rollup.ts';
import { seaworthy as vitePlugin } from '../src/vite.ts';
import { seaworthy as webpackPlugin } from '../src/webpack.ts';
import { faulty, sound, writeBuild, writeService } from './support/build.ts';
import { writeProject } from './support/project.ts';

const few = new URL('./fixtures/build-packs.ts', import.meta.url);

function open(options?: BuildOptions, parts: CheckParts = { packs: few }): Check {
  const check = createCheck(options, parts);
  onTestFinished(() => check.close());
  return check;
}

/** @param cache Where the user keeps what is known. */
function at(root: string, { cache = '', ...parts }: Partial<Begin> & { readonly cache?: string } = {}): Begin {
  return { root, surroundings: { cwd: root, variables: { ...process.env, XDG_CACHE_HOME: cache } }, ...parts };
}

const hanging = new URL('./fixtures/never-packs.ts', import.meta.url);
const none = (): readonly string[] => [];

async function codes(check: Check, owner: object, files = none): Promise<readonly string[] | undefined> {
  const told = await check.finish(owner, files);
  return told && [...told.failing, ...told.others].map(({ code, place }) => `${code} ${place?.file}:${place?.line}`);
}

const wrong: readonly (readonly [options: object, code: string, says: string])[] = [
  [{ failon: 'error' }, 'seaworthy.cli.BUILD_OPTION_UNKNOWN', 'Did you mean failOn?'],
  [{ failOn: 'all' }, 'seaworthy.cli.BUILD_OPTION_WRONG', 'one of error, warning, info, never, got "all" (string)'],
  [{ ignore: 'dist' }, 'seaworthy.cli.BUILD_OPTION_WRONG', 'a list of globs, got "dist" (string)'],
  [{ timeoutMs: 0 }, 'seaworthy.cli.BUILD_OPTION_WRONG', 'a whole number of milliseconds above 0, got 0 (number)'],
  [{ cache: 'yes' }, 'seaworthy.cli.BUILD_OPTION_WRONG', 'true or false, got "yes" (string)'],
  [{ files: 'all' }, 'seaworthy.cli.BUILD_OPTION_WRONG', 'one of project, build'],
];

const plugins = { esbuildPlugin, rollupPlugin, vitePlugin, webpackPlugin };

for (const [options, code, says] of wrong) {
  for (const [name, make] of Object.entries(plugins)) {
    test(`${name} refuses ${JSON.stringify(options)} where it is made`, () => {
      expect(() => make(options)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
    });
  }
}

test('a finding from the severity of failOn on fails the build, any other does not', async () => {
  const root = writeService(faulty);
  const build = {};
  const check = open();
  check.begin(build, at(root));
  const told = await check.finish(build, none);
  expect(told?.failing.map(({ code, place }) => [code, place?.path, place?.line, place?.column])).toEqual([
    ['SEA-R136', join(root, 'src/alone.js'), 2, 3],
    ['SEA-R136', join(root, 'src/main.js'), 4, 3],
  ]);
  expect(told?.others.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning SEA-R001']);
  expect(told?.summary).toBe('2 errors, 1 warning in 3 files.');
});

const failOn: readonly (readonly [BuildOptions['failOn'], number])[] = [
  ['never', 0],
  ['error', 2],
  ['warning', 3],
];

for (const [severity, amount] of failOn) {
  test(`failOn ${severity} lets ${amount} of three findings fail the build, whatever the config file says`, async () => {
    const root = writeService(faulty, { failOn: 'info' });
    const build = {};
    const check = open({ failOn: severity! });
    check.begin(build, at(root));
    expect((await check.finish(build, none))?.failing).toHaveLength(amount);
  });
}

test('with files of the build alone, others do not count', async () => {
  const root = writeService(faulty);
  const build = {};
  const check = open({ files: 'build' });
  check.begin(build, at(root));
  expect(await codes(check, build, () => ['main.js', 'fail.js'].map((file) => join(root, 'src', file)))).toEqual([
    'SEA-R136 src/main.js:4',
    'SEA-R001 src/fail.js:2',
  ]);
});

test('a suppression with a reason, a baseline and globs to ignore hold findings back', async () => {
  const root = writeService({
    ...faulty,
    'src/alone.js':
      'export function alone() {\n  // seaworthy-ignore-next-line SEA-R136: for the course\n  debugger;\n}\n',
  });
  const first = open();
  const build = {};
  first.begin(build, at(root));
  const told = await first.finish(build, none);
  expect(told?.failing.map(({ place }) => place?.file)).toEqual(['src/main.js']);
  const entry = { fingerprint: told?.failing[0]?.key, rule: 'SEA-R136', file: 'src/main.js', message: '' };
  const baseline = { schema: 'seaworthy.baseline', schemaVersion: 1, findings: [entry] };
  writeFileSync(join(root, 'known.json'), JSON.stringify(baseline));
  const second = open({ baseline: 'known.json', ignore: ['src/fail.js'] });
  second.begin(build, at(root));
  expect(await codes(second, build)).toEqual([]);
});

test('a baseline of the config file is found from there, in a build of a folder below', async () => {
  const root = writeService({ ...faulty, 'seaworthy.config.json': '{ "baseline": "etc/known.json" }', 'etc/x': '' });
  const known = { schema: 'seaworthy.baseline', schemaVersion: 1 };
  writeFileSync(join(root, 'etc/known.json'), JSON.stringify({ ...known, findings: [] }));
  mkdirSync(join(root, '.git'));
  const ask = async (): Promise<readonly string[] | undefined> => {
    const check = open();
    const build = {};
    check.begin(build, at(join(root, 'src')));
    const told = await check.finish(build, none);
    return told?.failing.map(({ key }) => key);
  };
  const found = (await ask()) ?? [];
  expect(found.length).toBeGreaterThan(0);
  const findings = found.map((fingerprint) => ({ fingerprint, rule: 'SEA-R136', file: 'main.js', message: '' }));
  writeFileSync(join(root, 'etc/known.json'), JSON.stringify({ ...known, findings }));
  expect(await ask()).toEqual([]);
});

test('(1) a build that begins again hears of the files as they are now', async () => {
  const root = writeService(faulty);
  const build = {};
  const check = open();
  check.begin(build, at(root));
  const first = codes(check, build);
  for (const [path, text] of Object.entries(sound)) writeFileSync(join(root, path), text);
  check.begin(build, at(root));
  expect(await codes(check, build)).toEqual([]);
  expect([[], undefined]).toContainEqual(await first);
});

test('(2) of two builds side by side one is told, and the other hears nothing twice', async () => {
  const root = writeService(faulty);
  const [a, b] = [{}, {}];
  const check = open({ files: 'build' });
  check.begin(a, at(root));
  check.begin(b, at(root));
  const inBuild =
    (...names: readonly string[]) =>
    () =>
      names.map((name) => join(root, 'src', name));
  expect(await codes(check, a, inBuild('main.js', 'fail.js'))).toHaveLength(2);
  expect(await codes(check, b, inBuild('main.js', 'alone.js'))).toEqual(['SEA-R136 src/alone.js:2']);
});

test('(2) a part of a large build that begins when the look is over hears nothing twice; one that begins again does', async () => {
  const root = writeService(faulty);
  const [client, server] = [{}, {}];
  const check = open();
  check.begin(client, at(root));
  expect(await codes(check, client)).toHaveLength(3);
  check.begin(server, at(root));
  expect(await codes(check, server)).toEqual([]);
  check.begin(server, at(root));
  expect(await codes(check, server)).toHaveLength(3);
});

test('(2) that a look has failed is told once', async () => {
  const root = writeService(faulty, { failOn: 'sometimes' });
  const [a, b] = [{}, {}];
  const check = open();
  check.begin(a, at(root));
  check.begin(b, at(root));
  await expect(check.finish(a, none)).rejects.toMatchObject({ code: 'seaworthy.config.INVALID' });
  expect(await check.finish(b, none)).toBeUndefined();
});

test('(3) a build that is given up is told nothing, and the one beside it everything', async () => {
  const root = writeService(faulty);
  const [a, b] = [{}, {}];
  const check = open();
  check.begin(a, at(root));
  check.begin(b, at(root));
  check.cancel(a);
  expect(await check.finish(a, none)).toBeUndefined();
  expect(await codes(check, b)).toHaveLength(3);
});

test('(3) who begins again while another waits takes it along', async () => {
  const root = writeService(faulty);
  const [a, b] = [{}, {}];
  const check = open();
  check.begin(a, at(root));
  check.begin(b, at(root));
  check.cancel(a);
  check.begin(a, at(root));
  const both = await Promise.all([codes(check, a), codes(check, b)]);
  expect(both.flat()).toHaveLength(3);
});

test('(4) a rule that hangs ends with close(), and its build is told nothing', async () => {
  const root = writeService(faulty, {});
  const build = {};
  const check = open({}, { packs: hanging });
  check.begin(build, at(root));
  const told = check.finish(build, none);
  await check.close();
  expect(await told).toBeUndefined();
});

test('(4) a look that takes too long fails the build', async () => {
  const root = writeService(faulty, {});
  const build = {};
  const check = open({ timeoutMs: 50 }, { packs: hanging });
  check.begin(build, at(root));
  const error: unknown = await check.finish(build, none).catch((cause: unknown) => cause);
  expect(CliErrors.BUILD_AUDIT_TIMEOUT.is(error)).toBe(true);
  expect(await check.describe(error)).toContain('was not done within 50 ms');
});

test('a rule that does not finish fails the build: nothing found and not looked are not the same', async () => {
  const root = writeService(sound, { ruleTimeoutMs: 100 });
  const build = {};
  const check = open({}, { packs: hanging });
  check.begin(build, at(root));
  expect((await check.finish(build, none))?.failing.map(({ code }) => code)).toEqual(['seaworthy.cli.RULE_TIMEOUT']);
});

test('a file that does not parse fails the build, one of the tests does not', async () => {
  const root = writeService({ ...sound, 'src/broken.js': 'let =', 'test/broken.js': 'let =' });
  const build = {};
  const check = open();
  check.begin(build, at(root));
  const told = await check.finish(build, none);
  expect([told?.failing, told?.others].map((notes) => notes?.map(({ place }) => place?.file))).toEqual([
    ['src/broken.js'],
    ['test/broken.js'],
  ]);
});

test('what is known is kept for a build that is repeated, or when it is wanted, and not otherwise', async () => {
  const root = await writeBuild(faulty);
  const keeps = async (options: BuildOptions, parts: Partial<Begin>): Promise<number> => {
    const cache = writeProject({});
    const build = {};
    const check = open(options, {});
    check.begin(build, at(root, { cache, ...parts }));
    const first = await codes(check, build);
    check.begin(build, at(root, { cache, ...parts }));
    expect(await codes(check, build)).toEqual(first);
    return globSync('seaworthy/*/files.json', { cwd: cache }).length;
  };
  expect(await keeps({}, { isRepeated: true })).toBe(1);
  expect(await keeps({ cache: true }, {})).toBe(1);
  expect(await keeps({}, {})).toBe(0);
});

test('a German build is told in German', async () => {
  const root = writeService(faulty);
  const build = {};
  const check = open({ locale: 'de' });
  check.begin(build, at(root));
  expect((await check.finish(build, none))?.summary).toBe('2 Fehler, 1 Warnung in 3 Dateien.');
});
