import { sql, type Transaction } from 'kysely';
import { dialectOf } from './dialect.ts';
import type { Tables } from './schema.ts';

/**
 * Keeps other transactions that lock the same subject waiting until this one ends; those that lock it together with others wait
 * for none of them. To be called before anything is read that the change depends on. SQLite has one writer anyway.
 */
export async function lock(
  db: Transaction<Tables>,
  subject: string,
  mode: 'alone' | 'together' = 'alone',
): Promise<void> {
  if (dialectOf(db) === 'sqlite') return;
  const take = sql.raw(mode === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  // Locks of this kind belong to the whole database, tables to a schema of it.
  await sql`SELECT ${take}(hashtextextended(current_schema() || ' seaworthy ' || ${subject}::text, 0))`.execute(db);
}
