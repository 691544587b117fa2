import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { readStale, runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { StaleQuestion } from '../../storage/replicas/replicas.ts';
import type { Tables } from '../../storage/schema.ts';

/** How the parts of the marketplace ask the database: each question as a function of it. */
export interface MarketStore {
  read<Result>(question: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /** The same where the answer may be a little old: of a replica, if there is one. */
  readStale<Result>(ask: StaleQuestion<Result>['ask'], options?: Omit<StaleQuestion<Result>, 'ask'>): Promise<Result>;
  write<Result>(change: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
}

export function createMarketStore(db: Kysely<Tables>, pipelines: StorePipelines): MarketStore {
  const { reads, writes } = pipelines;
  return {
    readStale: (ask, options) => readStale(db, pipelines, { ...options, ask }),
    read: (question) => runThrough(reads, () => answering(() => question(db))),
    write: (change) => runThrough(writes, () => answering(() => change(db))),
  };
}
