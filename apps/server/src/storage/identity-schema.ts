import type { ColumnType } from 'kysely';

/** How somebody proved who they are. */
export type SignInMethod = 'password' | 'openid' | 'ldap';

export interface WebSessionsTable {
  /** SHA-256 of what the cookie has: the cookie's value is nowhere. */
  readonly hash: string;
  /** Names the session without being it. */
  readonly key: string;
  readonly account_id: number;
  readonly method: SignInMethod;
  /** The browser, as it calls itself. */
  readonly agent: string;
  readonly address: string;
  readonly created_at: string;
  readonly seen_at: ColumnType<string>;
  readonly expires_at: string;
  /** Of the provider, who is told by it whose session is over. */
  readonly id_token: string | null;
}

/** npm waits for somebody to say in a browser who it is. */
export interface NpmLoginsTable {
  /** SHA-256 of what only npm knows. */
  readonly done_hash: string;
  /** SHA-256 of what the address of the page has. */
  readonly page_hash: string;
  /** Who asked: the address, and the name of the machine as npm gives it. */
  readonly asked_from: string;
  readonly created_at: string;
  readonly expires_at: string;
  /** Who allowed it; null until then. */
  readonly account_id: number | null;
}

/** A browser that was sent to a provider of OpenID Connect. */
export interface OpenIdFlowsTable {
  /** SHA-256 of the state. */
  readonly hash: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where to go on afterwards. */
  readonly next: string;
  /** The account that is to be linked, where somebody is signed in. */
  readonly link_to: number | null;
  readonly expires_at: string;
}

/** An account as somebody else knows it: never by its email, which is not theirs to promise. */
export interface AccountIdentitiesTable {
  readonly issuer: string;
  readonly subject: string;
  readonly account_id: number;
  readonly linked_at: string;
}

export interface IdentityTables {
  readonly web_sessions: WebSessionsTable;
  readonly npm_logins: NpmLoginsTable;
  readonly openid_flows: OpenIdFlowsTable;
  readonly account_identities: AccountIdentitiesTable;
}
