// Several processes keep their versions in one folder.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defineConfig, int, object, string, type Config } from '../../src/index.ts';
import { draftOf } from '../../src/drafts.ts';

const shape = { who: string().default('-').reloadable(), n: int().default(0).reloadable() };
const fixture = join(import.meta.dirname, '../fixtures/shared-history.ts');
let path: string;
let folder: string;
const writers: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-shared-'));
  path = join(folder, 'history');
});
afterEach(async () => {
  for (const writer of writers.splice(0)) writer.kill('SIGKILL');
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function load(keep = 10_000): Promise<Config<typeof shape>> {
  return defineConfig(shape).load([object({})], { history: { path, keep } });
}

interface Said {
  readonly version: number;
  readonly by: string;
}

/** A process that changes the configuration, and what it was told. */
function start(name: string, count: number): { readonly writer: ChildProcess; readonly said: Said[] } {
  const said: Said[] = [];
  const writer = fork(fixture, [path, name, String(count)], { execArgv: ['--conditions=@seaworthy/source'] });
  writers.push(writer);
  writer.on('message', (message) => said.push(message as Said));
  return { writer, said };
}

test('of four processes that write at once no version is lost, and each has a number of its own', async () => {
  const started = ['a', 'b', 'c', 'd'].map((name) => start(name, 50));
  const codes = await Promise.all(started.map(async ({ writer }) => once(writer, 'close')));
  expect(codes).toEqual(started.map(() => [0, null]));
  const said = started.flatMap((each) => each.said).toSorted((a, b) => a.version - b.version);
  expect(new Set(said.map(({ version }) => version)).size).toBe(200);

  const config = await load();
  const kept = config.history().filter(({ by }) => by !== 'load');
  expect(kept.map(({ version, by }) => ({ version, by }))).toEqual(said);
  const own = said.filter(({ by }) => by.startsWith('b'));
  await config.rollback(own[20]?.version ?? 0);
  expect(config.value).toEqual({ who: 'b', n: 21 });
}, 120_000);

test('writers that are killed lose no version that was told, hold up nobody, and leave nothing for ever', async () => {
  const told: Said[] = [];
  const steady = start('steady', 60);
  const ended = once(steady.writer, 'close');
  for (let kill = 1; kill <= 4; kill += 1) {
    const { writer, said } = start(`killed${kill}`, 1_000_000);
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(kill * 3), { timeout: 60_000, interval: 1 });
    writer.kill('SIGKILL');
    await once(writer, 'close');
    told.push(...said);
  }
  expect(await ended).toEqual([0, null]);

  const kept = (await load()).history().map(({ version, by }) => ({ version, by }));
  expect(kept).toEqual(expect.arrayContaining([...told, ...steady.said]));
  expect((await readdir(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 120_000);

test('a version that another process adds is seen at once, and can be gone back to', async () => {
  const [one, other] = [await load(), await load()];
  await other.update({ n: 5 }, { by: 'other' });
  expect(one.history().map(({ by }) => by)).toEqual(['load', 'other']);
  expect(await one.rollback(2)).toMatchObject({ version: 3 });
  expect(one.value.n).toBe(5);
});

test('a writer that was stopped while others came and went adds its version at the end', async () => {
  const [slow, quick] = [await load(), await load(1)];
  const { open } = fs.promises;
  let thereMeanwhile: readonly string[] | undefined;
  vi.spyOn(fs.promises, 'open').mockImplementation(async (...args) => {
    if (thereMeanwhile === undefined && args[0] === join(path, '2.json')) {
      thereMeanwhile = [];
      for (const n of [1, 2, 3]) await quick.update({ n });
      thereMeanwhile = await readdir(path);
    }
    return open(...args);
  });
  expect(await slow.update({ n: 9 }, { by: 'slow' })).toMatchObject({ version: 5 });
  // What it wanted to create had been there, and was forgotten.
  expect(thereMeanwhile).toEqual(['4.json']);
  expect((await load()).history().map(({ version, by }) => `${version} ${by}`)).toEqual([
    '4 update',
    '5 slow',
    '6 load',
  ]);
});

const ourDraft = (file: string): string => basename(draftOf(join(path, file)));
const drafts = [
  { of: 'a process that is gone', name: () => gone(ourDraft('3.json')), isKept: false },
  { of: 'a process that runs', name: () => withPid(ourDraft('3.json'), process.ppid), isKept: true },
  { of: 'this process', name: () => ourDraft('3.json'), isKept: true },
  { of: 'an earlier process with the same number', name: () => ourDraft('3.json'), ageMs: 3_600_000, isKept: false },
  { of: 'a process on another host', name: () => elsewhere(ourDraft('3.json')), isKept: true },
  {
    of: 'a process on another host, a day old',
    name: () => elsewhere(ourDraft('3.json')),
    ageMs: 90_000_000,
    isKept: false,
  },
  { of: 'somebody else', name: () => 'notes.tmp', isKept: true },
];
for (const { of, name, ageMs = 0, isKept } of drafts) {
  test(`a draft of ${of} is ${isKept ? 'left alone' : 'removed'} when the folder is opened`, async () => {
    await mkdir(path);
    const draft = name();
    await writeFile(join(path, draft), '{');
    const then = (Date.now() - ageMs) / 1_000;
    if (ageMs > 0) await utimes(join(path, draft), then, then);
    await load();
    expect((await readdir(path)).includes(draft)).toBe(isKept);
  });
}

test('a draft that somebody removes while it is written is written again', async () => {
  const config = await load();
  const { rename } = fs.promises;
  let removed = 0;
  vi.spyOn(fs.promises, 'rename').mockImplementation(async (from, to) => {
    if (removed < 2) await rm(String(from));
    removed += 1;
    return rename(from, to);
  });
  expect(await config.update({ n: 1 })).toMatchObject({ version: 2 });
  expect(removed).toBe(3);
  expect((await load()).history().some(({ version }) => version === 2)).toBe(true);
});

test('a backup removes the drafts of killed backups to the same file, and no others', async () => {
  const config = await load();
  const names = [gone(ourDraft('a.json')), gone(ourDraft('b.json'))];
  for (const name of names) await writeFile(join(folder, name), '{');
  await config.backup(join(folder, 'a.json'));
  expect(new Set(await readdir(folder))).toEqual(new Set(['a.json', 'history', names[1]]));
});

const withPid = (draft: string, pid: number): string => draft.replace(`-${process.pid}-`, `-${pid}-`);
/** No system gives out a number this high. */
const gone = (draft: string): string => withPid(draft, 999_999_999);
const elsewhere = (draft: string): string => draft.replace(/\.[\da-f]{8}-/, '.00000000-');
