// The fields of a form for a value: what `parse.ts` undoes.
import { toLocal } from './moment.ts';
import { choice, entryAt, fieldAt, inputName, keyOf, presence, root, rowAt, variantAt, type Place } from './names.ts';
import { askedOf, fits, isObject, type Asked, type Shape } from './shape.ts';
import type { SubmittedFields } from './submitted.ts';
import type { FormTree } from './tree.ts';

/** How a value stands in what is around it. */
export interface Standing {
  /** It has to be there, and nothing else stands for it when it is not. */
  readonly isNeeded: boolean;
  /** It is one of any number. */
  readonly isRow?: boolean;
}

interface Filler {
  readonly tree: FormTree;
  readonly fields: Map<string, string[]>;
}

/** A required part within itself has no end. */
const deepest = 20;

/** The fields that show a value; without one, the defaults of the schema. */
export function fillForm(tree: FormTree, value: unknown): SubmittedFields {
  const fields = new Map<string, string[]>();
  fill({ tree, fields }, tree.root, root, { value, isNeeded: true, isRow: false, depth: 0 });
  return fields;
}

interface Given extends Standing {
  readonly value: unknown;
  readonly depth: number;
}

function fill(filler: Filler, node: unknown, place: Place, given: Given): void {
  const asked = askedOf(filler.tree, node);
  const { shape, isNullable } = asked;
  const value = given.value === undefined && !given.isRow ? asked.node['default'] : given.value;
  if (value === null && isNullable) return set(filler, presence(place), 'null');
  if (value !== undefined) return fillShape(filler, asked, place, { ...given, value });
  if (shape.kind !== 'object' || isNullable || !given.isNeeded || given.depth > deepest) return undefined;
  return fillParts(filler, shape, place, { ...given, value: {} });
}

function fillShape(filler: Filler, asked: Asked, place: Place, given: Given): void {
  const { shape, node } = asked;
  const { value } = given;
  const put = (text: string | undefined): void => {
    if (text !== undefined) set(filler, inputName(place), text);
  };
  switch (shape.kind) {
    case 'none':
      return undefined;
    case 'fixed':
      return put(isTicked(given) ? 'on' : undefined);
    case 'choice':
      return put(shape.options.find((option) => JSON.stringify(option.value) === JSON.stringify(value))?.text);
    case 'boolean':
      return put(isBox(given, node, asked.isNullable) ? (value === true ? 'true' : undefined) : String(value));
    case 'number':
    case 'text':
      return put(String(value));
    case 'moment':
      return put(toLocal(value) ?? String(value));
    case 'json':
      return put(JSON.stringify(value, null, 2));
    default:
      return fillComposite(filler, asked, shape, place, given);
  }
}

/** A constant that may be missing has a box, and so has one that is there any number of times. */
export function isTicked({ isNeeded, isRow = false }: Standing): boolean {
  return !isNeeded || isRow;
}

/** A box says yes or no; a third answer, none, needs a list to choose from. */
export function isBox({ isNeeded, isRow = false }: Standing, node: Asked['node'], isNullable: boolean): boolean {
  return isNeeded && !isRow && !isNullable && !('default' in node);
}

type Composite = Exclude<Shape, { readonly kind: 'none' | 'fixed' | 'choice' }>;

function fillComposite(filler: Filler, asked: Asked, shape: Composite, place: Place, given: Given): void {
  if (shape.kind === 'variants') {
    const index = shape.options.findIndex((option) => fits(filler.tree, option, given.value));
    if (index < 0) return undefined;
    set(filler, choice(place), String(index));
    return fill(filler, shape.options[index], variantAt(place, index), { ...given, isNeeded: true, isRow: false });
  }
  if (isTicked(given) || asked.isNullable) set(filler, presence(place), 'on');
  return fillParts(filler, shape, place, given);
}

function fillParts(filler: Filler, shape: Composite, place: Place, { value, depth }: Given): void {
  const inner = { depth: depth + 1, isRow: false, isNeeded: true };
  if (shape.kind === 'object') {
    for (const { key, node, isRequired } of shape.fields) {
      const part: unknown = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
      fill(filler, node, fieldAt(place, key), { ...inner, value: part, isNeeded: isRequired });
    }
  } else if (shape.kind === 'record' && isObject(value)) {
    for (const [index, [key, part]] of Object.entries(value).entries()) {
      const entry = entryAt(place, index, key);
      set(filler, keyOf(entry), key);
      fill(filler, shape.value, entry, { ...inner, value: part });
    }
  } else if (Array.isArray(value)) {
    const isList = shape.kind === 'list';
    for (const [index, part] of (value as readonly unknown[]).entries()) {
      const node = isList ? shape.item : shape.kind === 'tuple' ? shape.items[index] : {};
      fill(filler, node, rowAt(place, index), { ...inner, value: part, isRow: isList });
    }
  }
}

function set({ fields }: Filler, name: string, text: string): void {
  fields.set(name, [text]);
}
