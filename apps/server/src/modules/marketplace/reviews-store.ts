import { sql, type Kysely, type Transaction } from 'kysely';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

export interface StoredReview {
  readonly id: number;
  readonly package: string;
  readonly account: string;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly createdAt: string;
  readonly editedAt: string;
  readonly state: 'shown' | 'hidden';
  readonly reason: string;
}

export interface NewReview {
  readonly packageId: number;
  readonly accountId: number;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly at: string;
}

export interface ReviewQuery {
  readonly packageId: number;
  /** Hidden ones as well, for maintainers. */
  readonly withHidden: boolean;
  readonly size: number;
  readonly from: number;
}

/** Newest first. */
export async function listReviews(
  db: Kysely<Tables>,
  { packageId, withHidden, size, from }: ReviewQuery,
): Promise<{ readonly total: number; readonly found: readonly StoredReview[] }> {
  let all = joined(db).where('package_id', '=', packageId);
  if (!withHidden) all = all.where('state', '=', 'shown');
  const { total } = await all.select((count) => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const found = await all.select(columns).orderBy('market_reviews.id', 'desc').limit(size).offset(from).execute();
  return { total, found };
}

function findReview(db: Kysely<Tables>, id: number): Promise<StoredReview | undefined> {
  return joined(db).select(columns).where('market_reviews.id', '=', id).executeTakeFirst();
}

/** An account has one review of a package: a second one takes the place of the first, and a hidden one stays hidden. */
export function putReview(db: Kysely<Tables>, review: NewReview): Promise<StoredReview> {
  const { packageId, accountId, at, ...said } = review;
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `reviews of ${packageId}`);
    const { id } = await transaction
      .insertInto('market_reviews')
      .values({
        package_id: packageId,
        account_id: accountId,
        ...said,
        created_at: at,
        edited_at: at,
        state: 'shown',
        reason: '',
      })
      .onConflict((conflict) => conflict.columns(['package_id', 'account_id']).doUpdateSet({ ...said, edited_at: at }))
      .returning('id')
      .executeTakeFirstOrThrow();
    await refreshRating(transaction, packageId);
    return joined(transaction).select(columns).where('market_reviews.id', '=', id).executeTakeFirstOrThrow();
  });
}

/** Answers whether there was one. */
export function removeReview(db: Kysely<Tables>, packageId: number, accountId: number): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `reviews of ${packageId}`);
    const { numDeletedRows } = await transaction
      .deleteFrom('market_reviews')
      .where('package_id', '=', packageId)
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    await refreshRating(transaction, packageId);
    return numDeletedRows > 0n;
  });
}

export function moderateReview(
  db: Kysely<Tables>,
  id: number,
  change: { readonly state: 'shown' | 'hidden'; readonly reason: string },
): Promise<StoredReview | undefined> {
  return db.transaction().execute(async (transaction) => {
    const found = await transaction
      .selectFrom('market_reviews')
      .select('package_id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (found === undefined) return undefined;
    await lock(transaction, `reviews of ${found.package_id}`);
    await transaction.updateTable('market_reviews').set(change).where('id', '=', id).execute();
    await refreshRating(transaction, found.package_id);
    return findReview(transaction, id);
  });
}

/** Counted anew rather than added to: a sum that was wrong once would stay wrong. */
async function refreshRating(db: Transaction<Tables>, packageId: number): Promise<void> {
  const shown = sql`FROM market_reviews WHERE package_id = ${packageId} AND state = 'shown'`;
  await db
    .updateTable('market_listings')
    .set({
      rating_sum: sql<number>`(SELECT coalesce(sum(rating), 0) ${shown})`,
      rating_count: sql<number>`(SELECT count(*) ${shown})`,
    })
    .where('package_id', '=', packageId)
    .execute();
}

const columns = [
  'market_reviews.id',
  'npm_packages.name as package',
  'accounts.name as account',
  'rating',
  'title',
  'body',
  'version',
  'market_reviews.created_at as createdAt',
  'edited_at as editedAt',
  'state',
  'reason',
] as const;

function joined(db: Kysely<Tables>) {
  return db
    .selectFrom('market_reviews')
    .innerJoin('accounts', 'accounts.id', 'market_reviews.account_id')
    .innerJoin('npm_packages', 'npm_packages.id', 'market_reviews.package_id');
}
