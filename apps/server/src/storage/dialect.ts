import { PostgresAdapter } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

/** What is asked which database it speaks to: a Kysely, or a transaction of one. */
export interface Speaking {
  getExecutor(): { readonly adapter: object };
}

/** For the few queries that have no common form: words, and what keeps writers apart. */
export function dialectOf(db: Speaking): DialectName {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';
}
