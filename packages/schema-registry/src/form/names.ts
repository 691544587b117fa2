// The names of a form's fields. A field is named by the path of its value, as problems are (`customer.name`, `lines[0].sku`); what
// stands beside a value has a sign before that, which no path begins with.
import { pathText } from '../schema.ts';

/** Where a value is in the data, and what its fields are called. */
export interface Place {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

export const root: Place = { name: '', path: [] };

export function fieldAt({ name, path }: Place, key: string): Place {
  const own = pathText([key]);
  return { name: name === '' || own.startsWith('[') ? name + own : `${name}.${own}`, path: [...path, key] };
}

export function rowAt({ name, path }: Place, index: number): Place {
  return { name: `${name}[${index}]`, path: [...path, index] };
}

/** An entry of a record: its key is in a field of its own, and so is no part of the name. */
export function entryAt({ name, path }: Place, index: number, key: string): Place {
  return { name: `${name}{${index}}`, path: [...path, key] };
}

/** One of several variants of the same value. */
export function variantAt({ name, path }: Place, index: number): Place {
  return { name: `${name}|${index}`, path };
}

/** The one field of a schema that is neither an object nor a list has no path to be named by. */
export function inputName({ name }: Place): string {
  return name === '' ? 'value' : name;
}

/** That a part was there already (`on`), or is nothing (`null`). */
export const presence = ({ name }: Place): string => `?${name}`;
/** That a part goes. */
export const removal = ({ name }: Place): string => `!${name}`;
/** That there should be room for one more. */
export const addition = ({ name }: Place): string => `+${name}`;
/** Which variant it is. */
export const choice = ({ name }: Place): string => `=${name}`;
/** The key of an entry of a record. */
export const keyOf = ({ name }: Place): string => `:${name}`;

/** A name without the sign before it. */
export function withoutSign(name: string): string {
  return /^[?!+=:]/.test(name) ? name.slice(1) : name;
}
