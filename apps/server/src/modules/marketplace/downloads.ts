// Downloads are counted in memory and written together.
// (1) A count is in memory or in the store, never in both: what could not be written is added again.
// (2) A server that is killed loses what it has counted since the last writing, `flushMs` at most; one that stops loses nothing.
// (3) Memory is bounded: beyond `mostKeys` versions a day of downloads is written at once, and dropped if that fails.
import type { Kysely } from 'kysely';
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
    if (counts.size === 0) return;
    const taken = counts;
    counts = new Map();
    try {
      await write([...taken].map(([key, count]) => ({ ...partsOf(key), count })));
    } catch (error) {
      if (counts.size + taken.size > mostKeys) return onLost(error, taken.size);
      for (const [key, count] of taken) add(key, count);
      onLost(error, 0);
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

/** Adds the counts, in one transaction. A package that is gone by now is left out. */
export function addDownloads(db: Kysely<Tables>, counts: readonly DownloadCount[]): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    const ids = new Map<string, number | undefined>();
    // In one order: two instances that write at once wait for each other, and not each for the other.
    for (const { name, version, day, count } of counts.toSorted(byName)) {
      if (!ids.has(name)) {
        const found = await transaction
          .selectFrom('npm_packages')
          .select('id')
          .where('name', '=', name)
          .executeTakeFirst();
        ids.set(name, found?.id);
      }
      const packageId = ids.get(name);
      if (packageId === undefined) continue;
      await transaction
        .insertInto('market_downloads')
        .values({ package_id: packageId, version, day, count })
        .onConflict((conflict) =>
          conflict
            .columns(['package_id', 'day', 'version'])
            .doUpdateSet((row) => ({ count: row('market_downloads.count', '+', count) })),
        )
        .execute();
      await transaction
        .updateTable('market_listings')
        .set((row) => ({ downloads: row('downloads', '+', count) }))
        .where('package_id', '=', packageId)
        .execute();
    }
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
