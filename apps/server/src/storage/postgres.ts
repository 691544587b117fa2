import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { ServerErrors } from '../errors.ts';
import { answering, migrate, type Database } from './database.ts';
import { listenForNotices } from './notices.ts';
import { sameColumns } from './postgres-columns.ts';
import { isPostgresAway } from './postgres-errors.ts';
import { isOwnConnection } from './own-connection.ts';
import { openPool, type PoolOptions } from './postgres-pool.ts';
import { openReplicas, type OpenReplicas, type ReplicasOptions } from './replicas/replicas.ts';
import type { Tables } from './schema.ts';

export interface PostgresOptions {
  /**
   * The database itself, where `url` is a pooler that may give each transaction another connection: tables are made, changes of
   * others are heard and replicas are measured through it.
   *
   * @default url
   */
  readonly directUrl?: string | undefined;
  /** @default 10 */
  readonly maxConnections?: number;
  /** How long one statement may take, in milliseconds. @default 4000 */
  readonly statementMs?: number;
  /** How long to wait for a connection, in milliseconds. @default 2000 */
  readonly connectMs?: number;
  /** How long to wait for a database that does not answer at the start, in milliseconds. @default 20000 */
  readonly openTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Replicas for what may be a little old. @default none */
  readonly replicas?: Omit<ReplicasOptions, 'primaryUrl' | 'maxConnections' | 'notices'> | undefined;
}

/**
 * Opens a database of PostgreSQL that other instances may use at the same time, and brings its tables up to date: one instance
 * does it, and the others wait.
 *
 * @throws ServerErrors.DATABASE_UNUSABLE when it does not answer, refuses, or cannot be migrated.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { directUrl = url, maxConnections = 10, statementMs = 4_000, connectMs = 2_000 } = options;
  const pool: PoolOptions = { url, isPooled: directUrl !== url, maxConnections, statementMs, connectMs };
  let query: Kysely<Tables> | undefined;
  let replicas: OpenReplicas | undefined;
  let listening: AsyncDisposable | undefined;
  try {
    const schema = await migratePatiently({ ...pool, url: directUrl, isPooled: false }, options);
    if (!(await isOwnConnection(directUrl))) throw unusable(directUrl, sharedConnections);
    const db = (query = await open({ ...pool, onChanged: () => replicas?.wrote() }));
    // A pool that nobody has asked yet is not closed with the rest.
    await sql`SELECT 1`.execute(db);
    const notices = listenForNotices({ url: directUrl, schema });
    listening = notices;
    await notices.begun;
    if (options.replicas !== undefined)
      replicas = await openReplicas({ ...options.replicas, primaryUrl: directUrl, maxConnections, notices });
    return {
      query: db,
      notices,
      replicas,
      // It answers a commit when its disk has it.
      synced: () => Promise.resolve(),
      async ping() {
        await answering(() => db.selectFrom('projects').select('id').limit(1).execute());
      },
      async close() {
        await replicas?.[Symbol.asyncDispose]();
        await notices[Symbol.asyncDispose]();
        await db.destroy();
      },
    };
  } catch (cause) {
    await listening?.[Symbol.asyncDispose]();
    await query?.destroy();
    if (options.signal?.aborted === true || ServerErrors.DATABASE_UNUSABLE.is(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message || String(cause) : String(cause);
    throw unusable(url, reason, cause);
  }
}

function unusable(url: string, reason: string, cause?: unknown): Error {
  return new ServerErrors.DATABASE_UNUSABLE({ address: addressOf(url), reason }, cause === undefined ? {} : { cause });
}

const sharedConnections =
  'a pooler gives its connections to several clients, so that what other servers change would not be heard. Set SEAWORTHY_DATABASE_DIRECT_URL to the database itself, or let the pooler give a connection to one client for as long as it stays';

async function open(pool: PoolOptions): Promise<Kysely<Tables>> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: await openPool(pool) }),
    plugins: [sameColumns],
  });
}

/** Answers with the schema whose tables these are. A database that is just starting is waited for. */
async function migratePatiently(
  pool: PoolOptions,
  { openTimeoutMs = 20_000, signal }: PostgresOptions,
): Promise<string> {
  const deadline = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return await migrateOnce(pool);
    } catch (cause) {
      if (!isPostgresAway(cause) || performance.now() >= deadline) throw cause;
      await delay(500, undefined, { signal });
    }
  }
}

/** With connections of its own: a migration takes as long as it takes. */
async function migrateOnce(pool: PoolOptions): Promise<string> {
  const db = await open({ ...pool, maxConnections: 2, statementMs: 0 });
  try {
    const { rows } = await sql<{ schema: string | null }>`SELECT current_schema()::text AS schema`.execute(db);
    const schema = rows[0]?.schema ?? 'public';
    await migrate(db, schema);
    return schema;
  } finally {
    await db.destroy();
  }
}

/** For messages: without user and password. */
export function addressOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'of SEAWORTHY_DATABASE_URL';
  }
}
