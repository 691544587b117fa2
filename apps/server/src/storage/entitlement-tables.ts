import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const needed = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const empty = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().defaultTo('');
const ofEntitlement = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
  column.notNull().references('entitlements.id');

/** Packages that have to be paid for, and who has. */
export const entitlements: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    // Of the package itself: what tells other instances of its changes tells of these.
    await db.schema.alterTable('npm_packages').addColumn('paid_versions', 'text').execute();
    await db.schema.alterTable('npm_packages').addColumn('terms', 'text', empty).execute();
    await db.schema.alterTable('npm_packages').addColumn('terms_url', 'text', empty).execute();
    await createEntitlements(db);
    await createTokens(db);
  },
};

async function createEntitlements(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('entitlements')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('package_id', 'integer', (column) => column.notNull().references('npm_packages.id'))
    .addColumn('account_id', 'integer', (column) => column.references('accounts.id'))
    .addColumn('namespace', 'text', (column) => column.references('namespaces.name'))
    .addColumn('versions', 'text', needed)
    .addColumn('not_before', 'text', needed)
    .addColumn('expires_at', 'text')
    .addColumn('seats', 'integer')
    .addColumn('features', 'text', needed)
    .addColumn('reference', 'text')
    .addColumn('created_at', 'text', needed)
    .addColumn('created_by', 'integer', (column) => column.notNull().references('accounts.id'))
    .addColumn('revoked_at', 'text')
    .addColumn('revoked_because', 'text', empty)
    .addUniqueConstraint('entitlements_reference', ['package_id', 'reference'] as never)
    .execute();
  for (const column of ['account_id', 'namespace']) {
    await db.schema.createIndex(`entitlements_by_${column}`).on('entitlements').column(column).execute();
  }
}

async function createTokens(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('entitlement_seats')
    .addColumn('entitlement_id', 'integer', ofEntitlement)
    .addColumn('seat', 'text', needed)
    .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
    .addColumn('taken_at', 'text', needed)
    .addPrimaryKeyConstraint('entitlement_seats_key', ['entitlement_id', 'seat'] as never)
    .execute();
  await db.schema
    .createTable('entitlement_tokens')
    .addColumn('jti', 'text', (column) => column.primaryKey())
    .addColumn('entitlement_id', 'integer', ofEntitlement)
    .addColumn('seat', 'text', needed)
    .addColumn('issued_at', 'text', needed)
    .addColumn('expires_at', 'text', needed)
    .addColumn('revoked_at', 'text')
    .execute();
  await db.schema
    .createIndex('entitlement_tokens_by_seat')
    .on('entitlement_tokens')
    .columns(['entitlement_id', 'seat'])
    .execute();
  await db.schema
    .createIndex('entitlement_tokens_revoked')
    .on('entitlement_tokens')
    .columns(['revoked_at', 'expires_at'])
    .execute();
}
