import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { rollup, watch, type RollupError, type RollupLog, type RollupWatcherEvent } from 'rollup';
import { expect, onTestFinished, test, vi } from 'vitest';
import { seaworthy } from '../../src/rollup.ts';
import type { BuildOptions } from '../../src/bundlers/options.ts';
import { faulty, sound, writeBuild } from '../support/build.ts';

interface Outcome {
  readonly error?: RollupError;
  readonly logs: readonly { readonly level: string; readonly log: RollupLog }[];
}

type Build = (root: string, options?: BuildOptions) => Promise<Outcome>;

const buildWithRollup: Build = (root, options) =>
  outcomeOf(async (onLog) => {
    const build = await rollup({ input: join(root, 'src/main.js'), plugins: [pluginFor(root, options)], onLog });
    await build.write({ dir: join(root, 'dist') });
    await build.close();
  });

const bundlers: Readonly<Record<string, Build>> = {
  Rollup: buildWithRollup,
  Rolldown: (root, options) =>
    outcomeOf(async (onLog) => {
      const build = await rolldown({ input: join(root, 'src/main.js'), plugins: [pluginFor(root, options)], onLog });
      try {
        await build.write({ dir: join(root, 'dist') });
      } finally {
        await build.close();
      }
    }),
};

/** The tests run in the directory of the repository. */
function pluginFor(root: string, options?: BuildOptions): ReturnType<typeof seaworthy> {
  return seaworthy({ directory: root, ...options });
}

async function outcomeOf(build: (onLog: (level: string, log: RollupLog) => void) => Promise<void>): Promise<Outcome> {
  const logs: { level: string; log: RollupLog }[] = [];
  try {
    await build((level, log) => logs.push({ level, log }));
    return { logs: logs.filter(isOurs) };
  } catch (error) {
    return { error: error as RollupError, logs: logs.filter(isOurs) };
  }
}

/** Rolldown also says which plugins take long. */
function isOurs({ log }: { readonly log: RollupLog }): boolean {
  return log.pluginCode !== undefined;
}

for (const [name, build] of Object.entries(bundlers)) {
  test(`${name} fails on findings, names each of them once, and writes nothing`, async () => {
    const root = await writeBuild(faulty);
    const { error, logs } = await build(root);
    expect(error?.message).toContain('2 errors, 1 warning in 3 files');
    expect(error?.message.match(/SEA-R136 debugger statement left/g)).toHaveLength(2);
    expect(error?.message).toMatch(/src\/alone\.js:2:3 .*SEA-R136[^]*src\/main\.js:4:3 .*SEA-R136/);
    expect(existsSync(join(root, 'dist'))).toBe(false);
    expect(logs.map(({ level, log }) => [level, log.pluginCode])).toEqual([['warn', 'SEA-R001']]);
  });

  test(`${name} shows a warning with its file, line and column, and goes on`, async () => {
    const root = await writeBuild(faulty, { failOn: 'never' });
    const { error, logs } = await build(root, { files: 'build' });
    expect(error).toBeUndefined();
    expect(existsSync(join(root, 'dist'))).toBe(true);
    const log = logs.find((each) => each.log.pluginCode === 'SEA-R001')?.log;
    expect(log).toMatchObject({ id: join(root, 'src/fail.js'), loc: { line: 2, column: 2 } });
    expect(log?.message).toContain('fix: ');
    expect(log?.frame).toContain("throw 'no';");
    expect(logs).toHaveLength(2);
  });
}

test('Rollup builds what is sound without a word', async () => {
  const root = await writeBuild(sound);
  expect(await buildWithRollup(root)).toEqual({ logs: [] });
});

test('Rollup fails on wrong settings, and says which', async () => {
  const root = await writeBuild(sound, { failOn: 'sometimes' });
  const { error } = await buildWithRollup(root);
  expect(error?.message).toContain('failOn');
  expect(error?.message).toContain('seaworthy explain seaworthy.config.INVALID');
});

test('Rollup tells nothing of a build that fails for another reason', async () => {
  const root = await writeBuild({ ...faulty, 'src/main.js': "import './gone.js';\ndebugger;\n" });
  const { error, logs } = await buildWithRollup(root);
  expect(error?.message).toContain('gone.js');
  expect(error?.message).not.toContain('SEA-R136');
  expect(logs).toEqual([]);
});

test('a single finding is the error of the build, in its place', async () => {
  const root = await writeBuild(faulty);
  const { error } = await buildWithRollup(root, { files: 'build' });
  expect(error).toMatchObject({
    plugin: 'seaworthy',
    pluginCode: 'SEA-R136',
    id: join(root, 'src/main.js'),
    loc: { file: join(root, 'src/main.js'), line: 4, column: 2 },
  });
});

test('a watched build that has failed is built again when a file changes, and when the settings do', async () => {
  const root = await writeBuild(faulty, { baseline: 'known.json' });
  const unknown = JSON.stringify({ schema: 'seaworthy.baseline', schemaVersion: 1, findings: [] });
  writeFileSync(join(root, 'known.json'), unknown);
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'node_modules/.cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const watcher = watch({
    input: join(root, 'src/main.js'),
    plugins: [pluginFor(root)],
    onLog: () => {},
    output: { dir: join(root, 'dist') },
  });
  onTestFinished(() => watcher.close());
  const ends: string[] = [];
  watcher.on('event', (event: RollupWatcherEvent) => {
    if (event.code === 'ERROR') ends.push(/SEA-R136/.test(event.error.message) ? 'findings' : event.error.message);
    if (event.code === 'BUNDLE_END') ends.push('built');
    if (event.code === 'BUNDLE_END') void event.result.close();
  });
  await expect.poll(() => ends, { timeout: 60_000 }).toEqual(['findings']);
  // Rollup begins to watch some time after the build has ended: a file is written until it was noticed.
  const rebuilt = async (name: 'src/main.js' | 'src/alone.js'): Promise<string | undefined> => {
    const before = ends.length;
    await expect
      .poll(
        () => {
          if (ends.length === before) writeFileSync(join(root, name), sound[name]!);
          return ends.length;
        },
        { timeout: 60_000, interval: 2_000 },
      )
      .toBeGreaterThan(before);
    return ends[before];
  };
  expect(await rebuilt('src/main.js')).toBe('findings');
  await expect.poll(() => rebuilt('src/alone.js'), { timeout: 60_000 }).toBe('built');
});
