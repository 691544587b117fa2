/** A value that a variant can have: flagd's four types. */
export type FlagValue = boolean | string | number | Readonly<Record<string, unknown>>;

/** Owner, expiry, kind and the like. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** One flag in flagd's format. */
export interface FlagDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, unknown>>;
  /** Without it, or with null, the caller's fallback applies. */
  readonly defaultVariant?: string | null;
  /** JsonLogic; it answers with the name of a variant, or with null for the default. */
  readonly targeting?: unknown;
  readonly metadata?: Metadata;
}

/** A set of flags in flagd's format. */
export interface FlagDocument {
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Rules that `{ "$ref": name }` shares among flags. */
  readonly $evaluators?: Readonly<Record<string, unknown>>;
  readonly metadata?: Metadata;
}
