import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { Tables } from '../../storage/schema.ts';
import type { Query } from './query.ts';
import { forgetWords, hasWords, keepWords, rankOf } from './words.ts';

export interface Found {
  /** What the search answers with, as JSON. */
  readonly summary: string;
  /** Higher is better; 0 where nothing was asked for. */
  readonly score: number;
}

export interface SearchResult {
  readonly total: number;
  readonly found: readonly Found[];
}

export interface SearchStore {
  search(query: Query): Promise<SearchResult>;
}

/** Searches by the words that the database keeps of each package. */
export function createSearchStore(
  read: <Result>(question: (db: Kysely<Tables>) => Promise<Result>) => Promise<Result>,
): SearchStore {
  return {
    search: (query) => read((db) => (query.match === '' ? listAll(db, query) : searchWords(db, query))),
  };
}

/** Writes anew what a search finds of a package, and answers with the version that it was made of. */
export async function refreshSearch(db: Transaction<Tables>, packageId: number): Promise<LatestVersion | undefined> {
  await forgetWords(db, packageId);
  const latest = await db
    .selectFrom('npm_packages')
    .innerJoin('npm_tags', 'npm_tags.package_id', 'npm_packages.id')
    .innerJoin('npm_versions', (join) =>
      join
        .onRef('npm_versions.package_id', '=', 'npm_packages.id')
        .onRef('npm_versions.version', '=', 'npm_tags.version'),
    )
    .select(['npm_packages.name', 'npm_versions.version', 'npm_versions.manifest'])
    .select('npm_versions.published_at as publishedAt')
    .where('npm_packages.id', '=', packageId)
    .where('npm_packages.removed_at', 'is', null)
    .where('npm_tags.tag', '=', 'latest')
    .executeTakeFirst();
  if (latest === undefined) {
    await db.deleteFrom('npm_summaries').where('package_id', '=', packageId).execute();
    return undefined;
  }
  const owners = await db
    .selectFrom('npm_owners')
    .innerJoin('accounts', 'accounts.id', 'npm_owners.account_id')
    .select(['accounts.name as username', 'accounts.email'])
    .where('npm_owners.package_id', '=', packageId)
    .execute();
  const { summary, words } = summarize(latest, owners);
  await keepWords(db, packageId, words);
  await db
    .insertInto('npm_summaries')
    .values({ package_id: packageId, summary })
    .onConflict((conflict) => conflict.column('package_id').doUpdateSet({ summary }))
    .execute();
  return latest;
}

/** The version that npm installs. */
export interface LatestVersion {
  readonly name: string;
  readonly version: string;
  /** JSON. */
  readonly manifest: string;
  readonly publishedAt: string;
}

interface Owner {
  readonly username: string;
  readonly email: string;
}

function summarize({ name, manifest, publishedAt }: LatestVersion, maintainers: readonly Owner[]) {
  const { version, description, keywords, author, license, homepage, _npmUser } = JSON.parse(manifest) as Record<
    string,
    unknown
  >;
  const words = Array.isArray(keywords) ? keywords.filter((word) => typeof word === 'string') : [];
  const person =
    typeof author === 'string' ? { name: author } : (author as { readonly name?: unknown } | null | undefined);
  const text = typeof description === 'string' ? description.slice(0, 1_000) : '';
  const publisher = { username: (_npmUser as { readonly name?: string } | undefined)?.name };
  const links = typeof homepage === 'string' ? { homepage } : {};
  const about = { name, version, description: text, keywords: words.slice(0, 50), license, author: person };
  return {
    summary: JSON.stringify({ ...about, date: publishedAt, publisher, maintainers, links }),
    words: {
      name,
      keywords: words.slice(0, 50).join(' '),
      description: text,
      author: [
        typeof person?.name === 'string' ? person.name : '',
        ...maintainers.map(({ username }) => username),
      ].join(' '),
    },
  };
}

async function listAll(db: Kysely<Tables>, { size, from, accountId }: Query) {
  const visible = db
    .selectFrom('npm_summaries')
    .innerJoin('npm_packages', 'npm_packages.id', 'npm_summaries.package_id')
    .where(isVisible(accountId));
  const { total } = await visible.select((all) => all.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await visible
    .select('npm_summaries.summary')
    .orderBy('npm_packages.name')
    .limit(size)
    .offset(from)
    .execute();
  return { total, found: rows.map(({ summary }) => ({ summary, score: 0 })) };
}

interface Ranked extends Found {
  readonly total: number;
}

/**
 * What matches is ranked once, and counted where it was ranked: to look for it costs most of a search. Of a package that
 * matches nothing else is read: the few that are hidden are known beforehand, and so is the one that has the name.
 */
async function searchWords(db: Kysely<Tables>, { match, exact, size, from, accountId }: Query) {
  // A package of exactly this name is what was meant.
  const { rows } = await sql<Ranked>`WITH ranked AS MATERIALIZED
    (SELECT npm_words.rowid AS id, ${rankOf(db, match)} AS rank,
      CASE WHEN npm_words.rowid = (SELECT id FROM npm_packages WHERE name = ${exact}) THEN 1 ELSE 0 END AS is_exact
      FROM npm_words WHERE ${hasWords(db, match)}
        AND npm_words.rowid NOT IN ${hiddenPackages(accountId)}),
    shown AS (SELECT * FROM ranked ORDER BY is_exact DESC, rank, id LIMIT ${size} OFFSET ${from})
    SELECT (SELECT count(*) FROM ranked) AS total, coalesce(summary, '') AS summary, -rank + is_exact * 1000 AS score
      FROM (SELECT 1) AS always LEFT JOIN shown ON true LEFT JOIN npm_summaries ON npm_summaries.package_id = shown.id
      ORDER BY is_exact DESC, rank, id`.execute(db);
  const found = rows.filter(({ summary }) => summary !== '').map(({ summary, score }) => ({ summary, score }));
  return { total: rows[0]?.total ?? 0, found };
}

/** A restricted package is found by its owners only. */
function isVisible(accountId: number | undefined): RawBuilder<boolean> {
  if (accountId === undefined) return sql<boolean>`npm_packages.access = 'public'`;
  return sql<boolean>`(npm_packages.access = 'public' OR EXISTS (SELECT 1 FROM npm_owners
    WHERE npm_owners.package_id = npm_packages.id AND npm_owners.account_id = ${accountId}))`;
}

/** The numbers of those that are not visible. They are few, have an index of their own, and are looked up once for a query. */
export function hiddenPackages(accountId: number | undefined): RawBuilder<unknown> {
  return sql`(SELECT id FROM npm_packages WHERE access = 'restricted' AND NOT ${isVisible(accountId)})`;
}
