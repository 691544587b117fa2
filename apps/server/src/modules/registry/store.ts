import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import {
  addVersion,
  changePackage,
  checkVersion,
  type Change,
  type ChangeOutcome,
  type NewVersion,
} from './store-changes.ts';
import { createSearchStore, type SearchStore } from './store-search.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface StoredVersion {
  readonly version: string;
  /** JSON, without the address of the archive. */
  readonly manifest: string;
  /** Empty when it is not deprecated. */
  readonly deprecated: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly publishedAt: string;
}

export interface StoredPackage {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  readonly access: 'public' | 'restricted';
  readonly readme: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  /** In the order in which they were published; what was unpublished is not among them. */
  readonly versions: readonly StoredVersion[];
  readonly tags: ReadonlyMap<string, string>;
  readonly owners: readonly Person[];
  /** Names of the accounts that have starred it. */
  readonly stars: readonly string[];
}

/** What the registry module needs of a database. */
export interface RegistryStore extends SearchStore {
  /** Undefined when there is none, or all of it was unpublished. */
  read(name: string): Promise<StoredPackage | undefined>;
  /** What `addVersion` would answer now. */
  checkVersion(version: Pick<NewVersion, 'name' | 'version' | 'accountId'>): Promise<ChangeOutcome>;
  addVersion(version: NewVersion): Promise<ChangeOutcome>;
  /** Changes a package as one of its owners, completely or not at all. */
  change(change: Change): Promise<ChangeOutcome>;
  star(name: string, accountId: number, isStarred: boolean): Promise<void>;
  starredBy(account: string): Promise<readonly string[]>;
  ownedBy(account: string): Promise<readonly string[]>;
  /** Those of the archives that a version needs. */
  needed(sha256: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The packages in SQL. */
export function createRegistryStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): RegistryStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    ...createSearchStore(db, read),
    read: (name) => read(() => readPackage(db, name)),
    checkVersion: (version) => read(() => checkVersion(db, version)),
    addVersion: (version) => write(() => addVersion(db, version)),
    change: (change) => write(() => changePackage(db, change)),
    star: (name, accountId, isStarred) => write(() => star(db, name, accountId, isStarred)),
    starredBy: (account) => read(() => namesOf(db, 'npm_stars', account)),
    ownedBy: (account) => read(() => namesOf(db, 'npm_owners', account)),
    needed: (sha256) =>
      read(async () => {
        const rows = await db
          .selectFrom('npm_versions')
          .select('sha256')
          .where('removed_at', 'is', null)
          .where('sha256', 'in', sha256)
          .execute();
        return new Set(rows.map((row) => row.sha256));
      }),
  };
}

async function readPackage(db: Kysely<Tables>, name: string): Promise<StoredPackage | undefined> {
  const row = await db
    .selectFrom('npm_packages')
    .select(['id', 'name', 'revision', 'access', 'readme', 'created_at as createdAt', 'modified_at as modifiedAt'])
    .where('name', '=', name)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const versions = await db
    .selectFrom('npm_versions')
    .select(['version', 'manifest', 'deprecated', 'sha256', 'bytes', 'published_at as publishedAt'])
    .where('package_id', '=', row.id)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  const tags = await db.selectFrom('npm_tags').select(['tag', 'version']).where('package_id', '=', row.id).execute();
  const owners = await people(db, 'npm_owners', row.id);
  const stars = await people(db, 'npm_stars', row.id);
  return {
    ...row,
    versions,
    tags: new Map(tags.map(({ tag, version }) => [tag, version])),
    owners,
    stars: stars.map((person) => person.name),
  };
}

function people(db: Kysely<Tables>, table: 'npm_owners' | 'npm_stars', packageId: number): Promise<Person[]> {
  return db
    .selectFrom(table)
    .innerJoin('accounts', 'accounts.id', `${table}.account_id`)
    .select(['accounts.name', 'accounts.email'])
    .where(`${table}.package_id`, '=', packageId)
    .orderBy('accounts.id')
    .execute();
}

async function namesOf(
  db: Kysely<Tables>,
  table: 'npm_owners' | 'npm_stars',
  account: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom(table)
    .innerJoin('accounts', 'accounts.id', `${table}.account_id`)
    .innerJoin('npm_packages', 'npm_packages.id', `${table}.package_id`)
    .select('npm_packages.name')
    .where('accounts.name', '=', account)
    .where('npm_packages.removed_at', 'is', null)
    .where('npm_packages.access', '=', 'public')
    .orderBy('npm_packages.name')
    .execute();
  return rows.map((row) => row.name);
}

async function star(db: Kysely<Tables>, name: string, accountId: number, isStarred: boolean): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const found = await transaction
      .selectFrom('npm_packages')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    const values = { package_id: found.id, account_id: accountId };
    await transaction
      .deleteFrom('npm_stars')
      .where('package_id', '=', found.id)
      .where('account_id', '=', accountId)
      .execute();
    if (isStarred) await transaction.insertInto('npm_stars').values(values).execute();
  });
}
