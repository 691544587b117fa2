import { sql, type Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { dialectOf } from '../../storage/dialect.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';

/** A project or a package that nobody looks after: it has no owner, or each of them is disabled. */
export interface Ownerless {
  readonly name: string;
  /** Those who are disabled. */
  readonly owners: readonly string[];
}

export interface OwnerlessThings {
  readonly projects: readonly Ownerless[];
  readonly packages: readonly Ownerless[];
}

const kinds = {
  projects: sql`projects AS thing LEFT JOIN project_members AS owned
    ON owned.project_id = thing.id AND owned.role = 'owner'`,
  packages: sql`npm_packages AS thing LEFT JOIN npm_owners AS owned ON owned.package_id = thing.id`,
};

/** @param most Of each kind. */
export function readOwnerless(
  db: Kysely<Tables>,
  { reads }: Pick<StorePipelines, 'reads'>,
  most: number,
): Promise<OwnerlessThings> {
  const read = async (kind: keyof typeof kinds): Promise<readonly Ownerless[]> => {
    const isThere = kind === 'packages' ? sql`thing.removed_at IS NULL` : sql`true`;
    // No name of an account has a space in it.
    const joined =
      dialectOf(db) === 'sqlite' ? sql`group_concat(accounts.name, ' ')` : sql`string_agg(accounts.name, ' ')`;
    const { rows } = await sql<{
      name: string;
      owners: string;
    }>`SELECT thing.name AS name, coalesce(${joined}, '') AS owners
      FROM ${kinds[kind]} LEFT JOIN accounts ON accounts.id = owned.account_id
      WHERE ${isThere} GROUP BY thing.id, thing.name
      HAVING sum(CASE WHEN accounts.id IS NOT NULL AND accounts.disabled_at IS NULL THEN 1 ELSE 0 END) = 0
      ORDER BY thing.name LIMIT ${most}`.execute(db);
    return rows.map(({ name, owners }) => ({ name, owners: owners === '' ? [] : owners.split(' ').toSorted() }));
  };
  return runThrough(reads, () =>
    answering(async () => ({ projects: await read('projects'), packages: await read('packages') })),
  );
}
