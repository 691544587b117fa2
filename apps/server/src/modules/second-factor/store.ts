import { sql, type Kysely, type Transaction } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import type { FactorMode } from '../../storage/second-factor-schema.ts';

export interface StoredFactor {
  readonly mode: FactorMode;
  /** Sealed. */
  readonly secret: string;
  readonly createdAt: string;
  /** Null until a code has shown that the authenticator has the secret. */
  readonly confirmedAt: string | null;
  /** The step of the newest code that was used. */
  readonly lastStep: number;
  readonly recoveryCodes: number;
}

export interface NewFactor extends Pick<StoredFactor, 'mode' | 'secret' | 'createdAt'> {}

/** Attempts of a time. */
export interface AttemptLimit {
  readonly most: number;
  readonly at: string;
  /** When the time ends that begins now. */
  readonly until: string;
}

export interface SecondFactorStore {
  find(accountId: number): Promise<StoredFactor | undefined>;
  /** Takes the place of one that nobody has confirmed. False when there is one that was. */
  begin(accountId: number, factor: NewFactor): Promise<boolean>;
  /** False when it was confirmed already, or is gone. */
  confirm(accountId: number, at: string, hashes: readonly string[]): Promise<boolean>;
  setMode(accountId: number, mode: FactorMode): Promise<void>;
  /** Answers whether there was one. */
  remove(accountId: number): Promise<boolean>;
  /** Counts an attempt. Answers with when there may be one again, if there were too many. */
  attempt(accountId: number, limit: AttemptLimit): Promise<string | undefined>;
  /** False when this code or a later one was used. */
  useStep(accountId: number, step: number): Promise<boolean>;
  /** False when there is no such code any more. */
  useRecoveryCode(accountId: number, hash: string): Promise<boolean>;
}

/** The second factors in SQL. No replica is asked: what was used a moment ago is used. */
export function createSecondFactorStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): SecondFactorStore {
  const write = <Result>(task: (open: Transaction<Tables>) => Promise<Result>) =>
    runThrough(writes, () => answering(() => db.transaction().execute(task)));
  return {
    find: (accountId) => runThrough(reads, () => answering(() => find(db, accountId))),
    begin: (accountId, { mode, secret, createdAt }) =>
      write(async (open) => {
        const fresh = { mode, secret, created_at: createdAt, last_step: 0, failures: 0, failures_until: null };
        const { numInsertedOrUpdatedRows = 0n } = await open
          .insertInto('second_factors')
          .values({ account_id: accountId, confirmed_at: null, ...fresh })
          .onConflict((conflict) =>
            conflict.column('account_id').doUpdateSet(fresh).where('second_factors.confirmed_at', 'is', null),
          )
          .executeTakeFirst();
        return numInsertedOrUpdatedRows > 0n;
      }),
    confirm: (accountId, at, hashes) =>
      write(async (open) => {
        const { numUpdatedRows } = await open
          .updateTable('second_factors')
          .set({ confirmed_at: at })
          .where('account_id', '=', accountId)
          .where('confirmed_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        const rows = hashes.map((hash) => ({ account_id: accountId, hash }));
        await open.insertInto('recovery_codes').values(rows).execute();
        return true;
      }),
    setMode: (accountId, mode) =>
      write(async (open) => {
        await open.updateTable('second_factors').set({ mode }).where('account_id', '=', accountId).execute();
      }),
    remove: (accountId) =>
      write(async (open) => {
        await open.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute();
        const gone = await open.deleteFrom('second_factors').where('account_id', '=', accountId).executeTakeFirst();
        return gone.numDeletedRows > 0n;
      }),
    attempt: (accountId, limit) => write((open) => attempt(open, accountId, limit)),
    useStep: (accountId, step) =>
      write(async (open) => {
        const { numUpdatedRows } = await open
          .updateTable('second_factors')
          .set({ last_step: step, failures: 0, failures_until: null })
          .where('account_id', '=', accountId)
          .where('last_step', '<', step)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    useRecoveryCode: (accountId, hash) =>
      write(async (open) => {
        const own = open.deleteFrom('recovery_codes').where('account_id', '=', accountId).where('hash', '=', hash);
        if ((await own.executeTakeFirst()).numDeletedRows === 0n) return false;
        const fresh = { failures: 0, failures_until: null };
        await open.updateTable('second_factors').set(fresh).where('account_id', '=', accountId).execute();
        return true;
      }),
  };
}

async function find(db: Kysely<Tables>, accountId: number): Promise<StoredFactor | undefined> {
  return db
    .selectFrom('second_factors')
    .select(['mode', 'secret', 'created_at as createdAt', 'confirmed_at as confirmedAt', 'last_step as lastStep'])
    .select((row) =>
      row
        .selectFrom('recovery_codes')
        .select((all) => all.fn.countAll<number>().as('count'))
        .whereRef('recovery_codes.account_id', '=', 'second_factors.account_id')
        .$asScalar()
        .$notNull()
        .as('recoveryCodes'),
    )
    .where('account_id', '=', accountId)
    .executeTakeFirst();
}

/** Counted before the code is looked at: guesses at one moment are all counted. */
async function attempt(
  db: Transaction<Tables>,
  accountId: number,
  { most, at, until }: AttemptLimit,
): Promise<string | undefined> {
  const isOver = sql<boolean>`(failures_until IS NULL OR failures_until <= ${at})`;
  const { numUpdatedRows } = await db
    .updateTable('second_factors')
    .set({
      failures: sql<number>`CASE WHEN ${isOver} THEN 1 ELSE failures + 1 END`,
      failures_until: sql<string>`CASE WHEN ${isOver} THEN ${until} ELSE failures_until END`,
    })
    .where('account_id', '=', accountId)
    .where((either) => either.or([isOver, either('failures', '<', most)]))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return undefined;
  const found = await db
    .selectFrom('second_factors')
    .select('failures_until')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return found?.failures_until ?? undefined;
}
