import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who may change flags, who is signed in to the pages, who is on the way to it, and accounts as others know them. */
export const identity: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .alterTable('accounts')
      .addColumn('flag_admin', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createTable('web_sessions')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
      .addColumn('method', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('seen_at', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text', (column) => column.notNull())
      .addColumn('id_token', 'text')
      .execute();
    await db.schema.createIndex('web_sessions_by_account').on('web_sessions').column('account_id').execute();
    await db.schema.createIndex('web_sessions_by_end').on('web_sessions').column('expires_at').execute();
    await createFlows(db);
    await db.schema
      .createTable('account_identities')
      .addColumn('issuer', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
      .addColumn('linked_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('account_identities_key', ['issuer', 'subject'])
      .execute();
    await db.schema
      .createIndex('account_identities_by_account')
      .on('account_identities')
      .column('account_id')
      .execute();
  },
};

/** Each is for one use, and for minutes. */
/** Each sign-in removes those that are over. */
export const openIdFlowsByEnd: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema.createIndex('openid_flows_by_end').on('openid_flows').column('expires_at').execute();
  },
};

async function createFlows(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('npm_logins')
    .addColumn('done_hash', 'text', (column) => column.primaryKey())
    .addColumn('page_hash', 'text', (column) => column.notNull().unique())
    .addColumn('asked_from', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('account_id', 'integer', (column) => column.references('accounts.id'))
    .execute();
  await db.schema
    .createTable('openid_flows')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('nonce', 'text', (column) => column.notNull())
    .addColumn('verifier', 'text', (column) => column.notNull())
    .addColumn('next', 'text', (column) => column.notNull())
    .addColumn('link_to', 'integer', (column) => column.references('accounts.id'))
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .execute();
}
