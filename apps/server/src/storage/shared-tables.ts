import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { dialectOf } from './dialect.ts';
import { channelOf } from './notices.ts';

/** Archives and keys, which one instance alone has in its folder, and what tells the others of a change. */
export const sharedParts: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    if (dialectOf(db) === 'sqlite') return;
    await createArchives(db);
    await db.schema
      .createTable('shared_secrets')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('content', 'text', (column) => column.notNull())
      .execute();
    await createNotices(db, announced);
  },
};

/** Tells the others of each report that is stored. */
export const reportNotices: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    if (dialectOf(db) === 'sqlite') return;
    await createNotices(db, [['reports', 'INSERT', `'report ' || NEW.id`]]);
  },
};

/** Archives may be in a bucket: the table tells under which name. */
export const archiveObjects: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    if (dialectOf(db) === 'sqlite') return;
    await db.schema.alterTable('archives').addColumn('object', 'text').execute();
  },
};

async function createArchives(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('archives')
    .addColumn('sha256', 'text', (column) => column.primaryKey())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('kept_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('archive_parts')
    .addColumn('sha256', 'text', (column) => column.notNull().references('archives.sha256').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('content', 'bytea', (column) => column.notNull())
    .addPrimaryKeyConstraint('archive_parts_key', ['sha256', 'position'])
    .execute();
  // Archives are compressed already.
  await sql`ALTER TABLE archive_parts ALTER COLUMN content SET STORAGE EXTERNAL`.execute(db);
}

const ofPackage = `'package ' || (SELECT name FROM npm_packages WHERE id =
  CASE TG_OP WHEN 'DELETE' THEN OLD.package_id ELSE NEW.package_id END)`;

type Announced = readonly [table: string, on: string, payload: string];

/** Each name of a package that changes, token that goes, account that changes, and new version of the flags. */
const announced: readonly Announced[] = [
  ['npm_packages', 'INSERT OR UPDATE', `'package ' || NEW.name`],
  ['npm_owners', 'INSERT OR DELETE', ofPackage],
  ['npm_stars', 'INSERT OR DELETE', ofPackage],
  ['tokens', 'UPDATE OR DELETE', `'token ' || OLD.hash`],
  ['accounts', 'UPDATE OR DELETE', `'account ' || OLD.id`],
  ['flag_versions', 'INSERT', `'flags ' || NEW.version`],
];

/** By triggers: whatever changes a row, also somebody at a prompt, is told in the same transaction, or not at all. */
async function createNotices(db: Kysely<never>, tables: readonly Announced[]): Promise<void> {
  const { rows } = await sql<{ schema: string }>`SELECT current_schema()::text AS schema`.execute(db);
  const channel = sql.lit(channelOf(rows[0]?.schema ?? 'public'));
  for (const [table, on, payload] of tables) {
    const name = sql.ref(`tell_${table}`);
    await sql`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $tell$
      BEGIN PERFORM pg_notify(${channel}, ${sql.raw(payload)}); RETURN NULL; END $tell$`.execute(db);
    await sql`CREATE TRIGGER ${name} AFTER ${sql.raw(on)} ON ${sql.table(table)} FOR EACH ROW EXECUTE FUNCTION ${name}()`.execute(
      db,
    );
  }
}
