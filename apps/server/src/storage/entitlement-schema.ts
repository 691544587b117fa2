import type { Generated } from 'kysely';

/** Who may use which versions of a package that has to be paid for. */
export interface EntitlementsTable {
  readonly id: Generated<number>;
  readonly package_id: number;
  /** Whom it is for: an account, or all members of a namespace; one of the two. */
  readonly account_id: number | null;
  readonly namespace: string | null;
  /** A range, by semver. */
  readonly versions: string;
  readonly not_before: string;
  /** Null for one without an end. */
  readonly expires_at: string | null;
  /** How many seats there are; null for as many as are asked for. */
  readonly seats: number | null;
  /** In JSON. */
  readonly features: string;
  /** The issuer's own number of it, if it has one; once for each package. */
  readonly reference: string | null;
  readonly created_at: string;
  readonly created_by: number;
  readonly revoked_at: string | null;
  readonly revoked_because: Generated<string>;
}

export interface EntitlementSeatsTable {
  readonly entitlement_id: number;
  /** `lin`, or `lin/laptop`. */
  readonly seat: string;
  readonly account_id: number;
  readonly taken_at: string;
}

/** Tokens that were given out, without the tokens themselves. */
export interface EntitlementTokensTable {
  readonly jti: string;
  readonly entitlement_id: number;
  readonly seat: string;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
}

export interface EntitlementTables {
  readonly entitlements: EntitlementsTable;
  readonly entitlement_seats: EntitlementSeatsTable;
  readonly entitlement_tokens: EntitlementTokensTable;
}
