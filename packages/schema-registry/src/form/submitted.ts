import { withoutSign } from './names.ts';

/** What a form was sent with: the texts of each field, by its name. */
export type SubmittedFields = ReadonlyMap<string, readonly string[]>;

/**
 * What `parseForm` takes: names with what was sent, as `URLSearchParams` and `FormData` have them, or the same as a plain
 * object.
 */
export type FormInput =
  Iterable<readonly [name: string, value: unknown]> | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface FormLimits {
  /** @default 2000 */
  readonly maxFields?: number;
  /** Characters of all names and texts together. @default 1000000 */
  readonly maxCharacters?: number;
}

/** A form without a name so long can be read in a moment, whatever the names are. */
const maxNameLength = 1_000;

/** The fields of an input; a text instead, when it is more than is taken. */
export function fieldsOf(input: FormInput, limits: FormLimits): SubmittedFields | string {
  const { maxFields = 2_000, maxCharacters = 1_000_000 } = limits;
  const found = new Map<string, string[]>();
  let [count, characters] = [0, 0];
  for (const [name, value] of pairsOf(input)) {
    // A file is no text; its name alone tells that there was one.
    const sent = typeof value === 'string' ? value.replaceAll(/\r\n?/g, '\n') : '';
    count += 1;
    characters += name.length + sent.length;
    if (count > maxFields) return `more than ${maxFields} fields`;
    if (characters > maxCharacters) return `more than ${maxCharacters} characters`;
    if (name.length > maxNameLength) return `a field with a name of more than ${maxNameLength} characters`;
    const values = found.get(name);
    if (values) values.push(sent);
    else found.set(name, [sent]);
  }
  return found;
}

function* pairsOf(input: FormInput): Iterable<readonly [string, unknown]> {
  if (Symbol.iterator in input) {
    yield* input as Iterable<readonly [string, unknown]>;
    return;
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const one of value as readonly unknown[]) yield [name, one];
    else yield [name, value];
  }
}

/** Looks names up by where they are. */
export interface FieldIndex {
  /** The first text of a field. */
  text(name: string): string | undefined;
  isRepeated(name: string): boolean;
  /** Whether something was filled in at a place or within it. */
  isFilled(place: string): boolean;
  /** The numbers of the rows in order: `[` for those of a list, `{` for those of a record. */
  rows(place: string, bracket: '[' | '{'): readonly number[];
}

export function indexOf(fields: SubmittedFields): FieldIndex {
  const all = [...fields.keys()].map(withoutSign).toSorted();
  const filled = [...fields]
    .filter(([name, values]) => !name.startsWith('!') && values.some((value) => value !== ''))
    .map(([name]) => name);
  // That a part is nothing, was there or has a key says nothing of itself, but of what is around it.
  const here = new Set(filled.filter((name) => !/^[?:]/.test(name)).map(withoutSign));
  const within = filled.map(withoutSign).toSorted();
  return {
    text: (name) => fields.get(name)?.[0],
    isRepeated: (name) => (fields.get(name)?.length ?? 0) > 1,
    isFilled(place) {
      if (here.has(place)) return true;
      if (place === '') return within.some((name) => name !== '');
      return ['.', '[', '{', '|'].some((next) => within[firstFrom(within, place + next)]?.startsWith(place + next));
    },
    rows(place, bracket) {
      const start = place + bracket;
      const found = new Set<number>();
      for (let at = firstFrom(all, start); all[at]?.startsWith(start) === true; at += 1) {
        const digits = /^\d{1,9}(?=[\]}])/.exec((all[at] as string).slice(start.length))?.[0];
        if (digits !== undefined) found.add(Number(digits));
      }
      return [...found].toSorted((left, right) => left - right);
    },
  };
}

/** The place of the first of sorted texts that does not come before `wanted`. */
function firstFrom(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
