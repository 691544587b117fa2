// The table of downloads becomes one of several parts while servers of the version before are counting.
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, expect, test } from 'vitest';
import { arrangeMonths } from '../../../src/modules/marketplace/download-months.ts';
import { createDownloads, type DownloadCount } from '../../../src/modules/marketplace/downloads.ts';
import { migrationProvider } from '../../../src/storage/migrations.ts';
import { openPostgres } from '../../../src/storage/postgres.ts';
import { sameColumns } from '../../../src/storage/postgres-columns.ts';
import { openPool } from '../../../src/storage/postgres-pool.ts';
import type { Tables } from '../../../src/storage/schema.ts';
import { postgresSchemas } from '../../support/postgres-schemas.ts';

const schemas = postgresSchemas();
afterAll(() => schemas[Symbol.asyncDispose]());

/** The tables of the version before. */
async function openBefore(url: string): Promise<Kysely<Tables>> {
  const pool = await openPool({ url, maxConnections: 4, statementMs: 4_000, connectMs: 10_000 });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [sameColumns] });
  const { rows } = await sql<{ schema: string }>`SELECT current_schema()::text AS schema`.execute(db);
  const migrationTableSchema = rows[0]?.schema ?? '';
  const migrator = new Migrator({ db, provider: migrationProvider, migrationTableSchema });
  const { error } = await migrator.migrateTo('0012_archive_objects');
  if (error !== undefined) throw error;
  return db;
}

/** What a server of the version before sends. */
async function countAsBefore(db: Kysely<Tables>, counts: readonly DownloadCount[]): Promise<void> {
  const rows = counts.map(({ name, version, day, count }) => sql`(${name}, ${version}, ${day}, ${count})`);
  await sql`WITH counted (name, version, day, count) AS (VALUES ${sql.join(rows)})
    INSERT INTO market_downloads (package_id, version, day, count)
    SELECT npm_packages.id, counted.version, counted.day, CAST(counted.count AS integer)
    FROM counted JOIN npm_packages ON npm_packages.name = counted.name WHERE true
    ON CONFLICT (package_id, day, version) DO UPDATE SET count = market_downloads.count + excluded.count`.execute(db);
}

test('no download is lost by the change of the table, nor counted twice', { timeout: 120_000 }, async (context) => {
  const url = await schemas.create(context);
  const before = await openBefore(url);
  const [name, version] = ['lists', '1.0.0'];
  const { id } = await before
    .insertInto('npm_packages')
    .values({ name, revision: 1, readme: '', access: 'public', created_at: '', modified_at: '' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const days = Array.from({ length: 40 }, (_, index) =>
    new Date(Date.UTC(2026, index % 14, 5)).toISOString().slice(0, 10),
  );
  const old = days.map((day, index) => ({ package_id: id, version: `${index}.0.0`, day, count: 100 }));
  await before.insertInto('market_downloads').values(old).execute();

  const ending = new AbortController();
  let counted = 0;
  let again = 0;
  const counting = async (): Promise<void> => {
    const write = (counts: readonly DownloadCount[]) => countAsBefore(before, counts);
    const now = () => new Date('2026-03-01');
    await using downloads = createDownloads({ write, onLost: () => void (again += 1), flushMs: 60_000, now });
    while (!ending.signal.aborted) {
      downloads.count(name, version);
      counted += 1;
      await downloads.flush();
    }
    // What met the move is written with the next.
    const failures = again;
    await downloads.flush();
    expect(again).toBe(failures);
  };
  const servers = [counting(), counting()];
  await expect.poll(() => counted).toBeGreaterThan(4);
  const database = await openPostgres(url);
  const atOpening = counted;
  await arrangeMonths(database.query);
  await expect.poll(() => counted).toBeGreaterThan(atOpening);
  ending.abort();
  await Promise.all(servers);

  const all = await database.query
    .selectFrom('market_downloads')
    .select(({ fn }) => fn.sum<number>('count').as('count'))
    .executeTakeFirstOrThrow();
  expect(all.count).toBe(40 * 100 + counted);
  const { rows } = await sql`SELECT 1 FROM market_downloads_rest`.execute(database.query);
  expect(rows).toEqual([]);
  await before.destroy();
  await database.close();
});
