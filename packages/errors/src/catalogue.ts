import { ErrorsErrors } from './errors.ts';
import type { AnyCatalogue, ErrorKind } from './types.ts';

/** Error classes by full code, such as `billing.QUOTA`. */
export type ErrorIndex = Readonly<Record<string, ErrorKind>>;

/**
 * Merges catalogues into one, keyed by full code.
 *
 * @throws `seaworthy.errors.DUPLICATE_CODE` when two different errors have one code; BAD_OPTION for what is no catalogue.
 */
export function catalogue(...definitions: readonly AnyCatalogue[]): ErrorIndex {
  const merged = new Map<string, ErrorKind>();
  for (const kind of kindsIn(definitions)) {
    const present = merged.get(kind.code);
    if (present !== undefined && present !== kind) throw new ErrorsErrors.DUPLICATE_CODE({ code: kind.code });
    merged.set(kind.code, kind);
  }
  return Object.freeze(Object.fromEntries(merged));
}

/** Error classes by code; where two have one code, the first wins. */
export function kindsByCode(catalogues: readonly AnyCatalogue[]): ReadonlyMap<string, ErrorKind> {
  const kinds = new Map<string, ErrorKind>();
  for (const kind of catalogues.flatMap((definition) => Object.values(definition))) {
    if (!kinds.has(kind.code)) kinds.set(kind.code, kind);
  }
  return kinds;
}

/** @throws `seaworthy.errors.BAD_OPTION` for what `defineErrors` and `catalogue` have not made. */
export function kindsIn(catalogues: readonly AnyCatalogue[]): readonly ErrorKind[] {
  const given: readonly (object | null | undefined)[] = Array.isArray(catalogues) ? catalogues : [null];
  const kinds = given.flatMap((each): readonly ErrorKind[] => Object.values(each ?? [each]));
  if (kinds.every((kind) => typeof kind === 'function')) return kinds;
  throw new ErrorsErrors.BAD_OPTION({ option: 'catalogues', expected: 'error catalogues', value: 'something else' });
}
