import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { openDatabase, type Database } from '../src/storage/database.ts';
import { synchronised } from '../src/storage/pipeline.ts';
import { openWalSync, type WalSync } from '../src/storage/wal-sync.ts';

let folder: string;
let database: Database;
let wal: WalSync | undefined;
/** Synchronisations that have begun, to be ended by the test. */
let begun: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-wal-'));
  database = await openDatabase(join(folder, 'a.sqlite'));
  begun = [];
});

afterEach(async () => {
  for (const each of begun) each.resolve();
  await wal?.close();
  wal = undefined;
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(timeoutMs = 60_000): WalSync {
  const sync = (): Promise<void> => new Promise((resolve, reject) => void begun.push({ resolve, reject }));
  wal = openWalSync(join(folder, 'a.sqlite'), { timeoutMs, sync });
  return wal;
}

/** What has been settled so far. */
function watch(...waiting: readonly Promise<void>[]): string[] {
  const ended: string[] = [];
  for (const [index, each] of waiting.entries()) {
    each.then(
      () => ended.push(`${index} synced`),
      (error: unknown) => ended.push(`${index} ${ServerErrors.WRITE_UNCONFIRMED.is(error) ? 'unconfirmed' : 'failed'}`),
    );
  }
  return ended;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('(1) (2) who comes while one is running waits for the next one, together with all others', async () => {
  const { synced } = open();
  const ended = watch(synced(), synced(), synced());
  await turn();
  expect([begun.length, ended]).toEqual([1, []]);
  begun[0]?.resolve();
  await turn();
  expect([begun.length, ended]).toEqual([2, ['0 synced']]);
  begun[1]?.resolve();
  await turn();
  expect([begun.length, ended]).toEqual([2, ['0 synced', '1 synced', '2 synced']]);
});

test('(3) after the disk has failed nothing is acknowledged any more', async () => {
  const { synced } = open();
  const ended = watch(synced(), synced());
  begun[0]?.reject(new Error('EIO'));
  await turn();
  await turn();
  expect(ended).toEqual(['0 unconfirmed', '1 unconfirmed']);
  await expect(synced()).rejects.toMatchObject({ code: ServerErrors.WRITE_UNCONFIRMED.code });
  expect(begun).toHaveLength(1);
});

test('(4) nobody waits longer than the deadline', async () => {
  await expect(open(10).synced()).rejects.toThrow('after 10 ms');
});

test('a write is answered when the disk has it, and one that failed waits for nothing', async () => {
  const { synced } = open();
  const writes = synchronised({ execute: (task) => task() }, synced);
  const ended = watch(writes.execute(() => Promise.resolve()));
  await expect(writes.execute(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await turn();
  expect([begun.length, ended]).toEqual([1, []]);
  begun[0]?.resolve();
  await turn();
  expect(ended).toEqual(['0 synced']);
});

test('a database in a file leaves its commits to that, and synchronises them', async () => {
  const { rows } = await sql<{ synchronous: number }>`PRAGMA synchronous`.execute(database.query);
  const normal = 1;
  expect(rows[0]?.synchronous).toBe(normal);
  await Promise.all([database.synced(), database.synced(), database.synced()]);
});
