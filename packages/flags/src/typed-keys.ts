import type { FlagValue } from './document.ts';

/** The part of a document that types come from; an imported JSON file fits. */
export interface FlagSchema {
  readonly flags: Readonly<Record<string, { readonly variants: object }>>;
}

/** The keys of a document; any text if the document is not known to the compiler. */
export type FlagKey<Schema extends FlagSchema> = keyof Schema['flags'] & string;

/** What a flag can be: the union of its variants' values. */
export type FlagValueOf<Schema extends FlagSchema, Key extends FlagKey<Schema>> = string extends keyof Schema['flags']
  ? FlagValue
  : Schema['flags'][Key]['variants'][keyof Schema['flags'][Key]['variants']];

/** A fallback may be any value of the flag's type. */
export type Fallback<Value> = Value extends boolean
  ? boolean
  : Value extends string
    ? string
    : Value extends number
      ? number
      : Value extends object
        ? object
        : never;

/** The value, or the fallback: a flag of another type than the fallback gives the fallback. */
export type WithFallback<Value, Given> = Extract<Value, Fallback<Given>> | Given;
