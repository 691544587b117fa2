// Downloads are kept by month: in PostgreSQL each month is a part of the table, which is made before it begins and dropped as a whole.
// (1) No count is lost: what has no month of its own is in the rest, and is moved when its month is made.
// (2) A total never shrinks: what a month has is added to its year in the transaction that drops it.
// (3) Several servers do this at once and have clocks that differ: one works at a time, and the clock of the database counts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Watch } from '../../jobs.ts';
import { dialectOf } from '../../storage/dialect.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';
import { monthsSubject } from './downloads.ts';

export interface MonthsOptions {
  /** How many months before this one are kept. @default all */
  readonly keepMonths?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For a database without a clock of its own. */
  readonly now?: () => Date;
}

export interface MonthsDone {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
}

/** How many months are made before they begin. */
const ahead = 3;

/** Makes what months are needed, and drops those that are not kept. Months are as `2026-01`. */
export async function arrangeMonths(db: Kysely<Tables>, options: MonthsOptions = {}): Promise<MonthsDone> {
  const { keepMonths, signal, now = () => new Date() } = options;
  const isPostgres = dialectOf(db) === 'postgres';
  const current = isPostgres ? await monthOfDatabase(db) : now().toISOString().slice(0, 7);
  const made: string[] = [];
  const dropped: string[] = [];
  for (const month of isPostgres ? await missingMonths(db, current) : []) {
    signal?.throwIfAborted();
    if (await db.transaction().execute((transaction) => makeMonth(transaction, month))) made.push(month);
  }
  if (keepMonths === undefined) return { made, dropped };
  const oldest = monthAfter(current, -keepMonths);
  for (const month of await keptMonths(db)) {
    if (month >= oldest) continue;
    signal?.throwIfAborted();
    await nextTurn();
    await db.transaction().execute((transaction) => dropMonth(transaction, month, isPostgres));
    dropped.push(month);
  }
  return { made, dropped };
}

/** @param months Before it, if it is below 0. */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

async function monthOfDatabase(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ month: string }>`SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month`.execute(
    db,
  );
  return (rows[0] as { month: string }).month;
}

/** Oldest first: those that begin soon, and those of which the rest has something. */
async function missingMonths(db: Kysely<Tables>, current: string): Promise<readonly string[]> {
  const soon = Array.from({ length: ahead + 1 }, (_, index) => monthAfter(current, index));
  const { rows } = await sql<{
    month: string;
  }>`SELECT DISTINCT left(day, 7) AS month FROM market_downloads_rest`.execute(db);
  const there = new Set(await partsOfTable(db));
  const all = new Set([...rows.map(({ month }) => month), ...soon]);
  return [...all].filter((month) => !there.has(month)).toSorted();
}

/** Months that have a part of their own. */
async function partsOfTable(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT relname::text AS name FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'market_downloads'::regclass`.execute(db);
  return rows.flatMap(({ name }) => /_(\d{4}_\d{2})$/.exec(name)?.[1]?.replace('_', '-') ?? []).toSorted();
}

/** Months of which there may be something. */
async function keptMonths(db: Kysely<Tables>): Promise<readonly string[]> {
  if (dialectOf(db) === 'postgres') return partsOfTable(db);
  const { rows } = await sql<{ month: string }>`SELECT DISTINCT substr(day, 1, 7) AS month FROM market_downloads
    ORDER BY month`.execute(db);
  return rows.map(({ month }) => month);
}

/** So many are moved by one statement, which has little time. */
const movedAtOnce = 20_000;

function partOf(month: string): string {
  return `market_downloads_${month.replace('-', '_')}`;
}

/** Answers whether nobody else had made it. */
async function makeMonth(db: Transaction<Tables>, month: string): Promise<boolean> {
  await lock(db, monthsSubject);
  if ((await partsOfTable(db)).includes(month)) return false;
  const part = sql.table(partOf(month));
  const [from, to] = [`${month}-01`, `${monthAfter(month, 1)}-01`];
  // In the order in which a publication comes to them: neither waits for the other. Then nobody adds to the rest meanwhile.
  await sql`LOCK TABLE npm_packages IN SHARE ROW EXCLUSIVE MODE`.execute(db);
  await sql`LOCK TABLE market_downloads_rest IN ACCESS EXCLUSIVE MODE`.execute(db);
  await sql`CREATE TABLE ${part} (LIKE market_downloads INCLUDING DEFAULTS)`.execute(db);
  for (let moved = movedAtOnce; moved === movedAtOnce;) {
    const { numAffectedRows = 0n } = await sql`WITH moved AS (DELETE FROM market_downloads_rest WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM market_downloads_rest WHERE day >= ${from} AND day < ${to} LIMIT ${sql.lit(movedAtOnce)}))
        RETURNING package_id, version, day, count)
      INSERT INTO ${part} (package_id, version, day, count) SELECT * FROM moved`.execute(db);
    moved = Number(numAffectedRows);
  }
  await sql`ALTER TABLE market_downloads ATTACH PARTITION ${part} FOR VALUES FROM (${sql.lit(from)}) TO (${sql.lit(to)})`.execute(
    db,
  );
  return true;
}

async function dropMonth(db: Transaction<Tables>, month: string, isPostgres: boolean): Promise<void> {
  await lock(db, monthsSubject);
  if (isPostgres) {
    if (!(await partsOfTable(db)).includes(month)) return;
    await sql`LOCK TABLE npm_packages IN SHARE ROW EXCLUSIVE MODE`.execute(db);
    await sql`LOCK TABLE market_downloads IN ACCESS EXCLUSIVE MODE`.execute(db);
  }
  const [from, to] = [`${month}-01`, `${monthAfter(month, 1)}-01`];
  await sql`INSERT INTO market_download_years (package_id, version, year, count)
    SELECT package_id, version, substr(day, 1, 4), sum(count) FROM market_downloads WHERE day >= ${from} AND day < ${to}
    GROUP BY package_id, version, substr(day, 1, 4)
    ON CONFLICT (package_id, year, version) DO UPDATE SET count = market_download_years.count + excluded.count`.execute(
    db,
  );
  if (isPostgres) await sql`DROP TABLE ${sql.table(partOf(month))}`.execute(db);
  else await sql`DELETE FROM market_downloads WHERE day >= ${from} AND day < ${to}`.execute(db);
}

export interface MonthsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const hourMs = 3_600_000;

/** Arranges the months at once and every hour, until it is disposed of. What fails is tried again an hour later. */
export function arrangeRegularly(
  db: Kysely<Tables>,
  options: Omit<MonthsOptions, 'signal'> & { readonly logger: MonthsLogger; readonly watch?: Watch },
): AsyncDisposable {
  const { logger, watch = (task) => task(), ...others } = options;
  const ending = new AbortController();
  let working: Promise<void> = Promise.resolve();
  const work = async (): Promise<void> => {
    try {
      const { made, dropped } = await watch(() => arrangeMonths(db, { ...others, signal: ending.signal }));
      if (dropped.length > 0) logger.info({ dropped }, 'downloads by day are not kept any longer, their sums are');
      if (made.length > 0) logger.info({ made }, 'months of downloads were made');
    } catch (error) {
      if (!ending.signal.aborted) logger.warn({ err: error }, 'months of downloads could not be arranged');
    }
  };
  const again = (): void => void (working = working.then(work));
  const timer = setInterval(again, hourMs).unref();
  again();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await working;
    },
  };
}
