import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Authenticators of people, and the codes for who has lost theirs. */
export const secondFactors: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('second_factors')
      .addColumn('account_id', 'integer', (column) => column.primaryKey().references('accounts.id'))
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('confirmed_at', 'text')
      .addColumn('last_step', 'integer', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('failures_until', 'text')
      .execute();
    await db.schema
      .createTable('recovery_codes')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'integer', (column) => column.notNull().references('accounts.id'))
      .execute();
    await db.schema.createIndex('recovery_codes_by_account').on('recovery_codes').column('account_id').execute();
  },
};
