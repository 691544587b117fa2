/** The part of a zod schema that says what it is made of. */
export interface ZodPart {
  readonly _zod?: {
    readonly def: ZodDefinition;
    readonly optin?: string | undefined;
    readonly optout?: string | undefined;
  };
}

export interface ZodDefinition {
  readonly type: string;
  /** The kind of a check, which is described like a schema. */
  readonly check?: string;
  readonly checks?: readonly unknown[];
  readonly coerce?: boolean;
  readonly normalize?: boolean;
  readonly shape?: Readonly<Record<string, ZodPart>>;
  readonly catchall?: ZodPart;
  readonly element?: ZodPart;
  readonly items?: readonly ZodPart[];
  readonly rest?: ZodPart | null;
  readonly partial?: boolean;
  readonly keyType?: ZodPart;
  readonly valueType?: ZodPart;
  readonly innerType?: ZodPart;
  readonly options?: readonly ZodPart[];
  readonly left?: ZodPart;
  readonly right?: ZodPart;
  readonly in?: ZodPart;
  readonly out?: ZodPart;
  readonly getter?: () => ZodPart;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly parts?: readonly unknown[];
}

/** Kinds whose values are no objects. */
export const primitives: ReadonlySet<string> = new Set(
  'string number boolean bigint null undefined void nan never enum literal template_literal'.split(' '),
);

/** Deeper schemas, and those within themselves, are not looked through. */
export const maxDepth = 100;

/** What a schema is made of; undefined when it is not of zod. */
export function definitionOf(part: ZodPart | null | undefined): ZodDefinition | undefined {
  return part?.['_zod']?.def;
}
