import type { Kysely, Transaction } from 'kysely';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';
import { splitName } from '../registry/names.ts';

export interface StoredEntitlement {
  readonly id: number;
  readonly package: string;
  /** An account, or a namespace with its at sign. */
  readonly holder: string;
  readonly versions: string;
  readonly notBefore: string;
  readonly expiresAt: string | null;
  readonly seats: number | null;
  readonly features: readonly string[];
  readonly reference: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  readonly revokedBecause: string;
}

/** Whom an entitlement is for: one account, or whoever is a member of a namespace. */
export type Holder = { readonly accountId: number } | { readonly namespace: string };

export interface NewEntitlement extends Pick<StoredEntitlement, 'versions' | 'notBefore' | 'expiresAt' | 'seats'> {
  readonly packageId: number;
  readonly holder: Holder;
  readonly features: readonly string[];
  readonly reference: string;
  readonly accountId: number;
  readonly at: string;
}

export interface Seat {
  readonly seat: string;
  readonly takenAt: string;
}

type Db = Kysely<Tables>;

/** A package as far as it is sold. */
export function findPackage(
  db: Db,
  name: string,
): Promise<{ readonly id: number; readonly access: 'public' | 'restricted' } | undefined> {
  return db
    .selectFrom('npm_packages')
    .select(['id', 'access'])
    .where('name', '=', name)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
}

/** Owners of a package and owners of its namespace sell it. */
export async function isIssuer(db: Db, name: string, accountId: number): Promise<boolean> {
  const owner = await db
    .selectFrom('npm_owners')
    .innerJoin('npm_packages', 'npm_packages.id', 'npm_owners.package_id')
    .select('account_id')
    .where('npm_packages.name', '=', name)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  const [scope] = splitName(name);
  if (owner !== undefined || scope === undefined) return owner !== undefined;
  const ofNamespace = await memberships(db, accountId)
    .where('namespace', '=', `@${scope}`)
    .where('role', '=', 'owner')
    .executeTakeFirst();
  return ofNamespace !== undefined;
}

/** One that was given under the same reference before is the same one; undefined if it was another. */
export function addEntitlement(db: Db, wanted: NewEntitlement): Promise<StoredEntitlement | undefined> {
  const { packageId, holder, versions, notBefore, expiresAt, seats, reference, accountId, at } = wanted;
  const features = JSON.stringify(wanted.features);
  const ofHolder = {
    account_id: 'accountId' in holder ? holder.accountId : null,
    namespace: 'namespace' in holder ? holder.namespace : null,
  };
  return db.transaction().execute(async (transaction) => {
    const same = { ...ofHolder, versions, features };
    const added = await transaction
      .insertInto('entitlements')
      .values({
        ...same,
        package_id: packageId,
        not_before: notBefore,
        expires_at: expiresAt,
        seats,
        reference: reference === '' ? null : reference,
        created_at: at,
        created_by: accountId,
      })
      .onConflict((conflict) => conflict.columns(['package_id', 'reference']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added !== undefined) return findEntitlement(transaction, added.id);
    const earlier = await transaction
      .selectFrom('entitlements')
      .select(['id', 'account_id', 'namespace', 'versions', 'features'])
      .where('package_id', '=', packageId)
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
    const isSame = Object.entries(same).every(([name, value]) => earlier[name as keyof typeof same] === value);
    return isSame ? findEntitlement(transaction, earlier.id) : undefined;
  });
}

export async function findEntitlement(db: Db, id: number): Promise<StoredEntitlement | undefined> {
  const row = await joined(db).where('entitlements.id', '=', id).executeTakeFirst();
  return row && shown(row);
}

/** Those of a package, newest first. */
export async function listOfPackage(
  db: Db,
  packageId: number,
  { size, from }: { readonly size: number; readonly from: number },
): Promise<{ readonly total: number; readonly found: readonly StoredEntitlement[] }> {
  const { total } = await db
    .selectFrom('entitlements')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('package_id', '=', packageId)
    .executeTakeFirstOrThrow();
  const rows = await newest(joined(db).where('package_id', '=', packageId), size)
    .offset(from)
    .execute();
  return { total, found: rows.map(shown) };
}

/** Those of an account, and of the namespaces that it is a member of. */
export async function listHeld(db: Db, accountId: number, size: number): Promise<readonly StoredEntitlement[]> {
  const held = joined(db).where(({ or, eb }) =>
    or([eb('entitlements.account_id', '=', accountId), eb('entitlements.namespace', 'in', memberships(db, accountId))]),
  );
  return (await newest(held, size).execute()).map(shown);
}

/** Those to packages that an account owns. */
export async function listGiven(db: Db, accountId: number, size: number): Promise<readonly StoredEntitlement[]> {
  const owned = db.selectFrom('npm_owners').select('package_id').where('account_id', '=', accountId);
  return (await newest(joined(db).where('package_id', 'in', owned), size).execute()).map(shown);
}

/** Whether an account is the holder, or a member of the namespace that is. */
export async function isHolder(db: Db, id: number, accountId: number): Promise<boolean> {
  const found = await db
    .selectFrom('entitlements')
    .select('id')
    .where('id', '=', id)
    .where(({ or, eb }) => or([eb('account_id', '=', accountId), eb('namespace', 'in', memberships(db, accountId))]))
    .executeTakeFirst();
  return found !== undefined;
}

/** The ranges of a package that an account is entitled to at this time. */
export async function rangesOf(
  db: Db,
  { name, accountId, at }: { readonly name: string; readonly accountId: number; readonly at: string },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('entitlements')
    .innerJoin('npm_packages', 'npm_packages.id', 'entitlements.package_id')
    .select('versions')
    .where('npm_packages.name', '=', name)
    .where('revoked_at', 'is', null)
    .where('not_before', '<=', at)
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .where(({ or, eb }) =>
      or([
        eb('entitlements.account_id', '=', accountId),
        eb('entitlements.namespace', 'in', memberships(db, accountId)),
      ]),
    )
    .execute();
  return rows.map(({ versions }) => versions);
}

export interface Renewal {
  readonly id: number;
  readonly expiresAt: string | null;
  /** Undefined: as many as before. */
  readonly seats: number | null | undefined;
}

/** A renewal only gives more: what was told to programs stays true. */
export function renewEntitlement(
  db: Db,
  { id, expiresAt, seats }: Renewal,
): Promise<StoredEntitlement | 'revoked' | 'less'> {
  return db.transaction().execute(async (transaction) => {
    const found = await lockEntitlement(transaction, id);
    if (found.revokedAt !== null) return 'revoked';
    const after = seats === undefined ? found.seats : seats;
    if (!isAsMuch(expiresAt, found.expiresAt) || !isAsMuch(after, found.seats)) return 'less';
    const change = { expires_at: expiresAt, seats: after };
    await transaction.updateTable('entitlements').set(change).where('id', '=', id).execute();
    return { ...found, expiresAt, seats: after };
  });
}

/** For good, with all tokens that were given out. Answers whether it was in force before. */
export function revokeEntitlement(
  db: Db,
  { id, reason, at }: { readonly id: number; readonly reason: string; readonly at: string },
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const found = await lockEntitlement(transaction, id);
    if (found.revokedAt !== null) return false;
    const change = { revoked_at: at, revoked_because: reason };
    await transaction.updateTable('entitlements').set(change).where('id', '=', id).execute();
    await transaction
      .updateTable('entitlement_tokens')
      .set({ revoked_at: at })
      .where('entitlement_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    return true;
  });
}

/** Nobody else changes it, its seats or its tokens until the transaction ends. */
export async function lockEntitlement(db: Transaction<Tables>, id: number): Promise<StoredEntitlement> {
  await lock(db, `entitlement ${id}`);
  return shown(await joined(db).where('entitlements.id', '=', id).executeTakeFirstOrThrow());
}

/** Nothing is without an end, which is most. */
function isAsMuch<Value extends string | number>(one: Value | null, other: Value | null): boolean {
  return one === null || (other !== null && one >= other);
}

function memberships(db: Db, accountId: number) {
  return db.selectFrom('namespace_members').select('namespace').where('account_id', '=', accountId);
}

function newest(query: ReturnType<typeof joined>, size: number): ReturnType<typeof joined> {
  return query.orderBy('entitlements.id', 'desc').limit(size);
}

function joined(db: Db) {
  return db
    .selectFrom('entitlements')
    .innerJoin('npm_packages', 'npm_packages.id', 'entitlements.package_id')
    .leftJoin('accounts', 'accounts.id', 'entitlements.account_id')
    .select([
      'entitlements.id',
      'npm_packages.name as package',
      'accounts.name as account',
      'namespace',
      'versions',
      'not_before as notBefore',
      'expires_at as expiresAt',
      'seats',
      'features',
      'reference',
      'entitlements.created_at as createdAt',
      'revoked_at as revokedAt',
      'revoked_because as revokedBecause',
    ]);
}

type Row = Omit<StoredEntitlement, 'holder' | 'features' | 'reference'> & {
  readonly account: string | null;
  readonly namespace: string | null;
  readonly features: string;
  readonly reference: string | null;
};

function shown({ account, namespace, features, reference, ...others }: Row): StoredEntitlement {
  const holder = account ?? namespace ?? '';
  return { ...others, holder, features: JSON.parse(features) as readonly string[], reference: reference ?? '' };
}
