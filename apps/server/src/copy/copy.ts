// Copies all that a server keeps in its folder into an empty database of PostgreSQL, and its archives into a bucket if there is one.
// (1) All of it or nothing: everything happens in one transaction, which ends when source and copy were compared.
//     In a bucket objects may be left that nobody names; the next server removes them.
// (2) Nobody writes meanwhile: the folder is held, and the tables of the target are locked.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql, type Transaction } from 'kysely';
import { ServerErrors } from '../errors.ts';
import { objectName } from '../modules/registry/archive-rows.ts';
import { refreshSearch } from '../modules/registry/store-search.ts';
import type { Bucket } from '../storage/bucket/bucket.ts';
import { openDatabase, type Database } from '../storage/database.ts';
import { holdFolder } from '../storage/hold.ts';
import { addressOf, openPostgres } from '../storage/postgres.ts';
import type { Tables } from '../storage/schema.ts';
import { openCopySource, rowDigest, type CopiedRow, type CopiedTable, type CopySource } from './source.ts';

export interface CopyOptions {
  readonly dataDir: string;
  /** The address of the target. */
  readonly url: string;
  /** Where archives go. @default into the database too */
  readonly bucket?: Bucket | undefined;
  readonly now?: () => Date;
}

/** How many rows of each table, and how many archives, are now in both. */
export interface Copied {
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly digest: string }[];
  readonly archives: number;
}

/** @throws DATA_IN_USE, DATA_UNREADABLE, DATABASE_UNUSABLE, DATABASE_NOT_EMPTY, ARCHIVE_MISSING, COPY_DIFFERS, STORAGE_UNAVAILABLE */
export async function copyToPostgres({ dataDir, url, bucket, now = () => new Date() }: CopyOptions): Promise<Copied> {
  const file = join(dataDir, 'server.sqlite');
  if (!existsSync(file)) throw new ServerErrors.DATA_UNREADABLE({ file, reason: 'there is no such file' });
  const hold = await holdFolder(dataDir);
  try {
    // Brings its tables up to date, as the next start would: the target has the newest ones.
    await (await openDatabase(file)).close();
    const source = openCopySource(file);
    try {
      return await copyInto(url, source, { dataDir, bucket, address: addressOf(url), at: now().toISOString() });
    } finally {
      source[Symbol.dispose]();
    }
  } finally {
    hold[Symbol.dispose]();
  }
}

async function copyInto(url: string, source: CopySource, place: Place): Promise<Copied> {
  const target = await openPostgres(url, { statementMs: 0, maxConnections: 2 });
  try {
    return await copyAll(source, target, place);
  } finally {
    await target.close();
  }
}

type Db = Transaction<Tables>;

interface Place {
  readonly dataDir: string;
  readonly bucket: Bucket | undefined;
  readonly address: string;
  readonly at: string;
}

/** Made by migrations in both. */
const seeded = 'market_categories';
/** Made anew with the words of packages, and copied over that. */
const summaries = 'npm_summaries';

function copyAll(source: CopySource, { query }: Database, { dataDir, bucket, address, at }: Place): Promise<Copied> {
  return query.transaction().execute(async (db) => {
    await refuseUnlessEmpty(db, source.tables, address);
    await db.deleteFrom(seeded).execute();
    const copied = [];
    for (const table of source.tables) copied.push({ table, ...(await copyRows(db, source, table)) });
    await makeWords(db);
    for (const { table } of copied.filter(({ table: { name } }) => name === summaries)) {
      await db.deleteFrom(summaries).execute();
      await copyRows(db, source, table);
    }
    const archives = source.archives();
    for (const archive of archives) await copyArchive(db, { ...archive, dataDir, bucket, at });
    await copyKeys(db, dataDir);
    for (const { table } of copied) await goOnNumbering(db, table);
    for (const { table, rows, digest } of copied) {
      const found = await digestOf(db, table);
      if (found.digest === digest) continue;
      throw new ServerErrors.COPY_DIFFERS({ table: table.name, expected: rows, found: found.rows });
    }
    return {
      tables: copied.map(({ table: { name }, rows, digest }) => ({ name, rows, digest })),
      archives: archives.length,
    };
  });
}

/** Locks first: what is empty stays empty. */
async function refuseUnlessEmpty(db: Db, tables: readonly CopiedTable[], address: string): Promise<void> {
  const own = ['archives', 'archive_parts', 'shared_secrets'];
  const names = [...tables.map(({ name }) => name), ...own];
  await sql`LOCK TABLE ${sql.join(names.map((name) => sql.table(name)))} IN ACCESS EXCLUSIVE MODE`.execute(db);
  for (const name of names.filter((each) => each !== seeded)) {
    const { rows } = await sql`SELECT 1 FROM ${sql.table(name)} LIMIT 1`.execute(db);
    if (rows.length > 0) throw new ServerErrors.DATABASE_NOT_EMPTY({ address, table: name });
  }
}

const mostRows = 500;
const mostCharacters = 4_000_000;

async function copyRows(db: Db, source: CopySource, table: CopiedTable): Promise<{ rows: number; digest: string }> {
  const digest = rowDigest();
  let [batch, characters]: [CopiedRow[], number] = [[], 0];
  const write = async (): Promise<void> => {
    if (batch.length > 0)
      await db
        .insertInto(table.name as 'projects')
        .values(batch as never)
        .execute();
    [batch, characters] = [[], 0];
  };
  for (const row of source.rows(table)) {
    digest.add(table, row);
    batch.push(row);
    for (const value of Object.values(row)) characters += typeof value === 'string' ? value.length : 8;
    if (batch.length >= mostRows || characters >= mostCharacters) await write();
  }
  await write();
  return digest.result();
}

/** Reads back what was written, some rows at a time. */
async function digestOf(db: Db, table: CopiedTable): Promise<{ rows: number; digest: string }> {
  const digest = rowDigest();
  const columns = sql.join(table.columns.map((column) => sql.ref(column)));
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  await sql`DECLARE copied NO SCROLL CURSOR FOR SELECT ${columns} FROM ${sql.table(table.name)} ORDER BY ${key}`.execute(
    db,
  );
  for (;;) {
    const { rows } = await sql<CopiedRow>`FETCH 100 FROM copied`.execute(db);
    for (const row of rows) digest.add(table, row);
    if (rows.length === 0) break;
  }
  await sql`CLOSE copied`.execute(db);
  return digest.result();
}

async function makeWords(db: Db): Promise<void> {
  const packages = await db.selectFrom('npm_packages').select('id').where('removed_at', 'is', null).execute();
  for (const { id } of packages) await refreshSearch(db, id);
}

const partBytes = 524_288;

interface CopiedArchive {
  readonly sha256: string;
  readonly bytes: number;
  readonly dataDir: string;
  readonly bucket: Bucket | undefined;
  readonly at: string;
}

/** Its bytes are checked on their way: what has changed on the disk since it was published is not copied. */
async function copyArchive(db: Db, { sha256, bytes, dataDir, bucket, at }: CopiedArchive): Promise<void> {
  const path = join(dataDir, 'archives', sha256.slice(0, 2), sha256);
  if (bucket !== undefined) {
    const object = await sendArchive(bucket, sha256, path);
    await db.insertInto('archives').values({ sha256, bytes, kept_at: at, object }).execute();
    return;
  }
  const file = await open(path).catch((cause: unknown) => {
    throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: (cause as Error).message }, { cause });
  });
  try {
    await db.insertInto('archives').values({ sha256, bytes, kept_at: at }).execute();
    const hash = createHash('sha256');
    for (let position = 0; ; position += 1) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(partBytes), 0, partBytes, position * partBytes);
      const content = buffer.subarray(0, bytesRead);
      hash.update(content);
      if (bytesRead > 0 || position === 0) {
        await db.insertInto('archive_parts').values({ sha256, position, content }).execute();
      }
      if (bytesRead < partBytes) break;
    }
    if (hash.digest('hex') === sha256) return;
    throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: `${path} is damaged` });
  } finally {
    await file.close();
  }
}

/** The bucket refuses other bytes than those of the digest; that it would be asked again for them is spared. */
async function sendArchive(bucket: Bucket, sha256: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      bytes += (chunk as Buffer).length;
      hash.update(chunk as Buffer);
    }
  } catch (cause) {
    throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: (cause as Error).message }, { cause });
  }
  if (hash.digest('hex') !== sha256) throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: `${path} is damaged` });
  const object = objectName(sha256);
  await bucket.put(object, { sha256, bytes, open: () => createReadStream(path) });
  return object;
}

/** Versions stay signed by the key that has signed them. */
async function copyKeys(db: Db, dataDir: string): Promise<void> {
  const keys = [
    { name: 'registry key', file: 'registry-key.pem' },
    { name: 'token keys', file: 'token-keys.json' },
    { name: 'factor key', file: 'factor-key' },
  ];
  for (const { name, file } of keys) {
    const path = join(dataDir, file);
    if (!existsSync(path)) continue;
    await db
      .insertInto('shared_secrets')
      .values({ name, content: readFileSync(path, 'utf8') })
      .execute();
  }
}

/** The next row gets a number of its own. */
async function goOnNumbering(db: Db, { name, key: [column = '', ...others] }: CopiedTable): Promise<void> {
  if (others.length > 0) return;
  const { rows } = await sql<{
    sequence: string | null;
  }>`SELECT pg_get_serial_sequence(${name}, ${column}) AS sequence`.execute(db);
  const sequence = rows[0]?.sequence;
  if (sequence === null || sequence === undefined) return;
  await sql`SELECT setval(${sequence}, (SELECT greatest(max(${sql.ref(column)}), 1) FROM ${sql.table(name)}),
    (SELECT count(*) > 0 FROM ${sql.table(name)}))`.execute(db);
}
