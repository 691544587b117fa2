import { Socket } from 'node:net';
import type { FlagDialect } from '../dialects/dialect.ts';
import { FlagErrors } from '../errors.ts';
import { isRecord } from '../json.ts';
import { announced, announcedOptions, type Board, type Published, type Subscription } from './announced.ts';
import { expect, expectOptions, expectTime, hideSecrets } from './check.ts';
import { answered, checkedText, publishedVersion, type PublishedSource } from './publish.ts';
import type { FlagSource } from './source.ts';

/** The part of a connection of `pg` that is needed. */
export interface PgConnection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'notification', listener: (message: PgAnnouncement) => void): unknown;
  on(event: 'error' | 'end', listener: () => void): unknown;
  removeListener(event: 'notification', listener: (message: PgAnnouncement) => void): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
  /** Gives the connection back; with `true` it is closed instead. */
  release(destroy?: boolean): void;
}

/** What `NOTIFY` carries. */
export interface PgAnnouncement {
  readonly payload?: string | undefined;
}

/** The part of a `Pool` of `pg` that is needed. Listen to its errors, as its documentation says; it is yours to close. */
export interface PgPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  connect(): Promise<PgConnection>;
}

export interface PostgresOptions {
  /** The table that holds all published versions; `publish` makes it if it is not there. @default 'seaworthy_flags' */
  readonly table?: string;
  /** Which flags of the table: programs with different sets share one table. @default 'default' */
  readonly set?: string;
  /** How many versions of a set stay in the table; older ones are deleted. @default 100 */
  readonly keep?: number;
  /** Looks so often also without an announcement, in milliseconds. @default 30000 */
  readonly pollMs?: number;
  /** The longest wait before connecting again, in milliseconds; it begins at a tenth of a second and doubles. @default 5000 */
  readonly maxBackoffMs?: number;
  /** How long subscribing may take, in milliseconds. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** The format of the document. @default flagd's */
  readonly dialect?: FlagDialect;
}

export interface PostgresSource extends FlagSource, PublishedSource {
  /** Closes what was opened here; needed only where no flags do it, after `publish` alone. */
  close(): Promise<void>;
}

interface OpenedPool {
  readonly pool: PgPool;
  close(): Promise<void>;
}

/**
 * Shares flags through PostgreSQL: every program that reads the same set has a new version within moments of `publish`, by
 * `NOTIFY`. While the server is away they keep their flags, and catch up when it is back. Behind a pooler that gives connections
 * away between transactions `LISTEN` hears nothing; then changes come with the next poll.
 *
 * @param target A `Pool` of `pg`, one of whose connections is kept to listen; or an address such as `postgres://db.internal/app`,
 *   which needs the optional peer `pg`.
 * @throws INVALID_OPTION
 */
export function postgres(target: PgPool | string, options: PostgresOptions = {}): PostgresSource {
  expectOptions<PostgresOptions>(options, { ...announcedOptions, table: true, set: true, keep: true });
  const { table = 'seaworthy_flags', set = 'default', keep = 100, pollMs = 30_000, dialect } = options;
  const { maxBackoffMs = 5_000, connectTimeoutMs = 5_000 } = options;
  expectTarget(target);
  expect(
    'table',
    'a plain name, perhaps after that of a schema and a dot',
    table,
    typeof table === 'string' && /^([a-z_]\w{0,30}\.)?[a-z_]\w{0,30}$/.test(table),
  );
  expect('set', 'a text', set, typeof set === 'string' && set !== '');
  expect('keep', 'a whole number from 1', keep, Number.isInteger(keep) && keep >= 1);
  for (const [name, value] of Object.entries({ pollMs, maxBackoffMs, connectTimeoutMs })) expectTime(name, value);
  const name =
    typeof target === 'string' ? `postgres ${hideSecrets(target)} ${table} ${set}` : `postgres ${table} ${set}`;
  let opened: Promise<OpenedPool> | undefined;
  const pool = async (): Promise<PgPool> => {
    opened ??= typeof target === 'string' ? openPool(target) : Promise.resolve({ pool: target, close: async () => {} });
    return (await opened).pool;
  };
  const board: Board = {
    name,
    read: async (known) => readNewest(await pool(), table, set, known),
    async subscribe(heard, signal) {
      return subscribe(await pool(), table, set, heard, signal);
    },
    async close() {
      const closing = opened;
      opened = undefined;
      await (await closing?.catch(() => undefined))?.close();
    },
  };
  return {
    ...announced(board, { pollMs, maxBackoffMs, connectTimeoutMs }),
    ...(dialect && { dialect }),
    async publish(document, publication = {}) {
      const { by, over } = publication;
      const text = await checkedText(name, document, dialect);
      const work = async () => publishTo(await pool(), { table, set, keep, text, by, over });
      const { version, isDone } = await answered(name, work, publication);
      return publishedVersion(name, over, version, isDone);
    },
  };
}

const undefinedTable = '42P01';

async function readNewest(
  pool: PgPool,
  table: string,
  set: string,
  known: number | undefined,
): Promise<Published | 'same' | undefined> {
  try {
    const { rows } = await pool.query(
      `SELECT version::text AS version, CASE WHEN version = $2 THEN NULL ELSE document END AS document, published_by
        FROM ${table} WHERE set_name = $1 ORDER BY version DESC LIMIT 1`,
      [set, known ?? 0],
    );
    const [row] = rows;
    if (!isRecord(row)) return undefined;
    const { version, document, published_by: by } = row;
    if (typeof document !== 'string') return 'same';
    return { sourceVersion: Number(version), text: document, ...(typeof by === 'string' && { by }) };
  } catch (error) {
    // Nobody has published yet.
    if (isRecord(error) && error['code'] === undefinedTable) return undefined;
    throw error;
  }
}

async function subscribe(
  pool: PgPool,
  table: string,
  set: string,
  heard: (version: number) => void,
  signal: AbortSignal,
): Promise<Subscription> {
  const connection = await pool.connect();
  let isClosed = false;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const hear = ({ payload = '' }: PgAnnouncement): void => {
    const [version = '', ...name] = payload.split(' ');
    if (name.join(' ') === set) heard(Number(version));
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    end();
    connection.removeListener('notification', hear);
    // Closed, not given back: whoever took it next would hear these announcements.
    connection.release(true);
  };
  connection.on('notification', hear);
  connection.on('error', close);
  connection.on('end', close);
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', close, { once: true });
    await connection.query(`LISTEN ${channelOf(table)}`);
    if (isClosed) throw new FlagErrors.CLOSED();
    return { ended, close };
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}

interface Publication {
  readonly table: string;
  readonly set: string;
  readonly keep: number;
  readonly text: string;
  readonly by: string | undefined;
  readonly over: number | undefined;
}

/** In one transaction, one after the other for each table: numbers rise, and what is announced can be read. */
async function publishTo(
  pool: PgPool,
  { table, set, keep, text, by, over }: Publication,
): Promise<{ readonly version: number; readonly isDone: boolean }> {
  const connection = await pool.connect();
  let isWhole = false;
  // The query that waits hears of a lost connection too; without a listener it would end the process.
  const lost = (): void => {};
  connection.on('error', lost);
  try {
    await connection.query('BEGIN');
    // Also for the table itself: two programs that make it at once fail otherwise.
    await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`seaworthy flags ${table}`]);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS ${table} (
        set_name text NOT NULL, version bigint NOT NULL, document text NOT NULL, published_by text,
        published_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (set_name, version))`,
    );
    const before = await connection.query(
      `SELECT coalesce(max(version), 0)::text AS found,
        greatest(coalesce(max(version), 0) + 1, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)::text AS next
        FROM ${table} WHERE set_name = $1`,
      [set],
    );
    const [row] = before.rows;
    const { found, next } = isRecord(row) ? row : {};
    if (over !== undefined && Number(found) !== over) {
      await connection.query('ROLLBACK');
      isWhole = true;
      return { version: Number(found), isDone: false };
    }
    await connection.query(`INSERT INTO ${table} (set_name, version, document, published_by) VALUES ($1, $2, $3, $4)`, [
      set,
      next,
      text,
      by ?? null,
    ]);
    await connection.query(
      `DELETE FROM ${table} WHERE set_name = $1 AND version NOT IN
        (SELECT version FROM ${table} WHERE set_name = $1 ORDER BY version DESC LIMIT $2)`,
      [set, keep],
    );
    await connection.query('SELECT pg_notify($1, $2)', [channelOf(table), `${String(next)} ${set}`]);
    await connection.query('COMMIT');
    isWhole = true;
    return { version: Number(next), isDone: true };
  } finally {
    connection.removeListener('error', lost);
    // A connection in the middle of a transaction is nobody else's.
    connection.release(!isWhole);
  }
}

function channelOf(table: string): string {
  return table.replace('.', '_');
}

/** A pool of its own, by the optional peer `pg`. @throws PEER_MISSING */
async function openPool(connectionString: string): Promise<OpenedPool> {
  const { default: pg } = await import('pg').catch((cause: unknown) => {
    throw new FlagErrors.PEER_MISSING({ package: 'pg' }, { cause });
  });
  // One to listen, one to read and to publish.
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString,
    stream: () => socketIn(sockets),
    max: 2,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  pool.on('error', () => {});
  return { pool, close: async () => endPool(pool, sockets) };
}

function socketIn(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

/** How long a server may take to answer a goodbye. One that is gone without a word never does, and would keep the process alive. */
const goodbyeMs = 1_000;

async function endPool(pool: { end(): Promise<void> }, sockets: ReadonlySet<Socket>): Promise<void> {
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  setTimeout(hangUp, goodbyeMs).unref();
  await pool.end();
}

function expectTarget(target: unknown): void {
  const isAddress = typeof target === 'string' && /^postgres(ql)?:\/\//.test(target);
  const isPool = typeof target === 'object' && target !== null && 'connect' in target && 'query' in target;
  const shown = typeof target === 'string' ? hideSecrets(target) : target;
  expect(
    'target',
    'a Pool of pg, or an address that begins with postgres:// or postgresql://',
    shown,
    isAddress || isPool,
  );
}
