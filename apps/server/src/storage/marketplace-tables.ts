import { sql, type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { dialectOf } from './dialect.ts';

type Builder = CreateTableBuilder<string, string>;

/** What people say and do about packages: listings, reviews, downloads, namespaces, certifications; and the roles of accounts. */
export const marketplace: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .alterTable('accounts')
      .addColumn('role', 'text', (column) => column.notNull().defaultTo('publisher'))
      .execute();
    await createListings(db);
    await createReviews(db);
    await createNamespaces(db);
    await createCertifications(db);
    await addCategories(db);
    // A database of PostgreSQL never was without listings.
    if (dialectOf(db) === 'sqlite') await listPublished(db);
  },
};

/** The orders that packages are shown in: a page is read from its place on, and not all of them are sorted for it. */
export const listingOrders: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const column of ['published_at', 'downloads']) {
      await db.schema.dropIndex(`market_listings_by_${column}`).execute();
      await db.schema
        .createIndex(`market_listings_by_${column}`)
        .on('market_listings')
        .columns([`${column} desc`, 'name'])
        .execute();
    }
  },
};

/** Lists say what has to be paid for, as the packages themselves do. */
export const paidListings: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema.alterTable('market_listings').addColumn('paid_versions', 'text').execute();
    await sql`UPDATE market_listings SET paid_versions =
      (SELECT npm_packages.paid_versions FROM npm_packages WHERE npm_packages.id = market_listings.package_id)`.execute(
      db,
    );
  },
};

const text = (table: Builder, ...names: readonly string[]): Builder =>
  names.reduce((all, name) => all.addColumn(name, 'text', (column) => column.notNull()), table);

const ofPackage = (table: Builder): Builder =>
  table.addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'));

const byAccount = (table: Builder): Builder =>
  table.addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'));

const whole = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().defaultTo(0);

async function createListings(db: Kysely<never>): Promise<void> {
  const listings = db.schema
    .createTable('market_listings')
    .addColumn('package_id', 'integer', (column) => column.primaryKey().references('npm_packages.id'));
  await text(listings, 'name', 'version', 'description', 'license', 'published_at')
    .addColumn('is_spdx', 'integer', whole)
    .addColumn('is_plugin', 'integer', whole)
    .addColumn('downloads', 'integer', whole)
    .addColumn('rating_sum', 'integer', whole)
    .addColumn('rating_count', 'integer', whole)
    .addColumn('certified', 'text')
    .execute();
  for (const column of ['name', 'published_at', 'downloads', 'license']) {
    await db.schema.createIndex(`market_listings_by_${column}`).on('market_listings').column(column).execute();
  }
  const categories = db.schema.createTable('market_categories').addColumn('id', 'text', (id) => id.primaryKey());
  await text(categories, 'title', 'description').execute();
  for (const [table, column] of [
    ['market_listing_categories', 'category'],
    ['market_listing_tags', 'tag'],
  ] as const) {
    await text(ofPackage(db.schema.createTable(table)), column)
      .addPrimaryKeyConstraint(`${table}_key`, ['package_id', column] as never)
      .execute();
    await db.schema.createIndex(`${table}_by_${column}`).on(table).column(column).execute();
  }
}

async function createReviews(db: Kysely<never>): Promise<void> {
  const reviews = db.schema.createTable('market_reviews').addColumn('id', 'integer', (id) => id.primaryKey());
  await text(
    byAccount(ofPackage(reviews)).addColumn('rating', 'integer', (column) => column.notNull()),
    'title',
    'body',
    'version',
    'created_at',
    'edited_at',
    'state',
    'reason',
  )
    .addUniqueConstraint('market_reviews_once', ['package_id', 'account_id'] as never)
    .execute();
  await text(ofPackage(db.schema.createTable('market_downloads')), 'version', 'day')
    .addColumn('count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('market_downloads_key', ['package_id', 'day', 'version'] as never)
    .execute();
}

async function createNamespaces(db: Kysely<never>): Promise<void> {
  const namespaces = db.schema.createTable('namespaces').addColumn('name', 'text', (name) => name.primaryKey());
  await text(namespaces, 'created_at').execute();
  const members = db.schema
    .createTable('namespace_members')
    .addColumn('namespace', 'text', (column) => column.notNull().references('namespaces.name'));
  await text(byAccount(members), 'role')
    .addPrimaryKeyConstraint('namespace_members_key', ['namespace', 'account_id'] as never)
    .execute();
  const keys = db.schema.createTable('publisher_keys').addColumn('key_id', 'text', (column) => column.primaryKey());
  await text(byAccount(keys as Builder), 'key', 'created_at')
    .addColumn('revoked_at', 'text')
    .execute();
  await db.schema.createIndex('publisher_keys_by_account').on('publisher_keys').column('account_id').execute();
}

async function createCertifications(db: Kysely<never>): Promise<void> {
  const certifications = db.schema.createTable('certifications').addColumn('id', 'integer', (id) => id.primaryKey());
  await text(
    byAccount(ofPackage(certifications)),
    'version',
    'state',
    'envelopes',
    'checks',
    'reasons',
    'created_at',
    'changed_at',
  ).execute();
  await db.schema.createIndex('certifications_by_state').on('certifications').columns(['state', 'id']).execute();
  await db.schema.createIndex('certifications_by_package').on('certifications').column('package_id').execute();
  const steps = db.schema
    .createTable('certification_steps')
    .addColumn('id', 'integer', (id) => id.primaryKey())
    .addColumn('certification_id', 'integer', (column) => column.notNull().references('certifications.id'));
  await text(steps, 'at', 'state', 'by_name', 'note').execute();
  await db.schema.createIndex('certification_steps_by').on('certification_steps').column('certification_id').execute();
}

const categories: readonly (readonly [id: string, title: string, description: string])[] = [
  ['build', 'Build', 'Compiles, bundles and releases.'],
  ['data', 'Data', 'Databases, queues, files and caches.'],
  ['http', 'HTTP', 'Servers, clients and what lies between them.'],
  ['observability', 'Observability', 'Logs, metrics, traces and health.'],
  ['resilience', 'Resilience', 'Retries, limits, breakers and shutdown.'],
  ['rules', 'Rules', 'More rules for the audit.'],
  ['security', 'Security', 'Accounts, secrets and protection.'],
  ['testing', 'Testing', 'Finds mistakes before users do.'],
];

async function addCategories(db: Kysely<never>): Promise<void> {
  for (const [id, title, description] of categories) {
    await sql`INSERT INTO market_categories (id, title, description) VALUES (${id}, ${title}, ${description})`.execute(
      db,
    );
  }
}

/** What was published before there were listings; whether a licence is one of SPDX is told at the next publication. */
async function listPublished(db: Kysely<never>): Promise<void> {
  await sql`INSERT INTO market_listings (package_id, name, version, description, license, published_at, is_plugin)
    SELECT npm_packages.id, npm_packages.name, npm_versions.version, coalesce(manifest ->> '$.description', ''),
      CASE json_type(manifest, '$.license') WHEN 'text' THEN manifest ->> '$.license' ELSE '' END,
      npm_versions.published_at, json_type(manifest, '$.seaworthy') IS 'object'
    FROM npm_packages
    JOIN npm_tags ON npm_tags.package_id = npm_packages.id AND npm_tags.tag = 'latest'
    JOIN npm_versions ON npm_versions.package_id = npm_packages.id AND npm_versions.version = npm_tags.version
    WHERE npm_packages.removed_at IS NULL AND npm_versions.removed_at IS NULL`.execute(db);
  await sql`INSERT OR IGNORE INTO market_listing_tags (package_id, tag)
    SELECT npm_tags.package_id, lower(keyword.value) FROM npm_tags
    JOIN npm_versions ON npm_versions.package_id = npm_tags.package_id AND npm_versions.version = npm_tags.version
    JOIN json_each(npm_versions.manifest, '$.keywords') AS keyword
    WHERE npm_tags.tag = 'latest' AND npm_versions.removed_at IS NULL AND json_type(npm_versions.manifest, '$.keywords') = 'array'
      AND keyword.type = 'text' AND length(keyword.value) BETWEEN 1 AND 40
      AND lower(keyword.value) NOT GLOB '*[^a-z0-9-]*'`.execute(db);
}
