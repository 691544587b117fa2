import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, createBuilder, createLogger, type InlineConfig, type Logger, type Rollup } from 'vite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { seaworthy } from '../../src/vite.ts';
import { faulty, sound, writeBuild } from '../support/build.ts';

interface Heard extends Logger {
  readonly lines: string[];
}

function listen(): Heard {
  const lines: string[] = [];
  const hear = (line: string): void => void lines.push(line);
  return { ...createLogger('silent'), info: hear, warn: hear, warnOnce: hear, error: hear, lines };
}

function configFor(root: string, customLogger: Logger): InlineConfig {
  return {
    root,
    configFile: false,
    customLogger,
    plugins: [seaworthy()],
    build: { lib: { entry: 'src/main.js', formats: ['es'] }, minify: false },
  };
}

test('a build fails on findings, names each of them once, and writes nothing', async () => {
  const root = await writeBuild(faulty);
  const logger = listen();
  const error: unknown = await build(configFor(root, logger)).catch((cause: unknown) => cause);
  expect(String(error).match(/SEA-R136 debugger statement left/g)).toHaveLength(2);
  expect(String(error)).toMatch(/src\/alone\.js:2:3 .*SEA-R136[^]*src\/main\.js:4:3 .*SEA-R136/);
  expect(existsSync(join(root, 'dist'))).toBe(false);
  const said = logger.lines.filter((line) => line.includes('SEA-R001'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('src/fail.js:2:3  SEA-R001');
});

test('a build passes that has warnings alone, and that Vite builds for production does not make an audit strict', async () => {
  const root = await writeBuild({ ...faulty, 'test/broken.js': 'let =' }, { failOn: 'never' });
  const logger = listen();
  await build(configFor(root, logger));
  expect(existsSync(join(root, 'dist'))).toBe(true);
  const said = logger.lines.filter((line) => line.includes('SEA-R136'));
  expect(said).toHaveLength(2);
  expect(said.join('\n')).toContain('src/main.js:4:3  SEA-R136');
});

test('of several environments one is told', async () => {
  const root = await writeBuild(faulty, { failOn: 'never' });
  const logger = listen();
  const builder = await createBuilder({
    ...configFor(root, logger),
    environments: {
      client: { build: { outDir: 'dist/client' } },
      ssr: { build: { outDir: 'dist/server', ssr: 'src/main.js' } },
    },
    builder: {},
  });
  await builder.buildApp();
  expect(existsSync(join(root, 'dist/server'))).toBe(true);
  expect(logger.lines.filter((line) => line.includes('SEA-R001'))).toHaveLength(1);
});

test('a server for development has no such plugin', () => {
  expect(seaworthy().apply).toBe('build');
});

test('a watched build that has failed passes once its findings are gone', async () => {
  const root = await writeBuild(faulty);
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'node_modules/.cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = configFor(root, listen());
  const watcher = (await build({ ...config, build: { ...config.build, watch: {} } })) as Rollup.RollupWatcher;
  onTestFinished(() => watcher.close());
  const ends: string[] = [];
  watcher.on('event', (event) => {
    if (event.code === 'ERROR') ends.push(/SEA-R136/.test(event.error.message) ? 'findings' : event.error.message);
    if (event.code === 'BUNDLE_END') ends.push('built');
  });
  await expect.poll(() => ends.at(-1), { timeout: 60_000 }).toBe('findings');
  for (const [path, text] of Object.entries(sound)) writeFileSync(join(root, path), text);
  await expect.poll(() => existsSync(join(root, 'dist')), { timeout: 60_000 }).toBe(true);
});
