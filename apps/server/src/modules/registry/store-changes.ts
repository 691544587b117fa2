// (1) A change is one transaction: what a package is, who owns it and what a search finds of it never differ.
// (2) A version that was published stays a row for ever, so that it is never published again.
import type { Kysely, Transaction, Updateable } from 'kysely';
import { lock } from '../../storage/locks.ts';
import type { PackagesTable, Tables } from '../../storage/schema.ts';
import { splitName } from './names.ts';
import type { Paid } from './paid.ts';
import { refreshSearch } from './store-search.ts';
import type { AfterChange } from './store.ts';
import { newestVersion } from './versions.ts';

export type ChangeOutcome = 'done' | 'unknown' | 'not an owner' | 'not a member' | 'no owner' | 'stale' | 'exists';

export interface NewVersion {
  readonly name: string;
  readonly version: string;
  readonly manifest: string;
  readonly readme: string;
  readonly tags: readonly string[];
  readonly access: 'public' | 'restricted' | undefined;
  readonly sha256: string;
  readonly bytes: number;
  readonly accountId: number;
  readonly at: string;
}

export interface Change {
  readonly name: string;
  readonly accountId: number;
  /** The revision that the change was made of; without it any. */
  readonly revision?: number | undefined;
  readonly at: string;
  /** Tags and their versions; null removes one. */
  readonly tags?: ReadonlyMap<string, string | null>;
  /** Messages of versions; an empty one ends the deprecation. */
  readonly deprecated?: ReadonlyMap<string, string>;
  readonly access?: 'public' | 'restricted';
  /** Which versions have to be paid for; null for none. */
  readonly paid?: Paid | null;
  /** All of them, by the ids of their accounts. */
  readonly owners?: readonly number[];
  /** Versions to unpublish, or all of the package. */
  readonly unpublish?: readonly string[] | 'all';
}

type Db = Transaction<Tables>;

export function addVersion(db: Kysely<Tables>, added: NewVersion, after: AfterChange): Promise<ChangeOutcome> {
  return db.transaction().execute(async (transaction) => {
    const [scope] = splitName(added.name);
    if (scope !== undefined) await lock(transaction, `namespace @${scope}`, 'together');
    await lock(transaction, `package ${added.name}`);
    const packageId = await openPackage(transaction, added);
    if (typeof packageId === 'string') return packageId;
    const { version, manifest, sha256, bytes, at } = added;
    const stored = { package_id: packageId, version, manifest, sha256, bytes, deprecated: '', published_at: at };
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('npm_versions')
      .values({ ...stored, removed_at: null })
      .onConflict((conflict) => conflict.columns(['package_id', 'version']).doNothing())
      .executeTakeFirst();
    // Nothing else was changed so far but a package that was removed, which gets no version back.
    if (numInsertedOrUpdatedRows === 0n) return 'exists';
    for (const tag of added.tags) await setTag(transaction, packageId, tag, version);
    if (!added.tags.includes('latest')) await ensureLatest(transaction, packageId);
    await touch(transaction, packageId, at, {
      removed_at: null,
      ...(added.tags.includes('latest') && { readme: added.readme }),
      ...(added.access !== undefined && { access: added.access }),
    });
    await after(transaction, packageId, await refreshSearch(transaction, packageId));
    return 'done';
  });
}

/** What `addVersion` would answer now; it has the last word. */
export async function checkVersion(
  db: Kysely<Tables>,
  { name, version, accountId }: Pick<NewVersion, 'name' | 'version' | 'accountId'>,
): Promise<ChangeOutcome> {
  const known = await db.selectFrom('npm_packages').select('id').where('name', '=', name).executeTakeFirst();
  if (known === undefined) return (await mayUseScope(db, name, accountId)) ? 'done' : 'not a member';
  if (!(await isOwner(db, known.id, accountId))) return 'not an owner';
  const published = await db
    .selectFrom('npm_versions')
    .select('id')
    .where('package_id', '=', known.id)
    .where('version', '=', version)
    .executeTakeFirst();
  return published === undefined ? 'done' : 'exists';
}

export function changePackage(db: Kysely<Tables>, change: Change, after: AfterChange): Promise<ChangeOutcome> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `package ${change.name}`);
    const found = await transaction
      .selectFrom('npm_packages')
      .select(['id', 'revision'])
      .where('name', '=', change.name)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (found === undefined) return 'unknown';
    if (!(await isOwner(transaction, found.id, change.accountId))) return 'not an owner';
    if (change.revision !== undefined && change.revision !== found.revision) return 'stale';
    if (change.owners?.length === 0) return 'no owner';
    await apply(transaction, found.id, change);
    await after(transaction, found.id, await refreshSearch(transaction, found.id));
    return 'done';
  });
}

async function apply(db: Db, packageId: number, change: Change): Promise<void> {
  const { tags = new Map(), deprecated = new Map<string, string>(), access, owners, unpublish = [], at } = change;
  for (const [version, message] of deprecated) {
    await versionsOf(db, packageId).where('version', '=', version).set({ deprecated: message }).execute();
  }
  if (owners !== undefined) await setOwners(db, packageId, owners);
  await unpublishVersions(db, packageId, unpublish, at);
  for (const [tag, version] of tags as ReadonlyMap<string, string | null>) {
    if (version === null) await removeTag(db, packageId, tag);
    else await setTag(db, packageId, tag, version);
  }
  const isLeft = await ensureLatest(db, packageId);
  const isPaid = change.paid === undefined ? {} : paidColumns(change.paid);
  await touch(db, packageId, at, { ...(access && { access }), ...isPaid, removed_at: isLeft ? null : at });
}

function paidColumns(paid: Paid | null) {
  const { versions = null, terms = '', termsUrl = '' } = paid ?? {};
  return { paid_versions: versions, terms, terms_url: termsUrl };
}

/** The package that the version is added to, which belongs to whoever publishes it first. */
async function openPackage(db: Db, { name, accountId, at }: NewVersion): Promise<number | ChangeOutcome> {
  const known = await db.selectFrom('npm_packages').select('id').where('name', '=', name).executeTakeFirst();
  if (known !== undefined) return (await isOwner(db, known.id, accountId)) ? known.id : 'not an owner';
  if (!(await mayUseScope(db, name, accountId))) return 'not a member';
  const { id } = await db
    .insertInto('npm_packages')
    .values({ name, revision: 0, access: 'public', readme: '', created_at: at, modified_at: at, removed_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('npm_owners').values({ package_id: id, account_id: accountId }).execute();
  return id;
}

async function isOwner(db: Kysely<Tables>, packageId: number, accountId: number): Promise<boolean> {
  const owner = await db
    .selectFrom('npm_owners')
    .select('account_id')
    .where('package_id', '=', packageId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return owner !== undefined;
}

/** A scope that somebody has claimed is for its members; any other is for everybody. */
async function mayUseScope(db: Kysely<Tables>, name: string, accountId: number): Promise<boolean> {
  const [scope] = splitName(name);
  if (scope === undefined) return true;
  const members = await db
    .selectFrom('namespace_members')
    .select('account_id')
    .where('namespace', '=', `@${scope}`)
    .execute();
  return members.length === 0 || members.some((member) => member.account_id === accountId);
}

async function setOwners(db: Db, packageId: number, accountIds: readonly number[]): Promise<void> {
  await db.deleteFrom('npm_owners').where('package_id', '=', packageId).execute();
  const rows = accountIds.map((accountId) => ({ package_id: packageId, account_id: accountId }));
  await db.insertInto('npm_owners').values(rows).execute();
}

/** The row stays; what it described is gone. */
async function unpublishVersions(
  db: Db,
  packageId: number,
  versions: readonly string[] | 'all',
  at: string,
): Promise<void> {
  if (versions !== 'all' && versions.length === 0) return;
  const removed = versionsOf(db, packageId).set({ removed_at: at, manifest: '', deprecated: '' });
  let tags = db.deleteFrom('npm_tags').where('package_id', '=', packageId);
  if (versions !== 'all') tags = tags.where('version', 'in', versions);
  await (versions === 'all' ? removed : removed.where('version', 'in', versions)).execute();
  await tags.execute();
}

function versionsOf(db: Db, packageId: number) {
  return db.updateTable('npm_versions').where('package_id', '=', packageId).where('removed_at', 'is', null);
}

async function setTag(db: Db, packageId: number, tag: string, version: string): Promise<void> {
  await db
    .insertInto('npm_tags')
    .values({ package_id: packageId, tag, version })
    .onConflict((conflict) => conflict.columns(['package_id', 'tag']).doUpdateSet({ version }))
    .execute();
}

async function removeTag(db: Db, packageId: number, tag: string): Promise<void> {
  await db.deleteFrom('npm_tags').where('package_id', '=', packageId).where('tag', '=', tag).execute();
}

/** A package with versions has a latest one: npm installs that. Answers whether any version is left. */
async function ensureLatest(db: Db, packageId: number): Promise<boolean> {
  const latest = await db
    .selectFrom('npm_tags')
    .select('version')
    .where('package_id', '=', packageId)
    .where('tag', '=', 'latest')
    .executeTakeFirst();
  if (latest !== undefined) return true;
  const rows = await db
    .selectFrom('npm_versions')
    .select('version')
    .where('package_id', '=', packageId)
    .where('removed_at', 'is', null)
    .execute();
  const newest = newestVersion(rows.map((row) => row.version));
  if (newest !== undefined) await setTag(db, packageId, 'latest', newest);
  return newest !== undefined;
}

async function touch(
  db: Db,
  packageId: number,
  at: string,
  change: Pick<Updateable<PackagesTable>, 'readme' | 'access' | 'paid_versions' | 'terms' | 'terms_url'> & {
    readonly removed_at: string | null;
  },
): Promise<void> {
  await db
    .updateTable('npm_packages')
    .set((expression) => ({ ...change, modified_at: at, revision: expression('revision', '+', 1) }))
    .where('id', '=', packageId)
    .execute();
}
