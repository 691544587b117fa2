/** Compiles only when the first type can stand wherever the second is asked for. */
export type Fits<Given extends Asked, Asked> = Given;

/** A value as its readers see it: nothing of it can be changed. */
export type Seen<Value> = Value extends readonly (infer Item)[]
  ? readonly Seen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Seen<Value[Key]> }
    : Value;
