import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';

/** One change of the flags. */
export interface FlagChange {
  /** 1 for the first, without gaps. */
  readonly version: number;
  readonly at: string;
  readonly by: string;
  /** What was done: `flag "beta" set`, `back to version 3`. */
  readonly cause: string;
}

export interface StoredFlags extends FlagChange {
  /** As JSON text. */
  readonly document: string;
}

/** What the flags module needs of a database. */
export interface FlagStore {
  latest(): Promise<StoredFlags | undefined>;
  version(version: number): Promise<StoredFlags | undefined>;
  /** Newest first. */
  history(limit: number): Promise<readonly FlagChange[]>;
  /** Keeps a version for good; false, and nothing is kept, when there is one of that number. */
  add(flags: StoredFlags): Promise<boolean>;
}

const columns = ['version', 'changed_at as at', 'changed_by as by', 'cause'] as const;

/** The flags in SQL. */
export function createFlagStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): FlagStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const versions = () => db.selectFrom('flag_versions').select(columns).orderBy('version', 'desc');
  return {
    latest: () => read(() => versions().select('document').limit(1).executeTakeFirst()),
    version: (version) => read(() => versions().select('document').where('version', '=', version).executeTakeFirst()),
    history: (limit) => read(() => versions().limit(limit).execute()),
    add: ({ version, at, by, cause, document }) =>
      runThrough(writes, () =>
        answering(async () => {
          const { numInsertedOrUpdatedRows = 0n } = await db
            .insertInto('flag_versions')
            .values({ version, changed_at: at, changed_by: by, cause, document })
            .onConflict((conflict) => conflict.column('version').doNothing())
            .executeTakeFirst();
          return numInsertedOrUpdatedRows > 0n;
        }),
      ),
  };
}
