import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFlags, file } from '../../src/index.ts';
import type { Flags } from '../../src/index.ts';
import { toggle } from '../make.ts';

// Always of the same length, so that the size gives no change away.
const flagsText = (variant: 'on' | 'off'): string => JSON.stringify({ flags: { a: toggle(variant) } }).padEnd(200);

let directory: string;
let path: string;
const open: Flags[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flags-'));
  path = join(directory, 'flags.json');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((flags) => flags.close()));
  await rm(directory, { recursive: true, force: true });
});

async function flagsFrom(where: string): Promise<Flags> {
  const flags = await createFlags({ source: file(where) });
  open.push(flags);
  return flags;
}

const patience = { timeout: 60_000, interval: 5 };

/** The value of the flag once it is the wanted one; rejects if that takes too long. */
async function settled(flags: Flags, wanted: boolean): Promise<unknown> {
  const check = (): void => {
    if (flags.value('a') !== wanted) throw new Error(`the flag is still ${String(!wanted)}`);
  };
  await vi.waitFor(check, patience);
  return flags.value('a');
}

async function isRefused(flags: Flags, code: string): Promise<void> {
  await vi.waitFor(() => expect(flags.status().lastError?.code).toBe(`seaworthy.flags.${code}`), patience);
}

test('a file written in place is loaded, again and again', async () => {
  await writeFile(path, flagsText('on'));
  const flags = await flagsFrom(path);
  for (const variant of ['off', 'on', 'off', 'on', 'off'] as const) {
    await writeFile(path, flagsText(variant));
    expect(await settled(flags, variant === 'on')).toBe(variant === 'on');
  }
});

test('a file replaced by a rename is loaded, again and again', async () => {
  await writeFile(path, flagsText('on'));
  const flags = await flagsFrom(path);
  for (const variant of ['off', 'on', 'off', 'on', 'off'] as const) {
    await writeFile(join(directory, 'next'), flagsText(variant));
    await rename(join(directory, 'next'), path);
    expect(await settled(flags, variant === 'on')).toBe(variant === 'on');
  }
});

test('a ConfigMap is loaded each time its symbolic link is swapped', async () => {
  const publish = async (revision: number, variant: 'on' | 'off'): Promise<void> => {
    await mkdir(join(directory, `..rev${revision}`));
    await writeFile(join(directory, `..rev${revision}`, 'flags.json'), flagsText(variant));
    await symlink(`..rev${revision}`, join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    await rm(join(directory, `..rev${revision - 1}`), { recursive: true, force: true });
  };
  await publish(1, 'on');
  await symlink('..data/flags.json', path);
  const flags = await flagsFrom(path);
  for (const revision of [2, 3, 4, 5]) {
    const variant = revision % 2 === 0 ? 'off' : 'on';
    await publish(revision, variant);
    expect(await settled(flags, variant === 'on')).toBe(variant === 'on');
  }
});

test('a file that is deleted leaves the last good flags, and is loaded when it comes back', async () => {
  await writeFile(path, flagsText('on'));
  const flags = await flagsFrom(path);
  await rm(path);
  await isRefused(flags, 'SOURCE_FAILED');
  expect(flags.value('a')).toBe(true);
  await writeFile(path, flagsText('off'));
  expect(await settled(flags, false)).toBe(false);
  expect(flags.status().lastError).toBeUndefined();
});

test('a file that is truncated, then half written, leaves the last good flags', async () => {
  await writeFile(path, flagsText('on'));
  const flags = await flagsFrom(path);
  await truncate(path);
  await isRefused(flags, 'NOT_JSON');
  await writeFile(path, flagsText('off').slice(0, 20));
  expect(flags.value('a')).toBe(true);
  await writeFile(path, flagsText('off'));
  expect(await settled(flags, false)).toBe(false);
});

test('a directory that is taken away and comes back is noticed', async () => {
  const inner = join(directory, 'mounted');
  await mkdir(inner);
  await writeFile(join(inner, 'flags.json'), flagsText('on'));
  const flags = await flagsFrom(join(inner, 'flags.json'));
  await rm(inner, { recursive: true });
  await isRefused(flags, 'SOURCE_FAILED');
  await mkdir(inner);
  await writeFile(join(inner, 'flags.json'), flagsText('off'));
  expect(await settled(flags, false)).toBe(false);
});

test('without any event the poll notices: the directory did not exist when it was to be watched', async () => {
  const changes: string[] = [];
  const source = file(join(directory, 'later', 'flags.json'), { pollMs: 20 });
  const watching = source.watch?.(() => changes.push('changed'));
  await vi.waitFor(() => expect(changes).toEqual(['changed']), patience);
  await mkdir(join(directory, 'later'));
  await writeFile(join(directory, 'later', 'flags.json'), flagsText('on'));
  await vi.waitFor(() => expect(changes.length).toBeGreaterThan(1), patience);
  watching?.[Symbol.dispose]();
});

test('after it is disposed a source notices nothing', async () => {
  await writeFile(path, flagsText('on'));
  let changes = 0;
  const source = file(path, { pollMs: 5 });
  const watching = source.watch?.(() => (changes += 1));
  await vi.waitFor(() => expect(changes).toBeGreaterThan(0), patience);
  watching?.[Symbol.dispose]();
  const before = changes;
  const control = file(path, { pollMs: 5 });
  let controlChanges = 0;
  const controlWatching = control.watch?.(() => (controlChanges += 1));
  await writeFile(path, flagsText('off'));
  await vi.waitFor(() => expect(controlChanges).toBeGreaterThan(1), patience);
  controlWatching?.[Symbol.dispose]();
  expect(changes).toBe(before);
});

test('a file that is not there says so', async () => {
  await expect(createFlags({ source: file(path) })).rejects.toMatchObject({
    code: 'seaworthy.flags.SOURCE_FAILED',
    message: expect.stringContaining('ENOENT'),
  });
});
