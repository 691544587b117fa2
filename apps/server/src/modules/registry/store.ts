import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { answering } from '../../storage/database.ts';
import { readStale, runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { StaleQuestion } from '../../storage/replicas/replicas.ts';
import { dialectOf } from '../../storage/dialect.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';
import {
  addVersion,
  changePackage,
  checkVersion,
  type Change,
  type ChangeOutcome,
  type NewVersion,
} from './store-changes.ts';
import { createSearchStore, type LatestVersion, type SearchStore } from './store-search.ts';

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
  /** Null when all of it is free. */
  readonly paidVersions: string | null;
  readonly terms: string;
  readonly termsUrl: string;
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

export interface StoredArchive
  extends Pick<StoredVersion, 'sha256' | 'bytes'>, Pick<StoredPackage, 'access' | 'paidVersions'> {}

/** What the registry module needs of a database. */
export interface RegistryStore extends SearchStore {
  /** Undefined when there is none, or all of it was unpublished. */
  read(name: string): Promise<StoredPackage | undefined>;
  /** The archive of a version, without the rest of its package. */
  findArchive(name: string, version: string): Promise<StoredArchive | undefined>;
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

/** Called in the transaction of each change, after it, with the version that is the latest; without one the package is gone. */
export type AfterChange = (
  db: Transaction<Tables>,
  packageId: number,
  latest: LatestVersion | undefined,
) => Promise<void>;

/** The packages in SQL. */
export function createRegistryStore(
  db: Kysely<Tables>,
  pipelines: StorePipelines,
  afterChange: AfterChange = () => Promise.resolve(),
): RegistryStore {
  const { reads, writes } = pipelines;
  const stale = <Result>(
    ask: StaleQuestion<Result>['ask'],
    options?: Omit<StaleQuestion<Result>, 'ask'>,
  ): Promise<Result> => readStale(db, pipelines, { ...options, ask });
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  /** Also after an error: perhaps it was written. */
  const write = <Result>(name: string, task: () => Promise<Result>) =>
    runThrough(writes, () => answering(task)).finally(() => pipelines.replicas?.()?.changed(`package ${name}`));
  return {
    // What is found is kept until any package changes.
    ...createSearchStore((ask) => stale(ask, { about: 'package' })),
    read: (name) => stale((place) => readPackage(place, name), { about: `package ${name}`, isEnough: isForEverybody }),
    findArchive: (name, version) =>
      stale(async (place) => (await rowsOf<StoredArchive>(place, archiveSql, [name, version]))[0], {
        about: `package ${name}`,
        isEnough: isForEverybody,
      }),
    checkVersion: (version) => read(() => checkVersion(db, version)),
    addVersion: (version) => write(version.name, () => addVersion(db, version, afterChange)),
    change: (change) => write(change.name, () => changePackage(db, change, afterChange)),
    star: (name, accountId, isStarred) => write(name, () => star(db, name, accountId, isStarred)),
    starredBy: (account) => stale((place) => namesOf(place, 'npm_stars', account)),
    ownedBy: (account) => stale((place) => namesOf(place, 'npm_owners', account)),
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

/** Who may see a package that is not for everybody, and that there is none, is never said by what may be old. */
function isForEverybody(found: Pick<StoredPackage, 'access'> | undefined): boolean {
  return found?.access === 'public';
}

/** What a package is read by, for each one that is not in memory: compiled once, where the builder would do it each time. */
const packageSql = `SELECT id, name, revision, access, paid_versions AS "paidVersions", terms, terms_url AS "termsUrl",
  readme, created_at AS "createdAt", modified_at AS "modifiedAt"
  FROM npm_packages WHERE name = ? AND removed_at IS NULL`;
const versionsSql = `SELECT version, manifest, deprecated, sha256, bytes, published_at AS "publishedAt"
  FROM npm_versions WHERE package_id = ? AND removed_at IS NULL ORDER BY id`;
const archiveSql = `SELECT npm_versions.sha256, npm_versions.bytes, npm_packages.access,
  npm_packages.paid_versions AS "paidVersions" FROM npm_packages
  JOIN npm_versions ON npm_versions.package_id = npm_packages.id
  WHERE npm_packages.name = ? AND npm_versions.version = ?
    AND npm_packages.removed_at IS NULL AND npm_versions.removed_at IS NULL`;
const peopleSql = (table: 'npm_owners' | 'npm_stars'): string => `SELECT '${table}' AS kind, accounts.id AS place,
  accounts.name AS name, accounts.email AS value FROM ${table}
  JOIN accounts ON accounts.id = ${table}.account_id WHERE ${table}.package_id = ?`;
const othersSql = `SELECT 'npm_tags' AS kind, 0 AS place, tag AS name, version AS value FROM npm_tags WHERE package_id = ?
  UNION ALL ${peopleSql('npm_owners')} UNION ALL ${peopleSql('npm_stars')} ORDER BY kind, place`;

interface OtherRow {
  readonly kind: 'npm_tags' | 'npm_owners' | 'npm_stars';
  readonly name: string;
  readonly value: string;
}

async function readPackage(db: Kysely<Tables>, name: string): Promise<StoredPackage | undefined> {
  const [row] = await rowsOf<Omit<StoredPackage, 'versions' | 'tags' | 'owners' | 'stars'>>(db, packageSql, [name]);
  if (row === undefined) return undefined;
  const { id } = row;
  const versions = await rowsOf<StoredVersion>(db, versionsSql, [id]);
  const others = await rowsOf<OtherRow>(db, othersSql, [id, id, id]);
  const of = (kind: OtherRow['kind']) => others.filter((each) => each.kind === kind);
  return {
    ...row,
    versions,
    tags: new Map(of('npm_tags').map((tag) => [tag.name, tag.value])),
    owners: of('npm_owners').map((owner) => ({ name: owner.name, email: owner.value })),
    stars: of('npm_stars').map((star) => star.name),
  };
}

async function rowsOf<Row>(
  db: Kysely<Tables>,
  text: string,
  parameters: readonly (string | number)[],
): Promise<readonly Row[]> {
  let place = 0;
  const numbered = dialectOf(db) === 'sqlite' ? text : text.replaceAll('?', () => `$${(place += 1)}`);
  return (await db.executeQuery<Row>(CompiledQuery.raw(numbered, [...parameters]))).rows;
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
    await lock(transaction, `package ${name}`);
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
