import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Accounts that are disabled, passwords that are set anew, and who may see and send the reports of a project. */
export const rights: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema.alterTable('accounts').addColumn('disabled_at', 'text').execute();
    await db.schema
      .createTable('password_resets')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'integer', (column) => column.notNull().unique().references('accounts.id'))
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text', (column) => column.notNull())
      .execute();
    // What was there before was shown to everybody, and stays so.
    await db.schema
      .alterTable('projects')
      .addColumn('visibility', 'text', (column) => column.notNull().defaultTo('public'))
      .execute();
    await db.schema
      .createTable('project_members')
      .addColumn('project_id', 'integer', (column) => column.notNull().references('projects.id'))
      .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('added_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('project_members_key', ['project_id', 'account_id'])
      .execute();
    await db.schema.createIndex('project_members_by_account').on('project_members').column('account_id').execute();
  },
};
