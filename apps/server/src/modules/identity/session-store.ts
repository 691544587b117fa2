import type { Kysely } from 'kysely';
import { livingColumns, toLiving, type LivingKey } from '../accounts/store.ts';
import type { SignInMethod } from '../../storage/identity-schema.ts';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Role, Tables } from '../../storage/schema.ts';

export interface NewSession {
  readonly hash: string;
  readonly key: string;
  readonly accountId: number;
  readonly method: SignInMethod;
  readonly agent: string;
  readonly address: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly idToken: string | null;
}

export interface StoredSession {
  readonly key: string;
  readonly method: SignInMethod;
  readonly agent: string;
  readonly address: string;
  readonly createdAt: string;
  readonly seenAt: string;
}

/** A session with whose it is. */
export interface SessionOwner {
  readonly key: string;
  readonly accountId: number;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly isFlagAdmin: boolean;
  readonly method: SignInMethod;
  readonly idToken: string | null;
  readonly seenAt: string;
  readonly expiresAt: string;
}

/** Sessions that were seen last before the one time, or end before the other, are over. */
export interface Over {
  readonly seenBefore: string;
  readonly at: string;
}

export interface SessionStore {
  add(session: NewSession): Promise<void>;
  /** None of an account that is disabled. */
  find(hash: string): Promise<SessionOwner | undefined>;
  /** Of these sessions, by their keys, those that are not over, of accounts that may sign in. */
  living(keys: readonly string[], over: Over): Promise<readonly LivingKey[]>;
  touch(hash: string, at: string): Promise<void>;
  /** Newest first, without those that are over. */
  list(accountId: number, over: Over): Promise<readonly StoredSession[]>;
  removeByHash(hash: string): Promise<void>;
  /** One by its key, or all of an account. Answers with how many there were. */
  remove(accountId: number, key: string | undefined): Promise<number>;
  removeOver(over: Over): Promise<void>;
}

/** The sessions in SQL. */
export function createSessionStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): SessionStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    add: ({ hash, key, accountId, method, agent, address, createdAt, expiresAt, idToken }) =>
      write(async () => {
        const when = { created_at: createdAt, seen_at: createdAt, expires_at: expiresAt };
        const row = { hash, key, account_id: accountId, method, agent, address, id_token: idToken, ...when };
        await db.insertInto('web_sessions').values(row).execute();
      }),
    find: (hash) =>
      read(async () => {
        const row = await db
          .selectFrom('web_sessions')
          .innerJoin('accounts', 'accounts.id', 'web_sessions.account_id')
          .select(['accounts.name', 'accounts.email', 'accounts.role', 'accounts.flag_admin as flagAdmin'])
          .select(['key', 'method', 'account_id as accountId', 'id_token as idToken'])
          .select(['seen_at as seenAt', 'expires_at as expiresAt'])
          .where('hash', '=', hash)
          .where('accounts.disabled_at', 'is', null)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { flagAdmin, ...session } = row;
        return { ...session, isFlagAdmin: flagAdmin === 1 };
      }),
    living: (keys, { seenBefore, at }) =>
      read(async () => {
        const rows = await db
          .selectFrom('web_sessions')
          .innerJoin('accounts', 'accounts.id', 'web_sessions.account_id')
          .select(['web_sessions.key', ...livingColumns])
          .where('web_sessions.key', 'in', keys)
          .where('seen_at', '>', seenBefore)
          .where('expires_at', '>', at)
          .where('accounts.disabled_at', 'is', null)
          .execute();
        return rows.map(toLiving);
      }),
    touch: (hash, at) =>
      write(async () => {
        await db.updateTable('web_sessions').set({ seen_at: at }).where('hash', '=', hash).execute();
      }),
    list: (accountId, { seenBefore, at }) =>
      read(() =>
        db
          .selectFrom('web_sessions')
          .select(['key', 'method', 'agent', 'address', 'created_at as createdAt', 'seen_at as seenAt'])
          .where('account_id', '=', accountId)
          .where('seen_at', '>', seenBefore)
          .where('expires_at', '>', at)
          .orderBy('created_at', 'desc')
          .execute(),
      ),
    removeByHash: (hash) =>
      write(async () => {
        await db.deleteFrom('web_sessions').where('hash', '=', hash).execute();
      }),
    remove: (accountId, key) =>
      write(async () => {
        const own = db.deleteFrom('web_sessions').where('account_id', '=', accountId);
        const { numDeletedRows } = await (key === undefined ? own : own.where('key', '=', key)).executeTakeFirst();
        return Number(numDeletedRows);
      }),
    removeOver: ({ seenBefore, at }) =>
      write(async () => {
        await db
          .deleteFrom('web_sessions')
          .where((either) => either.or([either('seen_at', '<=', seenBefore), either('expires_at', '<=', at)]))
          .execute();
      }),
  };
}
