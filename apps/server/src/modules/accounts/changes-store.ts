// What changes of an account after it was made. Who it is asked about stays signed in nowhere that a change has ended.
import type { Kysely, Transaction } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import { keepingAdmin } from './admins.ts';
import { noPassword } from './passwords.ts';
import type { Standing } from './roles.ts';

export interface NewPassword {
  /** As it is to be kept. */
  readonly password: string;
  /** Whether the tokens of the account are gone with the old one. Browsers are signed out in any case. */
  readonly revokesTokens: boolean;
}

export interface NewReset {
  readonly hash: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface ResetOwner {
  readonly accountId: number;
  readonly name: string;
}

/** An account whose change may leave nobody who gives roles. */
export interface ChangedAccount {
  readonly id: number;
  readonly name: string;
  /** Who is an admin by the settings. */
  readonly named: readonly string[];
}

export interface EndedSignIns {
  readonly sessions: number;
  readonly tokens: number;
}

export interface AccountChangeStore {
  /** False when `before` is not what is kept: somebody else was faster, or the account is disabled. */
  setPassword(accountId: number, before: string, wanted: NewPassword): Promise<boolean>;
  setEmail(accountId: number, email: string): Promise<void>;
  /** Ends what is signed in, if it is disabled; its tokens stay, and are good again when it is enabled. @throws LAST_ADMIN */
  setDisabled(account: ChangedAccount, at: string | null): Promise<void>;
  /** @throws ServerErrors.LAST_ADMIN */
  setStanding(account: ChangedAccount, standing: Standing): Promise<void>;
  /** Browsers, logins of npm on their way, and tokens. Answers with how many there were. */
  endAll(accountId: number): Promise<EndedSignIns>;
  /** Takes the place of the one before. */
  addReset(accountId: number, reset: NewReset): Promise<void>;
  /** Whose it is, while it is good. */
  findReset(hash: string, at: string): Promise<ResetOwner | undefined>;
  /** Sets the password, once. Undefined when it is over. */
  takeReset(hash: string, at: string, wanted: NewPassword): Promise<ResetOwner | undefined>;
}

type Db = Transaction<Tables>;

/** The changes in SQL. */
export function createAccountChangeStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): AccountChangeStore {
  const write = <Result>(task: (open: Db) => Promise<Result>) =>
    runThrough(writes, () => answering(() => db.transaction().execute(task)));
  const changing = (account: ChangedAccount, change: (open: Db) => Promise<void>) =>
    runThrough(writes, () => answering(() => keepingAdmin(db, account, change)));
  return {
    setPassword: (accountId, before, wanted) =>
      write(async (open) => {
        if (!(await replacePassword(open, accountId, wanted.password, before))) return false;
        await endSignIns(open, accountId);
        if (wanted.revokesTokens) await open.deleteFrom('tokens').where('account_id', '=', accountId).execute();
        return true;
      }),
    setEmail: (accountId, email) =>
      write(async (open) => {
        await open.updateTable('accounts').set({ email }).where('id', '=', accountId).execute();
      }),
    setDisabled: (account, at) =>
      changing(account, async (open) => {
        await open.updateTable('accounts').set({ disabled_at: at }).where('id', '=', account.id).execute();
        if (at !== null) await endSignIns(open, account.id);
      }),
    setStanding: (account, { role, isFlagAdmin }) =>
      changing(account, async (open) => {
        const kept = { role, flag_admin: isFlagAdmin ? 1 : 0 };
        await open.updateTable('accounts').set(kept).where('id', '=', account.id).execute();
      }),
    endAll: (accountId) =>
      write(async (open) => {
        const gone = [];
        for (const table of ['web_sessions', 'tokens', 'npm_logins'] as const) {
          gone.push(await open.deleteFrom(table).where('account_id', '=', accountId).executeTakeFirst());
        }
        const [sessions = 0, tokens = 0] = gone.map(({ numDeletedRows }) => Number(numDeletedRows));
        return { sessions, tokens };
      }),
    addReset: (accountId, { hash, createdBy, createdAt, expiresAt }) =>
      write(async (open) => {
        await open.deleteFrom('password_resets').where('expires_at', '<=', createdAt).execute();
        const reset = { hash, created_by: createdBy, created_at: createdAt, expires_at: expiresAt };
        await open
          .insertInto('password_resets')
          .values({ account_id: accountId, ...reset })
          .onConflict((conflict) => conflict.column('account_id').doUpdateSet(reset))
          .execute();
      }),
    findReset: (hash, at) => runThrough(reads, () => answering(() => findReset(db, hash, at))),
    takeReset: (hash, at, { password, revokesTokens }) =>
      write(async (open) => {
        const found = await findReset(open, hash, at);
        // Whoever deletes it has it.
        const { numDeletedRows } = await open.deleteFrom('password_resets').where('hash', '=', hash).executeTakeFirst();
        if (found === undefined || numDeletedRows === 0n) return undefined;
        if (!(await replacePassword(open, found.accountId, password))) return undefined;
        await endSignIns(open, found.accountId);
        if (revokesTokens) await open.deleteFrom('tokens').where('account_id', '=', found.accountId).execute();
        return found;
      }),
  };
}

/** Only one that is kept here is replaced, and only of an account that may sign in. */
async function replacePassword(db: Db, accountId: number, password: string, before?: string): Promise<boolean> {
  let update = db
    .updateTable('accounts')
    .set({ password })
    .where('id', '=', accountId)
    .where('password', '<>', noPassword)
    .where('disabled_at', 'is', null);
  if (before !== undefined) update = update.where('password', '=', before);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Browsers, logins of npm that were allowed and not fetched, and codes that would set a password. */
async function endSignIns(db: Db, accountId: number): Promise<void> {
  for (const table of ['web_sessions', 'npm_logins', 'password_resets'] as const) {
    await db.deleteFrom(table).where('account_id', '=', accountId).execute();
  }
}

function findReset(db: Kysely<Tables>, hash: string, at: string): Promise<ResetOwner | undefined> {
  return db
    .selectFrom('password_resets')
    .innerJoin('accounts', 'accounts.id', 'password_resets.account_id')
    .select(['accounts.id as accountId', 'accounts.name'])
    .where('hash', '=', hash)
    .where('expires_at', '>', at)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
}
