import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import webpack, { type Compiler, type Configuration, type MultiStats, type Stats } from 'webpack';
import type { BuildOptions } from '../../src/bundlers/options.ts';
import { seaworthy } from '../../src/webpack.ts';
import { faulty, sound, writeBuild } from '../support/build.ts';

function configFor(root: string, options?: BuildOptions): Configuration {
  return {
    context: root,
    mode: 'production',
    entry: './src/main.js',
    output: { path: join(root, 'dist') },
    plugins: [seaworthy(options)],
  };
}

async function run<T extends Stats | MultiStats>(compiler: {
  run(then: (e: Error | null, stats?: T) => void): unknown;
  close(then: (e: Error | null) => void): void;
}): Promise<T> {
  try {
    return await new Promise((resolve, reject) => {
      compiler.run((error, stats) => (stats === undefined ? reject(error ?? new Error('no stats')) : resolve(stats)));
    });
  } finally {
    await promisify((then: (error: Error | null) => void) => compiler.close(then))();
  }
}

test('a build fails on findings, with the place of each, and emits nothing', async () => {
  const root = await writeBuild(faulty);
  const stats = await run<Stats>(webpack(configFor(root)));
  expect(stats.hasErrors()).toBe(true);
  const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true });
  expect(errors.map(({ file, loc, message }) => [file, loc, message.split(':')[0]])).toEqual([
    ['./src/alone.js', '2:2-11', 'SEA-R136 debugger statement left'],
    ['./src/main.js', '4:2-11', 'SEA-R136 debugger statement left'],
  ]);
  expect(warnings.map(({ file }) => file)).toEqual(['./src/fail.js']);
  expect(existsSync(join(root, 'dist'))).toBe(false);
  const shown = stats.toString({ preset: 'errors-warnings', colors: false });
  expect(shown).toContain('ERROR in ./src/main.js\n4:2-11\nSEA-R136 debugger statement left');
  expect(shown).not.toContain('seaworthy.ts');
});

test('a build passes that has warnings alone', async () => {
  const root = await writeBuild(faulty, { failOn: 'never' });
  const stats = await run<Stats>(webpack(configFor(root, { files: 'build' })));
  expect([stats.hasErrors(), stats.compilation.warnings.length]).toEqual([false, 2]);
  expect(existsSync(join(root, 'dist/main.js'))).toBe(true);
});

test('a build fails on wrong settings, and says which', async () => {
  const root = await writeBuild(sound, { failOn: 'sometimes' });
  const stats = await run<Stats>(webpack(configFor(root)));
  expect(stats.compilation.errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('seaworthy explain seaworthy.config.INVALID'),
  ]);
});

test('of several configurations with one plugin, one is told', async () => {
  const root = await writeBuild(faulty);
  const plugin = seaworthy();
  const configs = ['a', 'b'].map((name) => ({
    ...configFor(root),
    name,
    output: { path: join(root, 'dist', name) },
    plugins: [plugin],
  }));
  const stats = await run<MultiStats>(webpack(configs));
  expect(stats.stats.flatMap(({ compilation }) => compilation.errors)).toHaveLength(2);
});

test('a watched build looks again, tells what is left, and ends', async () => {
  const root = await writeBuild(faulty);
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'node_modules/.cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const compiler: Compiler = webpack(configFor(root));
  const errors: number[] = [];
  compiler.watch({ aggregateTimeout: 20 }, (_error, stats) => {
    errors.push(stats?.compilation.errors.length ?? -1);
  });
  onTestFinished(() => promisify((then: (error: Error | null) => void) => compiler.close(then))());
  await expect.poll(() => errors.at(-1), { timeout: 60_000 }).toBe(2);
  writeFileSync(join(root, 'src/main.js'), sound['src/main.js']!);
  await expect.poll(() => errors.at(-1), { timeout: 60_000 }).toBe(1);
  // No module of the build: it is watched because something was found in it.
  writeFileSync(join(root, 'src/alone.js'), sound['src/alone.js']!);
  await expect.poll(() => errors.at(-1), { timeout: 60_000 }).toBe(0);
});
