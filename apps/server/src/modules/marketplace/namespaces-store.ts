import type { Kysely } from 'kysely';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

export interface Member {
  readonly account: string;
  readonly role: 'owner' | 'member';
}

export async function readMembers(db: Kysely<Tables>, namespace: string): Promise<readonly Member[]> {
  return db
    .selectFrom('namespace_members')
    .innerJoin('accounts', 'accounts.id', 'namespace_members.account_id')
    .select(['accounts.name as account', 'namespace_members.role'])
    .where('namespace', '=', namespace)
    .orderBy('accounts.name')
    .execute();
}

/** Claims a scope that nobody has, and in which nobody else has a package. */
export function claimNamespace(
  db: Kysely<Tables>,
  namespace: string,
  { accountId, at }: { readonly accountId: number; readonly at: string },
): Promise<'done' | 'taken'> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `namespace ${namespace}`);
    const members = await transaction
      .selectFrom('namespace_members')
      .select(['account_id', 'role'])
      .where('namespace', '=', namespace)
      .execute();
    if (members.length > 0) {
      return members.some((each) => each.account_id === accountId && each.role === 'owner') ? 'done' : 'taken';
    }
    const foreign = await transaction
      .selectFrom('npm_packages')
      .select('id')
      .where('name', '>=', `${namespace}/`)
      .where('name', '<', `${namespace}0`)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('npm_owners')
              .select('account_id')
              .whereRef('npm_owners.package_id', '=', 'npm_packages.id')
              .where('npm_owners.account_id', '=', accountId),
          ),
        ),
      )
      .limit(1)
      .executeTakeFirst();
    if (foreign !== undefined) return 'taken';
    await transaction
      .insertInto('namespaces')
      .values({ name: namespace, created_at: at })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    await transaction
      .insertInto('namespace_members')
      .values({ namespace, account_id: accountId, role: 'owner' })
      .execute();
    return 'done';
  });
}

export interface NamespaceChange {
  readonly accountId: number;
  /** Undefined for a member that is to go. */
  readonly role: Member['role'] | undefined;
  /** The account that changes it. */
  readonly by: number;
}

/** Adds a member, changes its role, or removes it, as an owner; never the last one. */
export function changeMember(
  db: Kysely<Tables>,
  namespace: string,
  { accountId, role, by }: NamespaceChange,
): Promise<'done' | 'no owner' | 'not owned'> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `namespace ${namespace}`);
    const owners = await transaction
      .selectFrom('namespace_members')
      .select('account_id')
      .where('namespace', '=', namespace)
      .where('role', '=', 'owner')
      .execute();
    // In the transaction: a right that was taken meanwhile is none.
    if (!owners.some((owner) => owner.account_id === by)) return 'not owned';
    const isLast = owners.length === 1 && owners[0]?.account_id === accountId;
    if (isLast && role !== 'owner') return 'no owner';
    if (role === undefined) {
      await transaction
        .deleteFrom('namespace_members')
        .where('namespace', '=', namespace)
        .where('account_id', '=', accountId)
        .execute();
      return 'done';
    }
    await transaction
      .insertInto('namespace_members')
      .values({ namespace, account_id: accountId, role })
      .onConflict((conflict) => conflict.columns(['namespace', 'account_id']).doUpdateSet({ role }))
      .execute();
    return 'done';
  });
}

export interface PublisherKey {
  readonly id: string;
  readonly key: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export function keysOf(db: Kysely<Tables>, accountId: number): Promise<readonly PublisherKey[]> {
  return db
    .selectFrom('publisher_keys')
    .select(keyColumns)
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
}

/** Keys in use of all owners of a package. */
export function keysOfOwners(
  db: Kysely<Tables>,
  packageId: number,
): Promise<readonly (PublisherKey & { account: string })[]> {
  return db
    .selectFrom('publisher_keys')
    .innerJoin('npm_owners', 'npm_owners.account_id', 'publisher_keys.account_id')
    .innerJoin('accounts', 'accounts.id', 'publisher_keys.account_id')
    .select([...keyColumns, 'accounts.name as account'])
    .where('npm_owners.package_id', '=', packageId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** False when somebody has this key, or had it: a key that was revoked does not come back. */
export async function addKey(
  db: Kysely<Tables>,
  {
    id,
    key,
    accountId,
    at,
  }: { readonly id: string; readonly key: string; readonly accountId: number; readonly at: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('publisher_keys')
    .values({ key_id: id, key, account_id: accountId, created_at: at, revoked_at: null })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

export async function revokeKey(db: Kysely<Tables>, accountId: number, id: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('publisher_keys')
    .set({ revoked_at: at })
    .where('account_id', '=', accountId)
    .where('key_id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const keyColumns = [
  'publisher_keys.key_id as id',
  'publisher_keys.key',
  'publisher_keys.created_at as createdAt',
  'publisher_keys.revoked_at as revokedAt',
] as const;
