import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  defineConfig,
  detectEnvironment,
  file,
  int,
  provider,
  secret,
  secretsDir,
  type Config,
  type Source,
} from '../../src/index.ts';

const env = detectEnvironment({ env: {} });
const shape = { max: int({ min: 1 }).reloadable(), token: secret().default('-').reloadable() };
let cwd: string;
let cfg: Config<typeof shape> | undefined;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-watch-'));
});
afterEach(async () => {
  await cfg?.close();
  await rm(cwd, { recursive: true });
});

async function load(...sources: Source[]): Promise<Config<typeof shape>> {
  cfg = await defineConfig(shape, { env }).load(sources, { cwd, watch: { quietMs: 10 } });
  return cfg;
}

const writers = [
  {
    how: 'written in place',
    write: async (path: string, text: string): Promise<void> => writeFile(path, text),
  },
  {
    how: 'replaced by a rename',
    write: async (path: string, text: string): Promise<void> => {
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    },
  },
];
for (const { how, write } of writers) {
  test(`every change of a file is seen when it is ${how}`, async () => {
    const path = join(cwd, 'app.json');
    await writeFile(path, '{ "max": 1 }');
    const loaded = await load(file('app.json'));
    for (const max of [2, 3, 4]) {
      await write(path, JSON.stringify({ max }));
      await vi.waitFor(() => expect(loaded.value.max).toBe(max), { timeout: 60_000, interval: 5 });
    }
  });
}

test('a ConfigMap that swaps its hidden directory is seen each time', async () => {
  const mount = join(cwd, 'mount');
  const publish = async (name: string, max: number): Promise<void> => {
    await mkdir(join(mount, name), { recursive: true });
    await writeFile(join(mount, name, 'app.json'), JSON.stringify({ max }));
    await writeFile(join(mount, name, 'token'), `token ${max}`);
    await symlink(name, join(mount, '..next'));
    await rename(join(mount, '..next'), join(mount, '..data'));
  };
  await publish('..1', 1);
  await symlink('..data/app.json', join(mount, 'app.json'));
  await symlink('..data/token', join(mount, 'token'));
  const loaded = await load(file('mount/app.json'), secretsDir('mount'));
  expect(loaded.value.token.reveal()).toBe('token 1');
  for (const max of [2, 3, 4]) {
    await publish(`..${max}`, max);
    await vi.waitFor(() => expect(loaded.value.token.reveal()).toBe(`token ${max}`), { timeout: 60_000, interval: 5 });
    expect(loaded.value.max).toBe(max);
  }
});

test('a release that is swapped by a link to its directory is seen each time, and what is written into it later', async () => {
  const release = async (max: number): Promise<void> => {
    const folder = join(cwd, `releases/${max}/config`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'app.json'), JSON.stringify({ max }));
    await symlink(`releases/${max}`, join(cwd, 'next'));
    await rename(join(cwd, 'next'), join(cwd, 'current'));
  };
  await release(1);
  const loaded = await load(file('current/config/app.json'));
  for (const max of [2, 4, 6]) {
    await release(max);
    await vi.waitFor(() => expect(loaded.value.max).toBe(max), { timeout: 60_000, interval: 5 });
    await writeFile(join(cwd, `releases/${max}/config/app.json`), JSON.stringify({ max: max + 1 }));
    await vi.waitFor(() => expect(loaded.value.max).toBe(max + 1), { timeout: 60_000, interval: 5 });
    await rm(join(cwd, `releases/${max - 1}`), { recursive: true, force: true });
  }
});

test('links that lead in a circle, or nowhere, end no process and are not watched', async () => {
  await symlink('b', join(cwd, 'a'));
  await symlink('a', join(cwd, 'b'));
  await symlink('nowhere', join(cwd, 'c'));
  await writeFile(join(cwd, 'app.json'), '{ "max": 1 }');
  const optional = ['a/app.json', 'c/app.json'].map((path): Source => {
    const { read: _read, ...source } = file(path);
    return { ...source, read: () => ({ values: new Map(), problems: [] }) };
  });
  const loaded = await load(file('app.json'), ...optional);
  await writeFile(join(cwd, 'app.json'), '{ "max": 2 }');
  await vi.waitFor(() => expect(loaded.value.max).toBe(2), { timeout: 60_000, interval: 5 });
});

test('a change while the configuration loads is seen', async () => {
  const path = join(cwd, 'app.json');
  await writeFile(path, '{ "max": 1 }');
  let asked = 0;
  const slow = provider('slow', async () => {
    asked += 1;
    // By now the file has been read.
    if (asked === 1) await writeFile(path, '{ "max": 2 }');
    return {};
  });
  const loaded = await load(file('app.json'), slow);
  expect(asked).toBe(1);
  await vi.waitFor(() => expect(loaded.value.max).toBe(2), { timeout: 60_000, interval: 5 });
});

test('a configuration that cannot be loaded leaves no watcher', async () => {
  const watchers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
  const before = watchers();
  await writeFile(join(cwd, 'app.json'), '{ "max": 0 }');
  await expect(load(file('app.json'))).rejects.toThrow('expected a whole number');
  await vi.waitFor(() => expect(watchers()).toBe(before), { timeout: 60_000 });
});

test('a broken file keeps the last good value until it is mended', async () => {
  const path = join(cwd, 'app.json');
  await writeFile(path, '{ "max": 1 }');
  const loaded = await load(file('app.json'));
  await writeFile(path, '{ "max": ');
  await vi.waitFor(() => expect(loaded.status().ok).toBe(false), { timeout: 60_000, interval: 5 });
  expect(loaded.value.max).toBe(1);
  await writeFile(path, '{ "max": 2 }');
  await vi.waitFor(() => expect(loaded.value.max).toBe(2), { timeout: 60_000, interval: 5 });
  expect(loaded.status().ok).toBe(true);
});

test('1,000 torn writes show no half value, and the last valid one wins', async () => {
  const path = join(cwd, 'app.json');
  const text = (max: number): string => `${JSON.stringify({ max, token: `t${max}` }, undefined, 2)}\n`;
  await writeFile(path, text(1));
  const loaded = await load(file('app.json'));
  const seen = new Set<string>();
  loaded.onChange('max', (max) => seen.add(`${max} ${loaded.value.token.reveal()}`));
  for (let round = 2; round <= 1_000; round += 1) {
    await writeFile(path, text(round).slice(0, round % 20));
    if (round % 97 === 0) await loaded.reload().catch(() => undefined);
    await writeFile(path, text(round));
  }
  await vi.waitFor(() => expect(loaded.value.max).toBe(1_000), { timeout: 60_000, interval: 5 });
  for (const pair of seen) expect(pair).toMatch(/^(\d+) t\1$/);
  expect(await readFile(path, 'utf8')).toBe(text(1_000));
}, 120_000);

test('a directory that is missing is not watched, and close leaves no watcher', async () => {
  const watchers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
  const before = watchers();
  await writeFile(join(cwd, 'app.json'), '{ "max": 1 }');
  const loaded = await load(file('app.json'), secretsDir('nowhere'));
  await loaded.close();
  await loaded.close();
  await vi.waitFor(() => expect(watchers()).toBe(before), { timeout: 60_000 });
});

test('a file beside it that never rests keeps no change waiting', async () => {
  await writeFile(join(cwd, 'app.json'), '{ "max": 1 }');
  const config = await load(file('app.json'));
  const noise = setInterval(() => void writeFile(join(cwd, 'app.log'), String(Math.random())), 4);
  try {
    await writeFile(join(cwd, 'app.json'), '{ "max": 2 }');
    await vi.waitFor(() => expect(config.value.max).toBe(2), { timeout: 60_000, interval: 5 });
  } finally {
    clearInterval(noise);
  }
  expect(config.status().ok).toBe(true);
});
