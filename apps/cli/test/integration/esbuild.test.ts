import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, context, type BuildFailure, type BuildOptions as EsbuildOptions, type Plugin } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { BuildOptions } from '../../src/bundlers/options.ts';
import { seaworthy } from '../../src/esbuild.ts';
import { faulty, sound, writeBuild } from '../support/build.ts';

function settingsFor(root: string, options?: BuildOptions): EsbuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: ['src/main.js'],
    bundle: true,
    format: 'esm',
    outdir: 'dist',
    logLevel: 'silent',
    plugins: [seaworthy(options)],
  };
}

async function failureOf(build: Promise<unknown>): Promise<BuildFailure> {
  return build.then(
    () => expect.fail('The build passed.'),
    (error: BuildFailure) => error,
  );
}

test('a build fails on findings, with the place of each, and writes nothing', async () => {
  const root = await writeBuild({ ...faulty, 'src/alone.js': 'const ü = 1; debugger;\n' });
  const { errors, warnings } = await failureOf(build(settingsFor(root)));
  expect(errors.map(({ detail, pluginName, location }) => ({ detail, pluginName, ...location }))).toMatchObject([
    { detail: 'SEA-R136', pluginName: 'seaworthy', file: 'src/alone.js', line: 1, column: 14, length: 9 },
    { file: 'src/main.js', line: 4, column: 2, length: 9, lineText: '  debugger;' },
  ]);
  expect(errors[1]?.notes.map(({ text }) => text)).toContain('fix: Take the statement away.');
  expect(warnings.map(({ detail }) => detail)).toEqual(['SEA-R001']);
  expect(existsSync(join(root, 'dist'))).toBe(false);
});

test('with files of the build alone, others do not count', async () => {
  const root = await writeBuild(faulty);
  const { errors } = await failureOf(build(settingsFor(root, { files: 'build' })));
  expect(errors.map(({ location }) => location?.file)).toEqual(['src/main.js']);
});

test('a build passes that has warnings alone', async () => {
  const root = await writeBuild(faulty, { failOn: 'never' });
  const { warnings } = await build(settingsFor(root));
  expect(warnings.map(({ detail }) => detail)).toEqual(['SEA-R136', 'SEA-R001', 'SEA-R136']);
  expect(existsSync(join(root, 'dist/main.js'))).toBe(true);
});

test('a build fails on wrong settings, and says which', async () => {
  const root = await writeBuild(sound, { failOn: 'sometimes' });
  const { errors } = await failureOf(build(settingsFor(root)));
  expect(errors.map(({ text }) => text)).toEqual([
    expect.stringContaining('seaworthy explain seaworthy.config.INVALID'),
  ]);
});

test('a build that is begun again tells what is left, each time once', async () => {
  const root = await writeBuild(faulty);
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'node_modules/.cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const building = await context(settingsFor(root));
  onTestFinished(() => building.dispose());
  expect((await failureOf(building.rebuild())).errors).toHaveLength(2);
  writeFileSync(join(root, 'src/main.js'), sound['src/main.js']!);
  expect((await failureOf(building.rebuild())).errors).toHaveLength(1);
  writeFileSync(join(root, 'src/alone.js'), sound['src/alone.js']!);
  expect((await building.rebuild()).errors).toEqual([]);
});

test('a build that is cancelled is told nothing', async () => {
  const root = await writeBuild(faulty);
  const settings = settingsFor(root, { files: 'build' });
  const [started, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: Plugin = {
    name: 'slow',
    setup: ({ onLoad }) =>
      onLoad({ filter: /main\.js$/ }, async () => {
        started.resolve();
        await goOn.promise;
        return null;
      }),
  };
  const building = await context({ ...settings, plugins: [...settings.plugins!, slow] });
  onTestFinished(() => building.dispose());
  const failure = failureOf(building.rebuild());
  await started.promise;
  const cancelled = building.cancel();
  goOn.resolve();
  await cancelled;
  const { errors } = await failure;
  expect(errors.map(({ detail }) => detail)).not.toContain('SEA-R136');
});
