import { execFile } from 'node:child_process';
import fs, { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  defineConfig,
  detectEnvironment,
  dir,
  file,
  object,
  path,
  secret,
  string,
  type Leaf,
} from '../../src/index.ts';

const run = promisify(execFile);
const env = detectEnvironment({ env: {} });
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-paths-'));
  await mkdir(join(cwd, 'data'));
  await writeFile(join(cwd, 'file'), '');
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

async function load<T>(leaf: Leaf<T, never>, at: string): Promise<unknown> {
  return (await defineConfig({ at: leaf }, { env }).load([object({ at })], { cwd })).value.at;
}

test('existing places are made absolute', async () => {
  expect(await load(dir({ writable: true }), 'data')).toBe(join(cwd, 'data'));
  expect(await load(dir(), './data/../data')).toBe(join(cwd, 'data'));
  expect(await load(path({ exists: true }), 'file')).toBe(join(cwd, 'file'));
  expect(await load(path(), 'nowhere')).toBe(join(cwd, 'nowhere'));
});

const wrong = [
  {
    leaf: dir(),
    at: 'nowhere',
    says: 'at: expected an existing directory, and there is none, got "nowhere" (string). (object)',
  },
  { leaf: dir(), at: 'file', says: 'expected a directory, and there is something else' },
  { leaf: dir({ create: true }), at: 'file/below', says: 'expected a directory that can be created (ENOTDIR)' },
  { leaf: path({ exists: true }), at: 'nowhere', says: 'expected the path of an existing file or directory' },
  { leaf: secret(path({ exists: true })), at: 'nowhere', says: 'got [redacted].' },
];
for (const { leaf, at, says } of wrong) {
  test(`"${at}" is a problem: ${says}`, async () => {
    await expect(load<unknown>(leaf, at)).rejects.toThrow(says);
  });
}

test('a missing directory is created when asked', async () => {
  const made = await load(dir({ writable: true, create: true }), 'made/with/parents');
  expect((await stat(String(made))).isDirectory()).toBe(true);
});

test('a directory without permission is a problem', async () => {
  const locked = join(cwd, 'locked');
  await mkdir(locked, { mode: 0o555 });
  await chmod(cwd, 0o755);
  // The superuser may write anywhere, so somebody else has to try.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const program = join(import.meta.dirname, '../fixtures/need-directory.ts');
  const { stdout } = await run(process.execPath, ['--conditions=@seaworthy/source', program, locked], {
    cwd: '/',
    ...nobody,
  });
  expect(stdout).toContain('expected a directory this process can write to');
});

test('a pipe that nobody writes to is given up', async () => {
  await run('mkfifo', [join(cwd, 'pipe.json')]);
  const loading = defineConfig({}, { env }).load([file('pipe.json')], { cwd, timeoutMs: 20 });
  await expect(loading).rejects.toThrow('did not answer within 20 ms. (pipe.json)');
});

test('a file too large to be read at once is read all the same', async () => {
  await writeFile(join(cwd, 'large.json'), `{ "text": "${'x'.repeat(2_000_000)}" }`);
  const cfg = await defineConfig({ text: string() }, { env }).load([file('large.json')], { cwd });
  expect(cfg.value.text).toHaveLength(2_000_000);
});

const writers = {
  'that is there first': { write: `echo '{ "text": "from a pipe" }' > pipe.json`, waitMs: 100 },
  'that comes later': { write: `sleep 0.1; echo '{ "text": "from a pipe" }' > pipe.json`, waitMs: 0 },
  'that pauses': { write: `{ printf '{ "text": "from '; sleep 0.1; printf 'a pipe" }'; } > pipe.json`, waitMs: 0 },
};
for (const [which, { write, waitMs }] of Object.entries(writers)) {
  test(`a pipe is read to the end of a writer ${which}`, async () => {
    const folder = await mkdtemp(join(cwd, 'pipe-'));
    await run('mkfifo', ['pipe.json'], { cwd: folder });
    const writing = run('sh', ['-c', write], { cwd: folder });
    await delay(waitMs);
    const cfg = await defineConfig({ text: string() }, { env }).load([file('pipe.json')], { cwd: folder });
    expect(cfg.value.text).toBe('from a pipe');
    await writing;
  });
}

test('a pipe whose writer came and went while its reader was busy is read all the same', async () => {
  const folder = await mkdtemp(join(cwd, 'pipe-'));
  await run('mkfifo', ['pipe.json'], { cwd: folder });
  const writing = run('sh', ['-c', `echo '{ "text": "from a pipe" }' > pipe.json`], { cwd: folder });
  const loading = defineConfig({ text: string() }, { env }).load([file('pipe.json')], { cwd: folder });
  const until = performance.now() + 200;
  while (performance.now() < until);
  expect((await loading).value.text).toBe('from a pipe');
  await writing;
});

test('a file that grows while it is read is read to its end', async () => {
  const path = join(cwd, 'grows.json');
  await writeFile(path, `{ "text": "short" }`);
  const { fstatSync } = fs;
  const long = `{ "text": "${'x'.repeat(100_000)}" }`;
  const spied = vi.spyOn(fs, 'fstatSync').mockImplementation((...args) => {
    const found = fstatSync(...args);
    writeFileSync(path, long);
    return found;
  });
  try {
    const cfg = await defineConfig({ text: string() }, { env }).load([file('grows.json')], { cwd });
    expect(cfg.value.text).toHaveLength(100_000);
  } finally {
    spied.mockRestore();
  }
});

test('no descriptor stays open, whatever is read', async () => {
  await writeFile(join(cwd, 'fine.json'), '{}');
  await mkdir(join(cwd, 'folder.json'));
  const open = async (): Promise<number> => (await readdir('/dev/fd')).length;
  const load = async (path: string): Promise<unknown> =>
    Promise.allSettled([defineConfig({}, { env }).load([file(path)], { cwd })]);
  for (const path of ['fine.json', 'folder.json', 'large.json', 'nowhere.json']) await load(path);
  const before = await open();
  for (let round = 0; round < 5; round += 1) {
    for (const path of ['fine.json', 'folder.json', 'large.json', 'nowhere.json']) await load(path);
  }
  expect(await open()).toBe(before);
});
