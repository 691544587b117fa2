import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import { openDatabase, type Database } from '../../src/storage/database.ts';
import type { DialectName } from '../../src/storage/dialect.ts';
import { openPostgres } from '../../src/storage/postgres.ts';
import { postgresSchemas } from './postgres-schemas.ts';

/** Runs the same tests with SQLite and with a real PostgreSQL, each with an empty database. */
export function describeEachDatabase(define: (current: () => Database, dialect: DialectName) => void): void {
  describe('sqlite', () => {
    let database: Database | undefined;
    beforeEach(async () => {
      database = await openDatabase(':memory:');
    });
    afterEach(() => database?.close());
    define(() => database as Database, 'sqlite');
  });
  describe('postgres', () => {
    let database: Database | undefined;
    const schemas = postgresSchemas();
    beforeEach(async (context) => {
      // To make all tables takes longer than most tests.
      if (database === undefined) database = await openPostgres(await schemas.create(context));
      else await empty(database);
    }, 120_000);
    afterAll(async () => {
      await database?.close();
      await schemas[Symbol.asyncDispose]();
    });
    define(() => database as Database, 'postgres');
  });
}

async function empty({ query }: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT tablename::text AS name FROM pg_tables
    WHERE schemaname = current_schema() AND tablename NOT LIKE 'kysely%' AND tablename <> 'market_categories'`.execute(
    query,
  );
  await sql`TRUNCATE ${sql.join(rows.map(({ name }) => sql.table(name)))} RESTART IDENTITY CASCADE`.execute(query);
}
