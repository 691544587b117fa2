import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { ServerErrors } from '../errors.ts';
import { migrationProvider } from './migrations.ts';
import { nobodyElse, type Notices } from './notices.ts';
import { isPostgresAway } from './postgres-errors.ts';
import type { Replicas } from './replicas/replicas.ts';
import type { Tables } from './schema.ts';
import { isUnavailable, openSqlite } from './sqlite.ts';
import { openWalSync, syncFolderOf, type WalSync } from './wal-sync.ts';

export interface Database {
  /** What is committed through it survives the end of the process, and a power cut once `synced` has resolved. */
  readonly query: Kysely<Tables>;
  /** What others change in it. */
  readonly notices: Notices;
  /** Where what may be a little old is read. @default where it is written */
  readonly replicas?: Replicas | undefined;
  /** Resolves when the disk has what was committed before the call. @throws ServerErrors.WRITE_UNCONFIRMED */
  synced(): Promise<void>;
  /** Answers when the store can be read. @throws ServerErrors.STORE_UNAVAILABLE */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /**
   * How long a statement waits for another process that holds the lock. Short, because it holds the event loop as well.
   *
   * @default 25
   */
  readonly busyTimeoutMs?: number;
  /** The same while it is opened and migrated: the server before this one may still be closing it. @default 2000 */
  readonly openTimeoutMs?: number;
}

const inMemory = ':memory:';

/**
 * Opens the database file, creating its folder, and brings its tables up to date.
 *
 * @throws ServerErrors.DATA_UNREADABLE when the file cannot be opened or migrated.
 */
export async function openDatabase(file: string, options: DatabaseOptions = {}): Promise<Database> {
  const { busyTimeoutMs = 25, openTimeoutMs = 2_000 } = options;
  let query: Kysely<Tables> | undefined;
  let wal: WalSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(file, openTimeoutMs) }) });
    await migrate(query);
    await sql.raw(`PRAGMA busy_timeout = ${busyTimeoutMs}`).execute(query);
    if (file !== inMemory) {
      syncFolderOf(file);
      wal = openWalSync(file);
      // Commits are synchronised by `synced`; SQLite itself still does so before it moves them into the database.
      await sql`PRAGMA synchronous = NORMAL`.execute(query);
    }
  } catch (cause) {
    await wal?.close();
    await query?.destroy();
    throw new ServerErrors.DATA_UNREADABLE({ file, reason: reasonOf(cause) }, { cause });
  }
  const db = query;
  return {
    query: db,
    notices: nobodyElse,
    async ping() {
      await answering(() => db.selectFrom('projects').select('id').limit(1).execute());
    },
    synced: async () => wal?.synced(),
    async close() {
      await wal?.close();
      await db.destroy();
    },
  };
}

/** @param schema Where the tables are, in a database that has several. */
export async function migrate(query: Kysely<Tables>, schema?: string): Promise<void> {
  const place = schema === undefined ? {} : { migrationTableSchema: schema };
  const { error } = await new Migrator({ db: query, provider: migrationProvider, ...place }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Runs a query; a locked, full, failing or absent store becomes STORE_UNAVAILABLE, anything else stays what it is. */
export async function answering<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (isUnavailable(cause) || isPostgresAway(cause))
      throw new ServerErrors.STORE_UNAVAILABLE({ reason: cause.message || 'no connection' }, { cause });
    throw cause;
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
