import type { Generated } from 'kysely';

/** What a list of plugins shows and sorts by; made anew with each change of its package. */
export interface ListingsTable {
  readonly package_id: number;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** As its package.json has it; empty without one. */
  readonly license: string;
  /** Whether `license` is an expression of SPDX. */
  readonly is_spdx: number;
  /** Whether its package.json has a manifest for a host of plugins. */
  readonly is_plugin: number;
  readonly published_at: string;
  readonly downloads: number;
  readonly rating_sum: number;
  readonly rating_count: number;
  /** The version that was certified last, while it is. */
  readonly certified: string | null;
  /** As the package has it. */
  readonly paid_versions: string | null;
}

export interface CategoriesTable {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface ListingCategoriesTable {
  readonly package_id: number;
  readonly category: string;
}

export interface ListingTagsTable {
  readonly package_id: number;
  readonly tag: string;
}

export interface ReviewsTable {
  readonly id: Generated<number>;
  readonly package_id: number;
  readonly account_id: number;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
  /** The newest one when it was written. */
  readonly version: string;
  readonly created_at: string;
  readonly edited_at: string;
  readonly state: 'shown' | 'hidden';
  /** Why it is hidden, for whoever wrote it. */
  readonly reason: string;
}

export interface DownloadsTable {
  readonly package_id: number;
  readonly version: string;
  /** `2026-01-31`, in UTC. */
  readonly day: string;
  readonly count: number;
}

/** What is left of days that are not kept. */
export interface DownloadYearsTable {
  readonly package_id: number;
  readonly version: string;
  /** `2026`. */
  readonly year: string;
  readonly count: number;
}

export interface NamespacesTable {
  /** With its at sign: `@shop`. */
  readonly name: string;
  readonly created_at: string;
}

export interface NamespaceMembersTable {
  readonly namespace: string;
  readonly account_id: number;
  readonly role: 'owner' | 'member';
}

export interface PublisherKeysTable {
  readonly key_id: string;
  readonly account_id: number;
  /** SPKI in base64. */
  readonly key: string;
  readonly created_at: string;
  readonly revoked_at: string | null;
}

export type CertificationState =
  'submitted' | 'checking' | 'in-review' | 'certified' | 'refused' | 'withdrawn' | 'revoked';

export interface CertificationsTable {
  readonly id: Generated<number>;
  readonly package_id: number;
  readonly version: string;
  readonly state: CertificationState;
  readonly account_id: number;
  /** Signatures of the publisher, in JSON. */
  readonly envelopes: string;
  /** What the automatic checks found, in JSON. */
  readonly checks: string;
  /** Why it was refused or revoked, in JSON. */
  readonly reasons: string;
  readonly created_at: string;
  readonly changed_at: string;
}

export interface CertificationStepsTable {
  readonly id: Generated<number>;
  readonly certification_id: number;
  readonly at: string;
  readonly state: CertificationState;
  /** Who did it; the server itself is empty. */
  readonly by_name: string;
  readonly note: string;
}

export interface MarketplaceTables {
  readonly market_listings: ListingsTable;
  readonly market_categories: CategoriesTable;
  readonly market_listing_categories: ListingCategoriesTable;
  readonly market_listing_tags: ListingTagsTable;
  readonly market_reviews: ReviewsTable;
  readonly market_downloads: DownloadsTable;
  readonly market_download_years: DownloadYearsTable;
  readonly namespaces: NamespacesTable;
  readonly namespace_members: NamespaceMembersTable;
  readonly publisher_keys: PublisherKeysTable;
  readonly certifications: CertificationsTable;
  readonly certification_steps: CertificationStepsTable;
}
