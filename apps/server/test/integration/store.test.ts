import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { createReportStore } from '../../src/modules/reports/store.ts';
import { openDatabase, type Database } from '../../src/storage/database.ts';
import { newReport } from '../support/new-report.ts';

let folder: string;
let file: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-store-'));
  file = join(folder, 'data', 'server.sqlite');
  database = await openDatabase(file, { busyTimeoutMs: 20 });
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a database that another process has locked is STORE_UNAVAILABLE, and works again afterwards', async () => {
  const store = createReportStore(database.query);
  const other = new DatabaseSync(file);
  try {
    other.exec('BEGIN EXCLUSIVE');
    await expect(store.add(newReport(), 'push token')).rejects.toSatisfy(ServerErrors.STORE_UNAVAILABLE.is);
    other.exec('ROLLBACK');
    expect(await store.add(newReport(), 'push token')).toEqual({ id: 'one', created: true });
  } finally {
    other.close();
  }
});

test('what was written is there after the database was opened again', async () => {
  await createReportStore(database.query).add(newReport(), 'push token');
  await database.close();
  database = await openDatabase(file);
  expect((await createReportStore(database.query).body('one', undefined))?.report.project).toBe('orders');
});

test('a file that is no database is refused with its name', async () => {
  const broken = join(folder, 'broken.sqlite');
  writeFileSync(broken, 'this is not a database, but long enough to have a header of its own '.repeat(20));
  const failure = await openDatabase(broken).catch((error: unknown) => error);
  expect(ServerErrors.DATA_UNREADABLE.is(failure)).toBe(true);
  expect(String(failure)).toContain(broken);
});

/** Another program that holds the lock of a database that is not in write-ahead mode yet. */
async function lockedElsewhere(place: string, ms: number): Promise<Worker> {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const { DatabaseSync } = require('node:sqlite');
     const database = new DatabaseSync(workerData.place);
     database.exec('CREATE TABLE other (x); BEGIN EXCLUSIVE');
     parentPort.postMessage('locked');
     setTimeout(() => database.close(), workerData.ms);`,
    { eval: true, workerData: { place, ms } },
  );
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}

test('opening waits for the program that holds the lock', async () => {
  const place = join(folder, 'locked.sqlite');
  const worker = await lockedElsewhere(place, 300);
  const opened = await openDatabase(place);
  expect(await createReportStore(opened.query).projects(undefined)).toEqual([]);
  await opened.close();
  await worker.terminate();
});

test('opening gives up on a lock that stays', async () => {
  const place = join(folder, 'locked.sqlite');
  const worker = await lockedElsewhere(place, 60_000);
  const failure = await openDatabase(place, { openTimeoutMs: 50 }).catch((error: unknown) => error);
  await worker.terminate();
  expect(ServerErrors.DATA_UNREADABLE.is(failure)).toBe(true);
  expect(String(failure)).toContain('database is locked');
});
