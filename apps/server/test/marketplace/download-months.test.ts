import { sql } from 'kysely';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrangeMonths, monthAfter } from '../../src/modules/marketplace/download-months.ts';
import { addDownloads, readDownloads, type DownloadCount } from '../../src/modules/marketplace/downloads.ts';
import { refreshListing } from '../../src/modules/marketplace/listing.ts';
import type { Database } from '../../src/storage/database.ts';
import { describeEachDatabase } from '../support/each-database.ts';

const thisMonth = new Date().toISOString().slice(0, 7);
const monthsAgo = (months: number): string => monthAfter(thisMonth, -months);

async function packageIn({ query }: Database): Promise<number> {
  const { id } = await query
    .insertInto('npm_packages')
    .values({ name: 'lists', revision: 1, readme: '', access: 'public', created_at: '', modified_at: '' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await list(query, id);
  return id;
}

const list = (query: Database['query'], id: number): Promise<void> =>
  query.transaction().execute(async (db) => {
    const latest = { name: 'lists', version: '1.0.0', manifest: '{}', publishedAt: '' };
    await refreshListing(db, id, latest);
  });

const on = (day: string, count: number, version = '1.0.0'): DownloadCount => ({ name: 'lists', version, day, count });

async function totalOf({ query }: Database): Promise<number> {
  const { downloads } = await query.selectFrom('market_listings').select('downloads').executeTakeFirstOrThrow();
  return downloads;
}

describeEachDatabase((current, dialect) => {
  test('months that are not kept are dropped, and the total stays, also of a package that comes back', async () => {
    const id = await packageIn(current());
    const days = [
      `${monthsAgo(14)}-03`,
      `${monthsAgo(14)}-28`,
      `${monthsAgo(3)}-01`,
      `${monthsAgo(2)}-15`,
      `${thisMonth}-01`,
    ];
    await addDownloads(
      current().query,
      days.map((day, index) => on(day, 10 ** index)),
    );
    const { dropped } = await arrangeMonths(current().query, { keepMonths: 2 });
    expect(dropped).toEqual([monthsAgo(14), monthsAgo(3)]);
    expect((await readDownloads(current().query, id, '')).map(({ day }) => day)).toEqual(days.slice(3));
    expect(await totalOf(current())).toBe(11_111);
    await current().query.deleteFrom('market_listings').execute();
    await list(current().query, id);
    expect(await totalOf(current())).toBe(11_111);
  });

  test('what is counted late for a month that was dropped is added to its year', async () => {
    const id = await packageIn(current());
    const day = `${monthsAgo(5)}-10`;
    for (const count of [3, 4]) {
      await addDownloads(current().query, [on(day, count), on(day, 1, '2.0.0')]);
      await arrangeMonths(current().query, { keepMonths: 1 });
    }
    const years = current().query.selectFrom('market_download_years').select(['version', 'year', 'count']);
    expect(await years.orderBy('version').execute()).toEqual([
      { version: '1.0.0', year: day.slice(0, 4), count: 7 },
      { version: '2.0.0', year: day.slice(0, 4), count: 2 },
    ]);
    expect([await readDownloads(current().query, id, ''), await totalOf(current())]).toEqual([[], 9]);
  });

  test('without a number of months all are kept', async () => {
    const id = await packageIn(current());
    await addDownloads(current().query, [on('2001-02-03', 5)]);
    expect((await arrangeMonths(current().query)).dropped).toEqual([]);
    expect(await readDownloads(current().query, id, '')).toHaveLength(1);
  });

  test('several servers that arrange at once, while downloads are counted, lose none', async () => {
    const id = await packageIn(current());
    const counts = Array.from({ length: 24 }, (_, index) => on(`${monthsAgo(index)}-05`, 1));
    const writing = async (): Promise<void> => {
      for (const count of counts) await addDownloads(current().query, [count]);
    };
    // SQLite has one connection, and nobody else.
    const servers = dialect === 'sqlite' ? 1 : 3;
    await Promise.all([
      writing(),
      ...Array.from({ length: servers }, () => arrangeMonths(current().query, { keepMonths: 6 })),
      writing(),
    ]);
    await arrangeMonths(current().query, { keepMonths: 6 });
    expect(await totalOf(current())).toBe(48);
    const kept = await readDownloads(current().query, id, '');
    expect(kept.map(({ day, count }) => [day, count])).toEqual(
      counts
        .slice(0, 7)
        .toReversed()
        .map(({ day }) => [day, 2]),
    );
  });

  // SQLite has one table for all months.
  if (dialect === 'sqlite') return;

  test('the day of a month that nobody foresaw is counted, and gets a month of its own', async () => {
    const id = await packageIn(current());
    await addDownloads(current().query, [on('2199-07-31', 2)]);
    expect((await arrangeMonths(current().query)).made).toContain('2199-07');
    const { rows } = await sql<{ rest: number }>`SELECT count(*) AS rest FROM market_downloads_rest`.execute(
      current().query,
    );
    expect(rows).toEqual([{ rest: 0 }]);
    expect(await readDownloads(current().query, id, '2199')).toEqual([
      { day: '2199-07-31', version: '1.0.0', count: 2 },
    ]);
  });

  test('months are made before they begin, by the clock of the database', async () => {
    await arrangeMonths(current().query, { now: () => new Date('1999-12-31') });
    const { rows } = await sql<{
      there: boolean;
    }>`SELECT to_regclass(${`market_downloads_${monthAfter(thisMonth, 3).replace('-', '_')}`})
      IS NOT NULL AS there`.execute(current().query);
    expect(rows).toEqual([{ there: true }]);
  });

  test('whoever asks for the last days looks into no older month', async () => {
    const id = await packageIn(current());
    await addDownloads(
      current().query,
      Array.from({ length: 12 }, (_, index) => on(`${monthsAgo(index)}-05`, 1)),
    );
    await arrangeMonths(current().query);
    const asked = current().query.selectFrom('market_downloads').selectAll().where('package_id', '=', id);
    const plan = await asked.where('day', '>=', `${monthsAgo(1)}-02`).explain<Readonly<Record<string, string>>>();
    const looked = new Set(JSON.stringify(plan).match(/market_downloads_\d{4}_\d{2}(?=[ "])/g));
    expect([...looked].toSorted()[0]).toBe(`market_downloads_${monthsAgo(1).replace('-', '_')}`);
  });
});

test('a month after some months, and before as many, is the same month', () => {
  const months = fc.record({ year: fc.integer({ min: 1990, max: 2200 }), month: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(months, fc.integer({ min: -500, max: 500 }), ({ year, month }, by) => {
      const start = `${year}-${String(month).padStart(2, '0')}`;
      expect(monthAfter(monthAfter(start, by), -by)).toBe(start);
      expect(monthAfter(start, 12)).toBe(`${year + 1}-${start.slice(5)}`);
    }),
  );
});
