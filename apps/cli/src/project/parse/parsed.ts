/** What a parser answers. The offset is a UTF-16 index into the text. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string; readonly offset: number };
