import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Tables } from '../../storage/schema.ts';
import { hiddenPackages } from '../registry/store-search.ts';
import { hasWords, rankOf } from '../registry/words.ts';

export type SortOrder = 'relevance' | 'downloads' | 'rating' | 'newest' | 'name';

/** What plugins are looked for by. */
export interface CatalogueQuery {
  /** In the language of FTS5, of quoted words only; empty for all. */
  readonly match: string;
  readonly category?: string | undefined;
  readonly tag?: string | undefined;
  readonly license?: string | undefined;
  readonly certified?: boolean | undefined;
  /** Whether it has a manifest for a host of plugins. */
  readonly plugin?: boolean | undefined;
  /** Whether any of it has to be paid for. */
  readonly paid?: boolean | undefined;
  readonly sort: SortOrder;
  readonly size: number;
  readonly from: number;
  /** Who asks: restricted packages are found by their owners. */
  readonly accountId?: number | undefined;
}

export interface ListedPlugin {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly isSpdx: number;
  readonly isPlugin: number;
  readonly publishedAt: string;
  readonly downloads: number;
  readonly ratings: number;
  /** Smoothed: see `smoothed`. */
  readonly rating: number | null;
  readonly certified: string | null;
  /** The range of versions that have to be paid for. */
  readonly paidVersions: string | null;
}

export interface Counted {
  readonly id: string;
  readonly count: number;
}

/** How many ratings of the average kind each package is given, so that one of five stars does not beat fifty of four. */
const priorRatings = 5;

/** The average rating, drawn to that of all packages the fewer ratings there are. Undefined without any. */
const smoothed: RawBuilder<number | null> = sql`CASE rating_count WHEN 0 THEN NULL ELSE
  (rating_sum + ${priorRatings} * (SELECT avg(rating) FROM market_reviews WHERE state = 'shown'))
  / (rating_count + ${priorRatings}) END`;

const columns = sql.raw(
  'market_listings.name, version, market_listings.description, license, is_spdx AS "isSpdx", is_plugin AS "isPlugin", published_at AS "publishedAt", downloads, rating_count AS ratings, certified, market_listings.paid_versions AS "paidVersions"',
);

/** Each order ends with the name: pages never show one twice. */
const orders: Readonly<Record<Exclude<SortOrder, 'relevance'>, RawBuilder<unknown>>> = {
  downloads: sql`downloads DESC, market_listings.name`,
  rating: sql`rating DESC NULLS LAST, market_listings.name`,
  newest: sql`published_at DESC, market_listings.name`,
  name: sql`market_listings.name`,
};

export async function searchCatalogue(
  db: Kysely<Tables>,
  query: CatalogueQuery,
): Promise<{ readonly total: number; readonly found: readonly ListedPlugin[] }> {
  const { size, from } = query;
  const source = sourceOf(db, query);
  const order = orderOf(db, query);
  const {
    rows: [count],
  } = await totalOf(query, source).execute(db);
  const { rows } = await sql<ListedPlugin>`SELECT ${columns}, ${smoothed} AS rating ${source}
    ORDER BY ${order} LIMIT ${size} OFFSET ${from}`.execute(db);
  return { total: count?.total ?? 0, found: rows };
}

/** All but the hidden ones are counted by their difference: the database knows how many rows there are without reading them. */
function totalOf(query: CatalogueQuery, source: RawBuilder<unknown>): RawBuilder<{ readonly total: number }> {
  if (conditionsOf(query).length > 0 || query.match !== '') return sql`SELECT count(*) AS total ${source}`;
  return sql`SELECT (SELECT count(*) FROM market_listings) - (SELECT count(*) FROM market_listings
    WHERE package_id IN ${hiddenPackages(query.accountId)}) AS total`;
}

export async function readListing(
  db: Kysely<Tables>,
  name: string,
): Promise<(ListedPlugin & { id: number }) | undefined> {
  const { rows } = await sql<ListedPlugin & { id: number }>`SELECT package_id AS id, ${columns}, ${smoothed} AS rating
    FROM market_listings WHERE name = ${name}`.execute(db);
  return rows[0];
}

function orderOf(db: Kysely<Tables>, { sort, match }: CatalogueQuery): RawBuilder<unknown> {
  if (sort !== 'relevance') return orders[sort];
  return match === '' ? orders.downloads : sql`${rankOf(db, match)}, market_listings.name`;
}

function sourceOf(db: Kysely<Tables>, query: CatalogueQuery): RawBuilder<unknown> {
  const { match, accountId } = query;
  const conditions = [
    sql`market_listings.package_id NOT IN ${hiddenPackages(accountId)}`,
    ...(match === '' ? [] : [hasWords(db, match)]),
    ...conditionsOf(query),
  ];
  const words = match === '' ? sql`` : sql`JOIN npm_words ON npm_words.rowid = market_listings.package_id`;
  return sql`FROM market_listings ${words} WHERE ${sql.join(conditions, sql` AND `)}`;
}

/** What is asked of a package beside its words. */
function conditionsOf({
  category,
  tag,
  license,
  certified,
  plugin,
  paid,
}: CatalogueQuery): readonly RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  if (category !== undefined) conditions.push(isIn('market_listing_categories', 'category', category));
  if (tag !== undefined) conditions.push(isIn('market_listing_tags', 'tag', tag));
  if (license !== undefined) conditions.push(sql`license = ${license}`);
  if (certified !== undefined) conditions.push(certified ? sql`certified IS NOT NULL` : sql`certified IS NULL`);
  if (paid !== undefined) conditions.push(paid ? sql`paid_versions IS NOT NULL` : sql`paid_versions IS NULL`);
  if (plugin !== undefined) conditions.push(sql`is_plugin = ${Number(plugin)}`);
  return conditions;
}

function isIn(table: string, column: string, value: string): RawBuilder<unknown> {
  return sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS own
    WHERE own.package_id = market_listings.package_id AND own.${sql.ref(column)} = ${value})`;
}

/** Tags or licences with how many public packages have them, the most used first. */
export async function countBy(db: Kysely<Tables>, what: 'tag' | 'license', most: number): Promise<readonly Counted[]> {
  const tags = sql`JOIN market_listing_tags USING (package_id)`;
  const { rows } = await sql<Counted>`SELECT ${sql.ref(what)} AS id, count(*) AS count FROM market_listings
    ${what === 'tag' ? tags : sql``} JOIN npm_packages ON npm_packages.id = package_id
    WHERE npm_packages.access = 'public' AND ${sql.ref(what)} <> ''
    GROUP BY ${sql.ref(what)} ORDER BY count DESC, id LIMIT ${most}`.execute(db);
  return rows;
}

export interface Category extends Counted {
  readonly title: string;
  readonly description: string;
}

export async function listCategories(db: Kysely<Tables>): Promise<readonly Category[]> {
  const { rows } = await sql<Category>`SELECT market_categories.id, title, market_categories.description,
    count(npm_packages.id) AS count
    FROM market_categories LEFT JOIN market_listing_categories ON category = market_categories.id
    LEFT JOIN market_listings USING (package_id)
    LEFT JOIN npm_packages ON npm_packages.id = market_listings.package_id AND npm_packages.access = 'public'
    GROUP BY market_categories.id ORDER BY title`.execute(db);
  return rows;
}

export async function setCategory(
  db: Kysely<Tables>,
  category: { readonly id: string; readonly title: string; readonly description: string },
): Promise<void> {
  await db
    .insertInto('market_categories')
    .values(category)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(category))
    .execute();
}

/** Answers whether there was one. Packages lose it. */
export function removeCategory(db: Kysely<Tables>, id: string): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('market_listing_categories').where('category', '=', id).execute();
    const { numDeletedRows } = await transaction
      .deleteFrom('market_categories')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  });
}

/** Answers with the first one that does not exist, and then changes nothing. */
export function setListingCategories(
  db: Kysely<Tables>,
  packageId: number,
  categories: readonly string[],
): Promise<string | undefined> {
  return db.transaction().execute(async (transaction) => {
    const known = await transaction.selectFrom('market_categories').select('id').execute();
    const unknown = categories.find((each) => !known.some(({ id }) => id === each));
    if (unknown !== undefined) return unknown;
    await transaction.deleteFrom('market_listing_categories').where('package_id', '=', packageId).execute();
    const rows = categories.map((category) => ({ package_id: packageId, category }));
    if (rows.length > 0) await transaction.insertInto('market_listing_categories').values(rows).execute();
    return undefined;
  });
}

export async function namesOf(
  db: Kysely<Tables>,
  table: 'market_listing_categories' | 'market_listing_tags',
  packageId: number,
): Promise<readonly string[]> {
  const column = table === 'market_listing_tags' ? 'tag' : 'category';
  const { rows } = await sql<{ name: string }>`SELECT ${sql.ref(column)} AS name FROM ${sql.table(table)}
    WHERE package_id = ${packageId} ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}
