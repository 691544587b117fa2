import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import type { Blobs } from '../../src/modules/registry/blobs.ts';
import { openDatabaseBlobs } from '../../src/modules/registry/database-blobs.ts';
import { createRegistryStore } from '../../src/modules/registry/store.ts';
import type { Database } from '../../src/storage/database.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { openPostgres } from '../../src/storage/postgres.ts';
import { postgresSchemas } from '../support/postgres-schemas.ts';

const schemas = postgresSchemas();
const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const hour = 3_600_000;
let folder: string;
let database: Database;
let blobs: Blobs;
let now = new Date('2026-01-31T12:00:00.000Z');

beforeEach(async (context) => {
  database = await openPostgres(await schemas.create(context));
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-blobs-'));
  now = new Date('2026-01-31T12:00:00.000Z');
  blobs = await openDatabaseBlobs(database.query, { drafts: join(folder, 'drafts'), now: () => now });
}, 120_000);
afterEach(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => schemas[Symbol.asyncDispose]());

async function keep(bytes: Buffer): Promise<string> {
  const draft = await blobs.create();
  try {
    await draft.write(bytes);
    await draft.end();
    await draft.keep();
    return draft.digests().sha256;
  } finally {
    await draft.discard();
  }
}

const later = (ms: number): void => void (now = new Date(now.getTime() + ms));
const sweep = () => blobs.sweep(() => Promise.resolve(new Set()));

test('an archive comes back as it was, at once or as a stream, however often it is kept, and leaves no draft', async () => {
  for (const bytes of [Buffer.alloc(0), randomBytes(10), randomBytes(524_288), randomBytes(2_000_001)]) {
    const [sha256] = await Promise.all([keep(bytes), keep(bytes)]);
    expect((await blobs.readAll(sha256, bytes.length)).equals(bytes)).toBe(true);
    expect((await buffer(blobs.stream(sha256))).equals(bytes)).toBe(true);
  }
  expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
});

test('an archive that is not there is an error that names it', async () => {
  await expect(blobs.readAll('ab'.repeat(32), 3)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
  await expect(buffer(blobs.stream('ab'.repeat(32)))).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
});

test('what no version names goes after an hour, what one names stays, and what is kept again has its hour anew', async () => {
  const [named, orphan] = [await keep(Buffer.from('named')), await keep(Buffer.from('orphan'))];
  const accounts = createAccountStore(database.query, direct);
  await accounts.add({ name: 'ada', email: 'a@example.com', password: 'x', createdAt: now.toISOString() });
  const accountId = (await accounts.find('ada'))?.id as number;
  const version = { name: 'one', version: '1.0.0', manifest: '{}', readme: '', tags: ['latest'], access: undefined };
  const store = createRegistryStore(database.query, direct);
  await store.addVersion({ ...version, sha256: named, bytes: 5, accountId, at: now.toISOString() });
  expect(await sweep()).toBe(0);
  await blobs.remove(orphan);
  expect((await blobs.readAll(orphan, 6)).toString()).toBe('orphan');
  later(hour + 1);
  await keep(Buffer.from('orphan'));
  expect(await sweep()).toBe(0);
  later(hour + 1);
  await blobs.remove(named);
  expect(await sweep()).toBe(1);
  expect((await blobs.readAll(named, 5)).toString()).toBe('named');
  await expect(blobs.readAll(orphan, 6)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
});
