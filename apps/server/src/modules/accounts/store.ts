import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Role, Tables, TokenScope } from '../../storage/schema.ts';
import type { Standing } from './roles.ts';

export interface StoredAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly isFlagAdmin: boolean;
  /** Since when nothing of it signs in; null while it may. */
  readonly disabledAt: string | null;
}

export interface StoredToken {
  readonly key: string;
  readonly prefix: string;
  readonly name: string;
  readonly scope: TokenScope;
  readonly cidr: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** A token with whose it is. */
export interface TokenOwner extends StoredToken {
  readonly accountId: number;
  readonly account: string;
  readonly email: string;
  readonly role: Role;
  readonly isFlagAdmin: boolean;
}

export interface NewAccount extends Pick<StoredAccount, 'name' | 'email' | 'password'> {
  readonly createdAt: string;
}

/** A token or a session that is good, with whose it is. */
export interface LivingKey extends Pick<StoredAccount, 'id' | 'name' | 'role' | 'isFlagAdmin'> {
  readonly key: string;
}

/** What the accounts module needs of a database. */
export interface AccountStore {
  find(name: string): Promise<StoredAccount | undefined>;
  /** False when the name is taken. */
  add(account: NewAccount): Promise<boolean>;
  addToken(accountId: number, hash: string, token: StoredToken): Promise<void>;
  /** The token with this hash, also one that has expired; none of an account that is disabled. */
  token(hash: string): Promise<TokenOwner | undefined>;
  /** Of these tokens, by their keys, those that do not end before then, of accounts that may sign in. */
  living(keys: readonly string[], at: string): Promise<readonly LivingKey[]>;
  tokens(accountId: number): Promise<readonly StoredToken[]>;
  /** Answers with the hash of what is gone, or undefined when the account has no such token. */
  removeToken(accountId: number, key: string): Promise<string | undefined>;
  setStanding(accountId: number, standing: Standing): Promise<void>;
}

const columns = [
  'tokens.key',
  'tokens.prefix',
  'tokens.name',
  'tokens.scope',
  'tokens.cidr',
  'tokens.created_at as createdAt',
  'tokens.expires_at as expiresAt',
] as const;

/** The accounts in SQL. */
export function createAccountStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): AccountStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    find: (name) =>
      read(async () => {
        const row = await db.selectFrom('accounts').select(accountColumns).where('name', '=', name).executeTakeFirst();
        return row && toAccount(row);
      }),
    add: ({ name, email, password, createdAt }) =>
      write(async () => {
        const { numInsertedOrUpdatedRows = 0n } = await db
          .insertInto('accounts')
          .values({ name, email, password, created_at: createdAt })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows > 0n;
      }),
    addToken: (accountId, hash, token) =>
      write(async () => {
        await db
          .insertInto('tokens')
          .values(toRow(accountId, hash, token))
          .execute();
      }),
    token: (hash) =>
      read(async () => {
        const row = await db
          .selectFrom('tokens')
          .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
          .select(columns)
          .select(['accounts.id as accountId', 'accounts.name as account', 'accounts.email', 'accounts.role'])
          .select('accounts.flag_admin as flagAdmin')
          .where('hash', '=', hash)
          .where('accounts.disabled_at', 'is', null)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { flagAdmin, ...owner } = row;
        return { ...owner, cidr: networks(row.cidr), isFlagAdmin: flagAdmin === 1 };
      }),
    living: (keys, at) =>
      read(async () => {
        const rows = await db
          .selectFrom('tokens')
          .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
          .select(['tokens.key', ...livingColumns])
          .where('tokens.key', 'in', keys)
          .where((either) => either.or([either('expires_at', 'is', null), either('expires_at', '>', at)]))
          .where('accounts.disabled_at', 'is', null)
          .execute();
        return rows.map(toLiving);
      }),
    tokens: (accountId) =>
      read(async () => {
        const rows = await db
          .selectFrom('tokens')
          .select(columns)
          .where('account_id', '=', accountId)
          .orderBy('created_at')
          .execute();
        return rows.map((row) => ({ ...row, cidr: networks(row.cidr) }));
      }),
    removeToken: (accountId, key) =>
      write(async () => {
        const gone = await db
          .deleteFrom('tokens')
          .where('account_id', '=', accountId)
          .where('key', '=', key)
          .returning('hash')
          .executeTakeFirst();
        return gone?.hash;
      }),
    setStanding: (accountId, { role, isFlagAdmin }) =>
      write(async () => {
        const kept = { role, flag_admin: isFlagAdmin ? 1 : 0 };
        await db.updateTable('accounts').set(kept).where('id', '=', accountId).execute();
      }),
  };
}

/** The columns of whose a token or a session is, for `toLiving`. */
export const livingColumns = [
  'accounts.id',
  'accounts.name',
  'accounts.role',
  'accounts.flag_admin as flagAdmin',
] as const;

export function toLiving({
  flagAdmin,
  ...living
}: Omit<LivingKey, 'isFlagAdmin'> & { readonly flagAdmin: number }): LivingKey {
  return { ...living, isFlagAdmin: flagAdmin === 1 };
}

/** The columns of an account, for `toAccount`. */
export const accountColumns = [
  'accounts.id',
  'accounts.name',
  'accounts.email',
  'accounts.password',
  'accounts.role',
  'accounts.flag_admin as flagAdmin',
  'accounts.disabled_at as disabledAt',
] as const;

/** SQL has no booleans that all stores agree on. */
export function toAccount({
  flagAdmin,
  ...account
}: Omit<StoredAccount, 'isFlagAdmin'> & { readonly flagAdmin: number }): StoredAccount {
  return { ...account, isFlagAdmin: flagAdmin === 1 };
}

function toRow(accountId: number, hash: string, token: StoredToken) {
  const { key, prefix, name, scope, cidr, createdAt, expiresAt } = token;
  const when = { created_at: createdAt, expires_at: expiresAt };
  return { account_id: accountId, hash, key, prefix, name, scope, cidr: JSON.stringify(cidr), ...when };
}

function networks(cidr: string): readonly string[] {
  return JSON.parse(cidr) as readonly string[];
}
