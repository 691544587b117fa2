// (1) A listing is what the newest version says of itself; what people did, downloads and ratings, survives each change.
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Tables } from '../../storage/schema.ts';
import type { LatestVersion } from '../registry/store-search.ts';
import { isSpdx } from './licence.ts';

type Db = Transaction<Tables>;

const mostTags = 20;

/** Makes the listing of a package anew, in the transaction that changed the package. */
export async function refreshListing(db: Db, packageId: number, latest: LatestVersion | undefined): Promise<void> {
  await db.deleteFrom('market_listing_tags').where('package_id', '=', packageId).execute();
  if (latest === undefined) {
    await db.deleteFrom('market_listings').where('package_id', '=', packageId).execute();
    return;
  }
  const { name, version, publishedAt } = latest;
  const { tags, ...said } = readManifest(latest.manifest);
  const ofOthers = { certified: certifiedVersion(packageId), paid_versions: paidVersions(packageId) };
  const values = { name, version, published_at: publishedAt, ...ofOthers, ...said };
  await db
    .insertInto('market_listings')
    .values({ package_id: packageId, ...values, ...countersOf(packageId) })
    .onConflict((conflict) => conflict.column('package_id').doUpdateSet(values))
    .execute();
  const rows = tags.map((tag) => ({ package_id: packageId, tag }));
  if (rows.length > 0) await db.insertInto('market_listing_tags').values(rows).execute();
}

/** Writes the newest version that is certified and was not unpublished. */
export async function refreshCertified(db: Db, packageId: number): Promise<void> {
  const certified = certifiedVersion(packageId);
  await db.updateTable('market_listings').set({ certified }).where('package_id', '=', packageId).execute();
}

function certifiedVersion(packageId: number): RawBuilder<string | null> {
  return sql<string | null>`(SELECT certifications.version FROM certifications JOIN npm_versions
      ON npm_versions.package_id = certifications.package_id AND npm_versions.version = certifications.version
    WHERE certifications.package_id = ${packageId} AND certifications.state = 'certified'
      AND npm_versions.removed_at IS NULL ORDER BY npm_versions.id DESC LIMIT 1)`;
}

function paidVersions(packageId: number): RawBuilder<string | null> {
  return sql<string | null>`(SELECT npm_packages.paid_versions FROM npm_packages WHERE npm_packages.id = ${packageId})`;
}

/** What a package that comes back had before. */
function countersOf(packageId: number) {
  const reviews = sql`FROM market_reviews WHERE package_id = ${packageId} AND state = 'shown'`;
  return {
    downloads: sql<number>`(SELECT coalesce(sum(count), 0) FROM
      (SELECT count FROM market_downloads WHERE package_id = ${packageId}
        UNION ALL SELECT count FROM market_download_years WHERE package_id = ${packageId}) AS counted)`,
    rating_sum: sql<number>`(SELECT coalesce(sum(rating), 0) ${reviews})`,
    rating_count: sql<number>`(SELECT count(*) ${reviews})`,
  };
}

function readManifest(manifest: string) {
  const { description, license, keywords, seaworthy } = JSON.parse(manifest) as Readonly<Record<string, unknown>>;
  const licence = typeof license === 'string' ? license.slice(0, 200) : '';
  const words = Array.isArray(keywords) ? keywords.filter((word) => typeof word === 'string') : [];
  return {
    description: typeof description === 'string' ? description.slice(0, 1_000) : '',
    license: licence,
    is_spdx: Number(isSpdx(licence)),
    is_plugin: Number(typeof seaworthy === 'object' && seaworthy !== null),
    tags: [...new Set(words.map(tagOf).filter((tag) => tag !== ''))].slice(0, mostTags),
  };
}

/** A keyword as a tag: `Open Telemetry` is `open-telemetry`. */
function tagOf(keyword: string): string {
  return keyword
    .slice(0, 40)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
