import { canonicalJson } from '../canonical.ts';
import { asNode, fields, isRequired, list, merged, text, variants, type Node, type Tree } from '../emit/tree.ts';
import type { FormTree } from './tree.ts';

/** How a value is asked for. */
export type Shape =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly value: unknown }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  | { readonly kind: 'boolean' | 'number' | 'text' | 'moment' | 'json' }
  | { readonly kind: 'object'; readonly fields: readonly FormField[] }
  | { readonly kind: 'list'; readonly item: Node }
  | { readonly kind: 'tuple'; readonly items: readonly Node[] }
  | { readonly kind: 'record'; readonly value: Node }
  | { readonly kind: 'variants'; readonly options: readonly Node[] };

/** What is made of parts. */
export type Composite = Extract<Shape, { readonly kind: 'object' | 'list' | 'tuple' | 'record' | 'variants' }>;

export function isComposite(shape: Shape): shape is Composite {
  return ['object', 'list', 'tuple', 'record', 'variants'].includes(shape.kind);
}

export interface Option {
  /** What the field is sent with. */
  readonly text: string;
  readonly label: string;
  readonly value: unknown;
}

export interface FormField {
  readonly key: string;
  readonly node: Node;
  readonly isRequired: boolean;
}

/** A schema as a form sees it. */
export interface Asked {
  readonly node: Node;
  readonly shape: Shape;
  readonly isNullable: boolean;
}

/** What a schema of the tree asks for; the same object for the same part of the tree. */
export function askedOf(tree: FormTree, given: unknown): Asked {
  const key = typeof given === 'object' && given !== null ? given : tree;
  const known = tree.asked.get(key);
  if (known) return known;
  const asked = makeAsked(tree, given);
  if (key === given) tree.asked.set(key, asked);
  return asked;
}

function makeAsked(tree: FormTree, given: unknown): Asked {
  const resolved = merged(tree, tree.resolve(given));
  const { node, isNullable } = withoutNull(tree, resolved);
  return { node, isNullable, shape: shapeOf(tree, node) };
}

/** Null is a box to be ticked beside the other kinds. */
function withoutNull(tree: Tree, node: Node): { readonly node: Node; readonly isNullable: boolean } {
  const { type } = node;
  if (Array.isArray(type) && type.includes('null') && type.length > 1) {
    const others = type.filter((one) => one !== 'null');
    return { node: { ...node, type: others.length === 1 ? others[0] : others }, isNullable: true };
  }
  const options = variants(node)?.map((option) => tree.resolve(option));
  const others = options?.filter((option) => option['type'] !== 'null');
  if (!options || !others || others.length === options.length || others.length === 0) {
    return { node, isNullable: false };
  }
  const { anyOf: _, oneOf: __, ...beside } = node;
  const [first = {}] = others;
  if (others.length > 1) return { node: { ...beside, anyOf: others }, isNullable: true };
  const inner = withoutNull(tree, merged(tree, first));
  return { node: { ...inner.node, ...beside }, isNullable: true };
}

function shapeOf(tree: Tree, node: Node): Shape {
  if ('const' in node) return { kind: 'fixed', value: node['const'] };
  const values = literals(tree, node);
  if (values) return { kind: 'choice', options: optionsOf(values) };
  const options = variants(node);
  if (options) return { kind: 'variants', options: options.map((option) => withBase(tree, node, option)) };
  if ('not' in node) return { kind: 'none' };
  const { type } = node;
  if (type === 'null') return { kind: 'fixed', value: null };
  if (type === 'boolean') return { kind: 'boolean' };
  if (type === 'number' || type === 'integer') return { kind: 'number' };
  if (type === 'string') return { kind: node['format'] === 'date-time' ? 'moment' : 'text' };
  if (type === 'array') return arrayShape(node);
  return type === 'object' ? objectShape(node) : { kind: 'json' };
}

function arrayShape(node: Node): Shape {
  const items = list(node['prefixItems']);
  const isOpen = node['items'] !== undefined && node['items'] !== false;
  if (items.length > 0) return isOpen ? { kind: 'json' } : { kind: 'tuple', items: items.map(asNode) };
  return isOpen ? { kind: 'list', item: asNode(node['items']) } : { kind: 'json' };
}

function objectShape(node: Node): Shape {
  const own = fields(node);
  const more = node['additionalProperties'];
  if (own.length === 0 && typeof more === 'object') return { kind: 'record', value: asNode(more) };
  return {
    kind: 'object',
    fields: own.map(([key, field]) => ({ key, node: field, isRequired: isRequired(node, key) })),
  };
}

/** What is said beside the variants counts for each of them. */
function withBase(tree: Tree, node: Node, option: Node): Node {
  if (!('properties' in node)) return option;
  const { anyOf: _, oneOf: __, ...base } = node;
  return merged(tree, { ...base, allOf: [option] });
}

interface Literal {
  readonly value: unknown;
  readonly title: string | undefined;
}

/** The values of an enum, or of a union of nothing but such. */
function literals(tree: Tree, node: Node, depth = 0): readonly Literal[] | undefined {
  if (depth > 20) return undefined;
  if (Array.isArray(node['enum'])) return node['enum'].map((value) => ({ value, title: undefined }));
  if ('const' in node) return [{ value: node['const'], title: text(node['title']) }];
  const parts = variants(node)?.map((option) => literals(tree, tree.resolve(option), depth + 1));
  return parts?.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function optionsOf(values: readonly Literal[]): readonly Option[] {
  // Plain texts are sent as they are; `1` and `"1"` have to be told apart.
  const isPlain = values.every(({ value }) => typeof value === 'string' && value !== '' && !/[\r\n]/.test(value));
  const byText = new Map<string, Option>();
  for (const { value, title } of values) {
    const sent = isPlain ? String(value) : canonicalJson(value);
    byText.set(sent, { text: sent, value, label: title ?? (typeof value === 'string' ? value : sent) });
  }
  return [...byText.values()];
}

/** Whether a value is of a schema, as far as that tells variants apart. */
export function fits(tree: FormTree, given: unknown, value: unknown, depth = 0): boolean {
  const { shape, isNullable } = askedOf(tree, given);
  if (value === null && isNullable) return true;
  if (depth > 20) return true;
  const inner = (node: unknown, part: unknown): boolean => fits(tree, node, part, depth + 1);
  switch (shape.kind) {
    case 'none':
      return false;
    case 'fixed':
      return isEqual(shape.value, value);
    case 'choice':
      return shape.options.some((option) => isEqual(option.value, value));
    case 'boolean':
    case 'number':
      return typeof value === shape.kind;
    case 'text':
      return typeof value === 'string';
    case 'moment':
      return typeof value === 'string' || value instanceof Date;
    case 'json':
      return true;
    case 'list':
      return Array.isArray(value) && value.every((item) => inner(shape.item, item));
    case 'tuple':
      return (
        Array.isArray(value) &&
        value.length === shape.items.length &&
        shape.items.every((item, index) => inner(item, value[index]))
      );
    case 'record':
      return isObject(value) && Object.values(value).every((item) => inner(shape.value, item));
    case 'variants':
      return shape.options.some((option) => inner(option, value));
    default:
      return isObject(value) && fitsFields(shape.fields, value, inner);
  }
}

function fitsFields(
  asked: readonly FormField[],
  value: object,
  inner: (node: unknown, part: unknown) => boolean,
): boolean {
  return asked.every(({ key, node, isRequired }) => {
    const part: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    return part === undefined ? !isRequired : inner(node, part);
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null) return left === right;
  return typeof right === 'object' && right !== null && canonicalJson(left) === canonicalJson(right);
}
