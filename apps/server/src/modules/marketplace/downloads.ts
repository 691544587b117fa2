// Downloads are counted in memory and written together.
// (1) A count is in memory or in the store, never in both: what could not be written is added again.
// (2) A server that is killed loses what it has counted since the last writing, `flushMs` at most; one that stops loses nothing.
// (3) However many they are, requests are answered meanwhile: `atOnce` are written at a time.
// (4) Memory is bounded: beyond `mostKeys` versions a day of downloads is written at once, and dropped if that fails.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

export interface Downloads extends AsyncDisposable {
  /** Costs an entry in a map. */
  count(name: string, version: string): void;
  /** Writes what was counted so far. Never rejects. */
  flush(): Promise<void>;
}

export interface DownloadsOptions {
  /** Writes all of it, or nothing. */
  readonly write: (counts: readonly DownloadCount[]) => Promise<void>;
  readonly onLost: (error: unknown, counts: number) => void;
  /** The most that a killed server loses, in milliseconds. @default 5000 */
  readonly flushMs?: number;
  /** @default 50000 */
  readonly mostKeys?: number;
  readonly now?: () => Date;
}

export interface DownloadCount {
  readonly name: string;
  readonly version: string;
  /** In UTC: `2026-01-31`. */
  readonly day: string;
  readonly count: number;
}

/** Some milliseconds for the database. */
const atOnce = 500;

export function createDownloads({
  write,
  onLost,
  flushMs = 5_000,
  mostKeys = 50_000,
  now = () => new Date(),
}: DownloadsOptions): Downloads {
  let counts = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  const add = (key: string, count: number): void => void counts.set(key, (counts.get(key) ?? 0) + count);
  const writeAll = async (): Promise<void> => {
    const taken = [...counts];
    counts = new Map();
    for (let from = 0; from < taken.length; from += atOnce) {
      if (from > 0) await nextTurn();
      try {
        await write(taken.slice(from, from + atOnce).map(([key, count]) => ({ ...partsOf(key), count })));
      } catch (error) {
        const left = taken.slice(from);
        if (counts.size + left.length > mostKeys) return onLost(error, left.length);
        for (const [key, count] of left) add(key, count);
        return onLost(error, 0);
      }
    }
  };
  // One after the other: two writings at once would wait for each other's lock.
  const flush = (): Promise<void> => (writing = writing.then(writeAll));
  const timer = setInterval(() => void flush(), flushMs).unref();
  return {
    count(name, version) {
      add(`${now().toISOString().slice(0, 10)} ${version} ${name}`, 1);
      if (counts.size >= mostKeys) void flush();
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Neither a day nor a version has a space in it. */
function partsOf(key: string): Omit<DownloadCount, 'count'> {
  const [day = '', version = ''] = key.split(' ', 2);
  return { day, version, name: key.slice(day.length + version.length + 2) };
}

/** Locked alone by whoever arranges months of downloads. */
export const monthsSubject = 'months of downloads';

/** Adds the counts, in one transaction. A package that is gone by now is left out. */
export async function addDownloads(db: Kysely<Tables>, counts: readonly DownloadCount[]): Promise<void> {
  if (counts.length === 0) return;
  // In one order: two instances that write at once wait for each other, and not each for the other.
  const rows = counts
    .toSorted(byName)
    .map(({ name, version, day, count }) => sql`(${name}, ${version}, ${day}, ${count})`);
  // Two statements for all of them: one for each takes longer than the answers that are counted.
  const counted = sql`WITH counted (name, version, day, count) AS (VALUES ${sql.join(rows)})`;
  const known = sql`FROM counted JOIN npm_packages ON npm_packages.name = counted.name`;
  await db.transaction().execute(async (transaction) => {
    // A month that is made meanwhile would take the place of the row from under it.
    await lock(transaction, monthsSubject, 'together');
    await sql`${counted} INSERT INTO market_downloads (package_id, version, day, count)
      SELECT npm_packages.id, counted.version, counted.day, CAST(counted.count AS integer) ${known} WHERE true
      ON CONFLICT (package_id, day, version) DO UPDATE SET count = market_downloads.count + excluded.count`.execute(
      transaction,
    );
    await sql`${counted} UPDATE market_listings SET downloads = downloads + added.count
      FROM (SELECT npm_packages.id AS id, sum(CAST(counted.count AS integer)) AS count ${known} GROUP BY npm_packages.id)
        AS added WHERE added.id = market_listings.package_id`.execute(transaction);
  });
}

function byName(left: DownloadCount, right: DownloadCount): number {
  return left.name < right.name ? -1 : Number(left.name > right.name);
}

export interface DailyDownloads {
  readonly day: string;
  readonly version: string;
  readonly count: number;
}

/** Since a day, by day and version, oldest first. */
export function readDownloads(
  db: Kysely<Tables>,
  packageId: number,
  since: string,
): Promise<readonly DailyDownloads[]> {
  return db
    .selectFrom('market_downloads')
    .select(['day', 'version', 'count'])
    .where('package_id', '=', packageId)
    .where('day', '>=', since)
    .orderBy('day')
    .orderBy('version')
    .execute();
}
