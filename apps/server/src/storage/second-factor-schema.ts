/** What a second factor is asked for: to sign in and to change the account, or also to change packages. */
export type FactorMode = 'auth-only' | 'auth-and-writes';

export interface SecondFactorsTable {
  readonly account_id: number;
  readonly mode: FactorMode;
  /** What the authenticator has, under a key that is not in this table. */
  readonly secret: string;
  readonly created_at: string;
  /** Null until a code has shown that the authenticator has it. */
  readonly confirmed_at: string | null;
  /** The newest half minute whose code was used, counted from 1970. */
  readonly last_step: number;
  /** Codes that were tried since the last one that was good, in the time that ends then. */
  readonly failures: number;
  readonly failures_until: string | null;
}

export interface RecoveryCodesTable {
  readonly account_id: number;
  /** SHA-256 of the code. */
  readonly hash: string;
}

export interface SecondFactorTables {
  readonly second_factors: SecondFactorsTable;
  readonly recovery_codes: RecoveryCodesTable;
}
