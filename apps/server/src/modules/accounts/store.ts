import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Role, Tables } from '../../storage/schema.ts';

export interface StoredAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

export interface StoredToken {
  readonly key: string;
  readonly prefix: string;
  readonly name: string;
  readonly scope: 'read' | 'publish';
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
}

/** What the accounts module needs of a database. */
export interface AccountStore {
  find(name: string): Promise<StoredAccount | undefined>;
  /** False when the name is taken. */
  add(account: Omit<StoredAccount, 'id' | 'role'> & { readonly createdAt: string }): Promise<boolean>;
  addToken(accountId: number, hash: string, token: StoredToken): Promise<void>;
  /** The token with this hash, also one that has expired. */
  token(hash: string): Promise<TokenOwner | undefined>;
  tokens(accountId: number): Promise<readonly StoredToken[]>;
  /** Answers with the hash of what is gone, or undefined when the account has no such token. */
  removeToken(accountId: number, key: string): Promise<string | undefined>;
  setRole(accountId: number, role: Role): Promise<void>;
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
      read(() =>
        db
          .selectFrom('accounts')
          .select(['id', 'name', 'email', 'password', 'role'])
          .where('name', '=', name)
          .executeTakeFirst(),
      ),
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
          .where('hash', '=', hash)
          .executeTakeFirst();
        return row && { ...row, cidr: networks(row.cidr) };
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
    setRole: (accountId, role) =>
      write(async () => {
        await db.updateTable('accounts').set({ role }).where('id', '=', accountId).execute();
      }),
  };
}

function toRow(accountId: number, hash: string, token: StoredToken) {
  const { key, prefix, name, scope, cidr, createdAt, expiresAt } = token;
  const when = { created_at: createdAt, expires_at: expiresAt };
  return { account_id: accountId, hash, key, prefix, name, scope, cidr: JSON.stringify(cidr), ...when };
}

function networks(cidr: string): readonly string[] {
  return JSON.parse(cidr) as readonly string[];
}
