import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { dialectOf } from './dialect.ts';

/** Who may publish. */
export const accounts: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('accounts')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('password', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('tokens')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('cidr', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text')
      .execute();
    await db.schema.createIndex('tokens_by_account').on('tokens').column('account_id').execute();
  },
};

/** What was published. A version that is unpublished stays as a row, so that it is never published again. */
export const npmPackages: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('npm_packages')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('access', 'text', (column) => column.notNull())
      .addColumn('readme', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('modified_at', 'text', (column) => column.notNull())
      .addColumn('removed_at', 'text')
      .execute();
    await createVersions(db);
    await db.schema
      .createTable('npm_tags')
      .addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'))
      .addColumn('tag', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('npm_tags_key', ['package_id', 'tag'])
      .execute();
    for (const table of ['npm_owners', 'npm_stars']) await createLink(db, table);
    await createSearch(db);
  },
};

async function createVersions(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('npm_versions')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'))
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('manifest', 'text', (column) => column.notNull())
    .addColumn('deprecated', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('published_at', 'text', (column) => column.notNull())
    .addColumn('removed_at', 'text')
    .addUniqueConstraint('npm_versions_once', ['package_id', 'version'])
    .execute();
  await db.schema.createIndex('npm_versions_by_archive').on('npm_versions').column('sha256').execute();
}

async function createLink(db: Kysely<never>, table: string): Promise<void> {
  await db.schema
    .createTable(table)
    .addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'))
    .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
    .addPrimaryKeyConstraint(`${table}_key`, ['package_id', 'account_id'])
    .execute();
  await db.schema.createIndex(`${table}_by_account`).on(table).column('account_id').execute();
}

async function createSearch(db: Kysely<never>): Promise<void> {
  await (dialectOf(db) === 'sqlite' ? createWordsInSqlite(db) : createWordsInPostgres(db));
  await db.schema
    .createTable('npm_summaries')
    .addColumn('package_id', 'integer', (column) => column.primaryKey().references('npm_packages.id'))
    .addColumn('summary', 'text', (column) => column.notNull())
    .execute();
}

/** The index of words is SQLite's own; the texts it was made of are kept in it, as it needs them to forget a package. */
async function createWordsInSqlite(db: Kysely<never>): Promise<void> {
  await sql`CREATE VIRTUAL TABLE npm_words USING fts5(name, keywords, description, author, prefix='2 3', tokenize='unicode61 remove_diacritics 2')`.execute(
    db,
  );
}

/** The words are split before they come here, so that both databases find the same ones. */
async function createWordsInPostgres(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('npm_words')
    .addColumn('rowid', 'integer', (column) => column.primaryKey().references('npm_packages.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('words', sql`tsvector`, (column) => column.notNull())
    .execute();
  await sql`CREATE INDEX npm_words_by_word ON npm_words USING gin (words)`.execute(db);
}

/** The packages that a search has to leave out: few of many, found without reading the others. */
export const restrictedPackages: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`CREATE INDEX npm_packages_restricted ON npm_packages (id) WHERE access = 'restricted'`.execute(db);
  },
};
