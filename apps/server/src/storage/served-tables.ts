import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The flags that are changed here: each change is a document of its own. */
export const flagVersions: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('flag_versions')
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('changed_at', 'text', (column) => column.notNull())
      .addColumn('changed_by', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
  },
};

/** What happened to the schemas that are served, in order and without gaps. */
export const schemaLog: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('schema_log')
      .addColumn('offset', 'integer', (column) => column.primaryKey())
      .addColumn('changed_at', 'text', (column) => column.notNull())
      .addColumn('changed_by', 'text', (column) => column.notNull())
      .addColumn('change', 'text', (column) => column.notNull())
      .execute();
  },
};
