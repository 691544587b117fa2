import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';

/** How the parts of the marketplace ask the database: each question as a function of it. */
export interface MarketStore {
  read<Result>(question: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  write<Result>(change: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
}

export function createMarketStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): MarketStore {
  return {
    read: (question) => runThrough(reads, () => answering(() => question(db))),
    write: (change) => runThrough(writes, () => answering(() => change(db))),
  };
}
