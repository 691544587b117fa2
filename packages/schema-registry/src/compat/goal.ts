import type { Node, Pattern } from '../json/node.ts';

/** Wanted: a value that all of `all` accept and none of `none`. */
export interface Goal {
  readonly all: readonly Node[];
  readonly none: readonly Node[];
}

export type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly value: unknown }
  | { readonly kind: 'unknown'; readonly reason: string };

export const noAnswer: Answer = { kind: 'none' };

export function found(value: unknown): Answer {
  return { kind: 'found', value };
}

export function unknown(reason: string): Answer {
  return { kind: 'unknown', reason };
}

export type ValueType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** One thing that a value must fulfil, without alternatives. */
export type Atom =
  | { readonly is: 'in'; readonly values: readonly unknown[] }
  | { readonly is: 'notIn'; readonly values: readonly unknown[] }
  | { readonly is: 'min' | 'max'; readonly value: number; readonly isOpen: boolean }
  | { readonly is: 'multiple'; readonly of: number; readonly isHeld: boolean }
  | { readonly is: 'minSize' | 'maxSize'; readonly size: number }
  | { readonly is: 'pattern'; readonly pattern: Pattern; readonly isHeld: boolean }
  | { readonly is: 'format'; readonly format: string; readonly isHeld: boolean }
  | { readonly is: 'unique'; readonly isHeld: boolean }
  | { readonly is: 'items'; readonly node: Node }
  | { readonly is: 'contains'; readonly node: Node; readonly count: number }
  | { readonly is: 'containsNone'; readonly node: Node }
  | { readonly is: 'itemBreaks'; readonly node: Node; readonly index: number; readonly orLater: boolean }
  | { readonly is: 'present' | 'absent'; readonly name: string }
  | { readonly is: 'properties' | 'names'; readonly node: Node }
  | { readonly is: 'valueBreaks'; readonly node: Node; readonly where: NameRule }
  | { readonly is: 'nameBreaks'; readonly node: Node }
  | { readonly is: 'opaque'; readonly name: string; readonly isHeld: boolean }
  /** A rule that is looked at only when a value is tried. */
  | { readonly is: 'untold'; readonly keyword: string };

/** Which names a property may have. */
export type NameRule =
  | { readonly name: string }
  | { readonly pattern: Pattern }
  /** Any that `properties` and `patternProperties` of the node do not speak of. */
  | { readonly besides: Node };

export type Move = { readonly node: Node; readonly isHeld: boolean } | Atom;

/** One of these must be taken. */
export type Choice = readonly (readonly Move[])[];

/** What a node says of values of one type: all of `moves`, and one of each of `choices`. */
export interface Meaning {
  readonly moves: readonly Move[];
  readonly choices: readonly Choice[];
}
