import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  addDownloads,
  createDownloads,
  readDownloads,
  type DownloadCount,
} from '../../src/modules/marketplace/downloads.ts';
import { openDatabase } from '../../src/storage/database.ts';

const now = () => new Date('2026-03-01T23:59:59Z');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counting(fails: readonly boolean[] = []) {
  const written: DownloadCount[][] = [];
  const lost: number[] = [];
  let attempt = 0;
  const write = (counts: readonly DownloadCount[]): Promise<void> => {
    attempt += 1;
    if (fails[attempt - 1] === true) return Promise.reject(new Error('locked'));
    written.push([...counts]);
    return Promise.resolve();
  };
  return { written, lost, write, onLost: (_error: unknown, count: number) => void lost.push(count) };
}

test('downloads are written together after five seconds, by day and version', async () => {
  const { written, ...parts } = counting();
  const downloads = createDownloads({ ...parts, now });
  for (const version of ['1.0.0', '1.0.0', '2.0.0-rc.1']) downloads.count('@shop/a', version);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(written).toEqual([
    [
      { name: '@shop/a', version: '1.0.0', day: '2026-03-01', count: 2 },
      { name: '@shop/a', version: '2.0.0-rc.1', day: '2026-03-01', count: 1 },
    ],
  ]);
  await downloads[Symbol.asyncDispose]();
});

test('(1) what could not be written is added to what is counted meanwhile', async () => {
  const { written, lost, ...parts } = counting([true]);
  const downloads = createDownloads({ ...parts, now });
  downloads.count('a', '1.0.0');
  await downloads.flush();
  downloads.count('a', '1.0.0');
  await downloads.flush();
  expect(written).toMatchObject([[{ name: 'a', count: 2 }]]);
  expect(lost).toEqual([0]);
  await downloads[Symbol.asyncDispose]();
});

test('(2) a server that stops writes what it has counted', async () => {
  const { written, ...parts } = counting();
  const downloads = createDownloads({ ...parts, now });
  downloads.count('a', '1.0.0');
  await downloads[Symbol.asyncDispose]();
  expect(written).toHaveLength(1);
});

test('(4) memory is bounded: counts of too many versions are dropped when they cannot be written', async () => {
  const { written, lost, ...parts } = counting([true, true, true]);
  const downloads = createDownloads({ ...parts, now, mostKeys: 3 });
  for (let index = 0; index < 4; index += 1) downloads.count(`p${index}`, '1.0.0');
  await downloads.flush();
  expect(lost.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  expect(written).toEqual([]);
  await downloads[Symbol.asyncDispose]();
});

test('(3) many are written some at a time, and what is left after a failure is kept', async () => {
  vi.useRealTimers();
  const { written, lost, ...parts } = counting([false, true]);
  const downloads = createDownloads({ ...parts, now });
  for (let index = 0; index < 1_200; index += 1) downloads.count(`p${index}`, '1.0.0');
  await downloads.flush();
  expect([written.map(({ length }) => length), lost]).toEqual([[500], [0]]);
  await downloads.flush();
  expect(written.map(({ length }) => length)).toEqual([500, 500, 200]);
  expect(new Set(written.flat().map(({ name }) => name)).size).toBe(1_200);
  await downloads[Symbol.asyncDispose]();
});

test('counts are added to those of the day and to the listing, and a package that is gone is left out', async () => {
  vi.useRealTimers();
  const database = await openDatabase(':memory:');
  const db = database.query;
  const at = '2026-03-01T00:00:00.000Z';
  const times = { created_at: at, modified_at: at, removed_at: null };
  const { id } = await db
    .insertInto('npm_packages')
    .values({ name: 'a', revision: 1, access: 'public', readme: '', ...times })
    .returning('id')
    .executeTakeFirstOrThrow();
  const said = {
    name: 'a',
    version: '1.0.0',
    description: '',
    license: '',
    is_spdx: 0,
    is_plugin: 0,
    published_at: at,
  };
  const counters = { downloads: 0, rating_sum: 0, rating_count: 0, certified: null };
  await db
    .insertInto('market_listings')
    .values({ package_id: id, ...said, ...counters })
    .execute();
  const day = '2026-03-01';
  await addDownloads(db, [
    { name: 'a', version: '1.0.0', day, count: 2 },
    { name: 'a', version: '1.1.0', day, count: 1 },
    { name: 'gone', version: '1.0.0', day, count: 9 },
  ]);
  await addDownloads(db, [{ name: 'a', version: '1.0.0', day, count: 3 }]);
  const rows = await readDownloads(db, id, day);
  expect(rows.map(({ version, count }) => [version, count])).toEqual([
    ['1.0.0', 5],
    ['1.1.0', 1],
  ]);
  const listing = await db.selectFrom('market_listings').select('downloads').executeTakeFirstOrThrow();
  expect(listing.downloads).toBe(6);
  await database.close();
});
