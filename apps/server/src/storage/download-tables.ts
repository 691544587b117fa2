import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { dialectOf } from './dialect.ts';

/**
 * Downloads by month in PostgreSQL, and what remains of months that are not kept. No row is moved here: the table that there was
 * becomes the part for months that have none of their own, so servers of an older version go on writing and reading by its name.
 */
export const downloadsByMonth: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('market_download_years')
      .addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'))
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('year', 'text', (column) => column.notNull())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('market_download_years_key', ['package_id', 'year', 'version'])
      .execute();
    if (dialectOf(db) === 'sqlite') return;
    for (const statement of partitioned) await sql.raw(statement).execute(db);
  },
};

const partitioned = [
  'ALTER TABLE market_downloads RENAME TO market_downloads_rest',
  'ALTER INDEX market_downloads_key RENAME TO market_downloads_rest_key',
  'CREATE TABLE market_downloads (LIKE market_downloads_rest) PARTITION BY RANGE (day)',
  'ALTER TABLE market_downloads ADD CONSTRAINT market_downloads_key PRIMARY KEY (package_id, day, version)',
  'ALTER TABLE market_downloads ADD FOREIGN KEY (package_id) REFERENCES npm_packages (id)',
  'ALTER TABLE market_downloads ATTACH PARTITION market_downloads_rest DEFAULT',
];
