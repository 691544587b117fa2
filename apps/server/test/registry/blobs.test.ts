// What archives promise wherever they are: in a folder, in PostgreSQL, in a bucket.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { openBlobs, type Blobs } from '../../src/modules/registry/blobs.ts';
import { openBucketBlobs } from '../../src/modules/registry/bucket-blobs.ts';
import { openDatabaseBlobs } from '../../src/modules/registry/database-blobs.ts';
import { createRegistryStore } from '../../src/modules/registry/store.ts';
import { openDatabase, type Database } from '../../src/storage/database.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { openPostgres } from '../../src/storage/postgres.ts';
import { postgresSchemas } from '../support/postgres-schemas.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { testBucket, type TestBucket } from '../support/test-bucket.ts';

const schemas = postgresSchemas();
const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const hour = 3_600_000;
const absent = 'ab'.repeat(32);
let folder: string;
let drafts: string;
let database: Database;
let s3: S3Server;
let bucket: TestBucket;
let now = new Date('2026-01-31T12:00:00.000Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-blobs-'));
  drafts = join(folder, 'drafts');
  now = new Date('2026-01-31T12:00:00.000Z');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => schemas[Symbol.asyncDispose]());

const clock = (): Date => now;
const later = (ms: number): void => void (now = new Date(now.getTime() + ms));
const inDatabase = (): Promise<Blobs> => openDatabaseBlobs(database.query, { drafts, now: clock });
const inBucket = (): Promise<Blobs> => openBucketBlobs(database.query, bucket, { drafts, now: clock });

async function keep(blobs: Blobs, bytes: Buffer): Promise<string> {
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

/** A version that needs these archives. */
async function publish(...archives: readonly string[]): Promise<void> {
  const accounts = createAccountStore(database.query, direct);
  await accounts.add({ name: 'ada', email: 'a@example.com', password: 'x', createdAt: now.toISOString() });
  const accountId = (await accounts.find('ada'))?.id as number;
  const version = { name: 'one', manifest: '{}', readme: '', tags: ['latest'], access: undefined };
  const store = createRegistryStore(database.query, direct);
  for (const [index, sha256] of archives.entries()) {
    const at = now.toISOString();
    await store.addVersion({ ...version, version: `1.0.${index}`, sha256, bytes: 5, accountId, at });
  }
}

const sweep = async (blobs: Blobs): Promise<number> => {
  const store = createRegistryStore(database.query, direct);
  return blobs.sweep((sha256) => store.needed(sha256));
};

async function openShared(context: TestContext): Promise<void> {
  database = await openPostgres(await schemas.create(context));
}
async function openBoth(context: TestContext): Promise<void> {
  s3 = await startS3Server({ time: clock, pageSize: 3 });
  bucket = testBucket(s3);
  await openShared(context);
}
async function closeBoth(): Promise<void> {
  await database?.close();
  await bucket?.[Symbol.asyncDispose]();
  await s3?.[Symbol.asyncDispose]();
}

describe.each<{ kind: string; open: (context: TestContext) => Promise<Blobs>; close: () => Promise<void> }>([
  {
    kind: 'a folder',
    async open() {
      database = await openDatabase(':memory:');
      return openBlobs(folder);
    },
    close: () => database.close(),
  },
  {
    kind: 'PostgreSQL',
    async open(context) {
      await openShared(context);
      return inDatabase();
    },
    close: () => database?.close() ?? Promise.resolve(),
  },
  {
    kind: 'a bucket',
    async open(context) {
      await openBoth(context);
      return inBucket();
    },
    close: closeBoth,
  },
])('in $kind', ({ open, close }) => {
  let blobs: Blobs;
  beforeEach(async (context) => {
    blobs = await open(context);
  }, 120_000);
  afterEach(close);

  test('an archive comes back as it was, at once or as a stream, however often it is kept, and leaves no draft', async () => {
    for (const bytes of [Buffer.alloc(0), randomBytes(10), randomBytes(524_288), randomBytes(2_000_001)]) {
      const [sha256] = await Promise.all([keep(blobs, bytes), keep(blobs, bytes)]);
      expect((await blobs.readAll(sha256, bytes.length)).equals(bytes)).toBe(true);
      expect((await buffer(await blobs.stream(sha256))).equals(bytes)).toBe(true);
    }
    expect(readdirSync(drafts)).toEqual([]);
  });

  test('an archive that is not there is an error', async () => {
    await expect(blobs.readAll(absent, 3)).rejects.toThrow(absent);
    await expect(blobs.stream(absent).then(buffer)).rejects.toThrow(absent);
  });

  test('what a version names is swept by nobody, and what none names goes in the end', async () => {
    const [named, orphan] = [await keep(blobs, Buffer.from('named')), await keep(blobs, Buffer.from('orphan'))];
    await publish(named);
    later(hour + 1);
    expect(await sweep(blobs)).toBe(1);
    expect((await blobs.readAll(named, 5)).toString()).toBe('named');
    await expect(blobs.readAll(orphan, 6)).rejects.toThrow(orphan);
    expect(await keep(blobs, Buffer.from('orphan'))).toBe(orphan);
    expect((await blobs.readAll(orphan, 6)).toString()).toBe('orphan');
  });
});

describe.each([
  { kind: 'PostgreSQL', open: inDatabase },
  { kind: 'a bucket', open: inBucket },
])('among several servers, in $kind', ({ open }) => {
  let blobs: Blobs;
  beforeEach(async (context) => {
    await openBoth(context);
    blobs = await open();
  }, 120_000);
  afterEach(closeBoth);

  test('what no version names goes after an hour, and what is kept again has its hour anew', async () => {
    const [named, orphan] = [await keep(blobs, Buffer.from('named')), await keep(blobs, Buffer.from('orphan'))];
    await publish(named);
    expect(await sweep(blobs)).toBe(0);
    await blobs.remove(orphan);
    expect((await blobs.readAll(orphan, 6)).toString()).toBe('orphan');
    later(hour + 1);
    await keep(blobs, Buffer.from('orphan'));
    expect(await sweep(blobs)).toBe(0);
    later(hour + 1);
    await blobs.remove(named);
    expect(await sweep(blobs)).toBe(1);
    expect((await blobs.readAll(named, 5)).toString()).toBe('named');
    await expect(blobs.readAll(orphan, 6)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
  });
});

describe('in a bucket alone', () => {
  let blobs: Blobs;
  beforeEach(async (context) => {
    await openBoth(context);
    blobs = await inBucket();
  }, 120_000);
  afterEach(closeBoth);
  const names = (): string[] => [...s3.objects.keys()];

  test('two servers that keep the same at once leave one object, and no name is used twice', async () => {
    const other = await openBucketBlobs(database.query, bucket, { drafts: join(folder, 'others'), now: clock });
    const bytes = Buffer.from('the same');
    const [sha256] = await Promise.all([keep(blobs, bytes), keep(other, bytes)]);
    expect(names()).toEqual([expect.stringMatching(new RegExp(`^team/${sha256}-[0-9a-f]{16}$`))]);
    const [first] = names();
    later(hour + 1);
    await blobs.remove(sha256);
    expect(names()).toEqual([]);
    await keep(other, bytes);
    expect(names()).toHaveLength(1);
    expect(names()).not.toEqual([first]);
    // It remembers the old name, and finds the new one.
    expect((await blobs.readAll(sha256, 8)).equals(bytes)).toBe(true);
  });

  test('an archive whose object has gone is an error, until it is sent again', async () => {
    const sha256 = await keep(blobs, Buffer.from('lost'));
    s3.objects.clear();
    await expect(blobs.readAll(sha256, 4)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
    await keep(blobs, Buffer.from('lost'));
    expect((await blobs.readAll(sha256, 4)).toString()).toBe('lost');
  });

  test('objects that nobody names go after an hour, page for page, and what is not called like ours stays', async () => {
    const named = await keep(blobs, Buffer.from('named'));
    await publish(named);
    const ours = [...Array(7).keys()].map((index) => `team/${String(index).repeat(64)}-0123456789abcdef`);
    const foreign = [
      'team/backup.tgz',
      'team/a&b',
      `team/sub/${absent}-0123456789abcdef`,
      `${absent}-0123456789abcdef`,
    ];
    for (const name of [...ours, ...foreign])
      s3.objects.set(name, { bytes: Buffer.from('x'), modifiedAt: now, headers: {} });
    expect(await sweep(blobs)).toBe(0);
    // The time of a bucket has no milliseconds.
    later(hour + 1_000);
    expect(await sweep(blobs)).toBe(7);
    expect(names().filter((name) => !name.includes(named))).toEqual(foreign);
    expect((await blobs.readAll(named, 5)).toString()).toBe('named');
  });

  test('a publication that the bucket did not take leaves nothing, and the next one works', async () => {
    s3.fail('PUT', { kind: 'status', status: 403, code: 'AccessDenied' });
    const bytes = Buffer.from('refused');
    await expect(keep(blobs, bytes)).rejects.toSatisfy(ServerErrors.STORAGE_REFUSED.is);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await expect(blobs.readAll(sha256, 7)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
    expect([readdirSync(drafts), names()]).toEqual([[], []]);
    expect(await keep(blobs, bytes)).toBe(sha256);
    expect((await blobs.readAll(sha256, 7)).equals(bytes)).toBe(true);
  });

  test('archives that were in the database are read from there, moved at the next sweep, and cleared an hour later', async () => {
    const old = await openDatabaseBlobs(database.query, { drafts: join(folder, 'old'), now: clock });
    const bytes = randomBytes(600_000);
    const sha256 = await keep(old, bytes);
    await publish(sha256);
    const reading = async (): Promise<boolean> => (await blobs.readAll(sha256, bytes.length)).equals(bytes);
    const parts = () => database.query.selectFrom('archive_parts').select('position').execute();
    expect(await reading()).toBe(true);
    expect(names()).toEqual([]);
    expect(await sweep(blobs)).toBe(0);
    expect(names()).toHaveLength(1);
    expect([await reading(), (await parts()).length]).toEqual([true, 2]);
    later(hour + 1);
    expect(await sweep(blobs)).toBe(0);
    expect([await reading(), (await parts()).length]).toEqual([true, 0]);
  });

  test('a sweep ends when it is told to', async () => {
    s3.objects.set(`team/${absent}-0123456789abcdef`, { bytes: Buffer.from('x'), modifiedAt: now, headers: {} });
    later(hour + 1_000);
    await expect(blobs.sweep(() => Promise.resolve(new Set()), AbortSignal.abort())).rejects.toThrow('aborted');
    expect(names()).toHaveLength(1);
  });
});
