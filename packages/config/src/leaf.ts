import { isSecret, Secret } from './secret.ts';

/** Where a raw value comes from, for a leaf that reads it. */
export interface RawContext {
  /** True for environment, flags and mounted files, which can only carry text. */
  readonly text: boolean;
  /** Relative paths start here. */
  readonly cwd: string;
}

/**
 * A value that was read, with what was read where that is something else and not secret, or what the leaf would have
 * accepted.
 */
export type Parsed<T> =
  { readonly value: T; readonly input?: unknown } | { readonly expected: string; readonly suggestion?: string };

/** A JSON Schema fragment. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a leaf knows of itself. */
export interface LeafDefinition<T> {
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** Gives the same for the same: what it makes of a default is kept. */
  readonly parse: (raw: unknown, context: RawContext) => Parsed<T> | Promise<Parsed<T>>;
  /** Looks at the world, such as the file system, and answers what was expected of it. */
  readonly check?: ((value: unknown) => Promise<string | undefined>) | undefined;
  /** Asked only for documents. */
  readonly json: () => JsonSchema;
  readonly secret: boolean;
  readonly reloadable: boolean;
  readonly optional: boolean;
  /** The raw default, read like a value of the lowest layer. */
  readonly fallback?: { readonly raw: unknown } | undefined;
  /** True when the default is for development and tests only. */
  readonly developmentOnly?: boolean | undefined;
  readonly description?: string | undefined;
  /** A command-line flag of this leaf needs no value. */
  readonly flag?: boolean | undefined;
  /** Repeated flags add up. */
  readonly many?: boolean | undefined;
  /** Decides itself whether a missing value is acceptable (a Standard Schema with a default). */
  readonly acceptsMissing?: boolean | undefined;
}

/** One configuration value: immutable, every method returns a new leaf. */
export interface Leaf<T, Input = T> {
  readonly '~leaf': LeafDefinition<T>;
  /** Used when no source gives a value. */
  default(value: Input): Leaf<Exclude<T, undefined>, Input>;
  /**
   * Used in development and tests when no source gives a value. Anywhere else a source has to, and in production not even
   * a source may give this very value.
   */
  developmentDefault(value: Input): Leaf<Exclude<T, undefined>, Input>;
  /** Allows that no source gives a value. */
  optional(): Leaf<T | undefined, Input>;
  /** Explains the value to people, in generated documents and help. */
  describe(text: string): Leaf<T, Input>;
  /** Lets the value change while the program runs. */
  reloadable(): Leaf<T, Input>;
}

/** The parts a builder has to give. */
export type LeafParts<T> = Pick<LeafDefinition<T>, 'expected' | 'parse' | 'json'> & Partial<LeafDefinition<T>>;

/** Makes a leaf from its parts. */
export function leaf<T, Input = T>(parts: LeafParts<T>): Leaf<T, Input> {
  return new ImmutableLeaf<T, Input>({ secret: false, reloadable: false, optional: false, ...parts });
}

// A class, because there are thousands of them: the methods are made once, not for each leaf.
class ImmutableLeaf<T, Input> implements Leaf<T, Input> {
  readonly '~leaf': LeafDefinition<T>;

  constructor(definition: LeafDefinition<T>) {
    this['~leaf'] = definition;
    Object.freeze(this);
  }

  default(raw: Input): Leaf<Exclude<T, undefined>, Input> {
    const definition = neverMissing(this['~leaf']);
    return new ImmutableLeaf<Exclude<T, undefined>, Input>({
      ...definition,
      fallback: { raw: concealed(definition, raw) },
      developmentOnly: false,
    });
  }

  developmentDefault(raw: Input): Leaf<Exclude<T, undefined>, Input> {
    const definition = neverMissing(this['~leaf']);
    return new ImmutableLeaf<Exclude<T, undefined>, Input>({
      ...definition,
      fallback: { raw: concealed(definition, raw) },
      developmentOnly: true,
    });
  }

  optional(): Leaf<T | undefined, Input> {
    return new ImmutableLeaf<T | undefined, Input>({ ...this['~leaf'], optional: true });
  }

  describe(description: string): Leaf<T, Input> {
    return new ImmutableLeaf<T, Input>({ ...this['~leaf'], description });
  }

  reloadable(): Leaf<T, Input> {
    return new ImmutableLeaf<T, Input>({ ...this['~leaf'], reloadable: true });
  }
}

// A leaf may be printed with everything in it.
function concealed({ secret }: LeafDefinition<unknown>, raw: unknown): unknown {
  return secret && !isSecret(raw) ? new Secret(raw) : raw;
}

// Only a missing value reads as undefined, and a leaf with a default has none missing.
function neverMissing<T>(definition: LeafDefinition<T>): LeafDefinition<Exclude<T, undefined>>;
function neverMissing(definition: LeafDefinition<unknown>): LeafDefinition<unknown> {
  return definition;
}

export function isLeaf(value: unknown): value is Leaf<unknown, never> {
  return typeof value === 'object' && value !== null && '~leaf' in value;
}
