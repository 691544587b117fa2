import type { Generated } from 'kysely';
import type { EntitlementTables } from './entitlement-schema.ts';
import type { IdentityTables } from './identity-schema.ts';
import type { MarketplaceTables } from './marketplace-schema.ts';
import type { RightsTables, Visibility } from './rights-schema.ts';
import type { SecondFactorTables } from './second-factor-schema.ts';
import type { SharedTables } from './shared-schema.ts';

export interface ProjectsTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly created_at: string;
  readonly visibility: Generated<Visibility>;
}

export interface ReportsTable {
  /** Order of arrival. */
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly project_id: number;
  readonly received_at: string;
  /** What sent it: the User-Agent, e.g. `seaworthy/0.1.0`. */
  readonly sent_by: string;
  readonly digest: string;
  readonly overall: number | null;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** The bytes as they came. */
  readonly body: string;
}

export interface AccountsTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly email: string;
  /** Parameters, salt and hash in one text. */
  readonly password: string;
  readonly created_at: string;
  readonly role: Generated<Role>;
  /** 1 for an account that may change flags, whatever its role. */
  readonly flag_admin: Generated<number>;
  /** Since when nothing of it signs in; null while it may. */
  readonly disabled_at: string | null;
}

/** What an account may do: each role may do what the ones before it may. */
export type Role = 'reader' | 'publisher' | 'maintainer' | 'admin';

/** What a token is for: all that its account may read, all that it may do, or reports and nothing else. */
export type TokenScope = 'read' | 'publish' | 'reports';

export interface TokensTable {
  /** Names the token without being it. */
  readonly key: string;
  readonly account_id: number;
  /** SHA-256 of the token, in hex: the token itself is nowhere. */
  readonly hash: string;
  /** Its first characters, for whoever looks at a list of them. */
  readonly prefix: string;
  readonly name: string;
  readonly scope: TokenScope;
  /** The networks it may come from, in JSON. */
  readonly cidr: string;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export interface PackagesTable {
  readonly id: Generated<number>;
  readonly name: string;
  /** Counts the changes. */
  readonly revision: number;
  readonly access: 'public' | 'restricted';
  readonly readme: string;
  readonly created_at: string;
  readonly modified_at: string;
  /** When all of it was unpublished; the name stays its owners'. */
  readonly removed_at: string | null;
  /** The range of versions that have to be paid for; null for none. */
  readonly paid_versions: string | null;
  readonly terms: Generated<string>;
  readonly terms_url: Generated<string>;
}

export interface VersionsTable {
  readonly id: Generated<number>;
  readonly package_id: number;
  readonly version: string;
  /** The metadata as JSON, without the address of the archive; empty once it is unpublished. */
  readonly manifest: string;
  readonly deprecated: string;
  /** Of the archive, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly published_at: string;
  readonly removed_at: string | null;
}

export interface TagsTable {
  readonly package_id: number;
  readonly tag: string;
  readonly version: string;
}

/** An account that owns a package, or has starred it. */
export interface PackageAccountsTable {
  readonly package_id: number;
  readonly account_id: number;
}

/** The words of packages; its rowid is the package's id. */
export interface SearchTable {
  readonly rowid: number;
  readonly name: string;
  readonly keywords: string;
  readonly description: string;
  readonly author: string;
}

/** What a search answers with. */
export interface SearchedTable {
  readonly package_id: number;
  readonly summary: string;
}

/** The flags as they were from one change to the next. */
export interface FlagVersionsTable {
  readonly version: number;
  readonly changed_at: string;
  readonly changed_by: string;
  readonly cause: string;
  /** In flagd's format, as JSON. */
  readonly document: string;
}

/** One change of the schemas that are served. */
export interface SchemaLogTable {
  readonly offset: number;
  readonly changed_at: string;
  readonly changed_by: string;
  /** As JSON. */
  readonly change: string;
}

export interface Tables
  extends MarketplaceTables, IdentityTables, SharedTables, RightsTables, EntitlementTables, SecondFactorTables {
  readonly projects: ProjectsTable;
  readonly reports: ReportsTable;
  readonly accounts: AccountsTable;
  readonly tokens: TokensTable;
  readonly npm_packages: PackagesTable;
  readonly npm_versions: VersionsTable;
  readonly npm_tags: TagsTable;
  readonly npm_owners: PackageAccountsTable;
  readonly npm_stars: PackageAccountsTable;
  readonly npm_words: SearchTable;
  readonly npm_summaries: SearchedTable;
  readonly flag_versions: FlagVersionsTable;
  readonly schema_log: SchemaLogTable;
}
