import type { Node } from '../json/node.ts';
import { made } from './literal.ts';
import { acceptsAll, resolved } from './normalize.ts';
import { anyItem, anyProperty, not } from './place.ts';

/** A rule that one version has and the other has not, or has otherwise. */
export interface Change {
  readonly path: readonly string[];
  readonly type:
    | 'type-changed'
    | 'values-changed'
    | 'range-changed'
    | 'length-changed'
    | 'pattern-changed'
    | 'format-changed'
    | 'item-count-changed'
    | 'items-changed'
    | 'property-count-changed'
    | 'property-added'
    | 'property-removed'
    | 'required-added'
    | 'required-removed'
    | 'other-properties-changed'
    | 'dependencies-changed'
    | 'alternatives-changed'
    | 'rule-in-code-changed';
  /** Accepts values that break the reader's rule. */
  readonly broken: Node;
  /** Whether the rule is one of the object or array around the path. */
  readonly isOfParent?: boolean;
}

type IsSame = (left: Node, right: Node) => boolean;

interface Walk {
  readonly isSame: IsSame;
  readonly seen: Map<Node, Set<Node>>;
  readonly changes: Change[];
}

const maxChanges = 500;

/** Every change from one schema to another, by walking through both. */
export function changesBetween(from: Node, to: Node, isSame: IsSame): readonly Change[] {
  const walk: Walk = { isSame, seen: new Map(), changes: [] };
  compare(from, to, [], walk);
  return walk.changes;
}

function compare(left: Node, right: Node, path: readonly string[], walk: Walk): void {
  const [from, to] = [resolved(left), resolved(right)];
  if (walk.isSame(from, to) || walk.changes.length >= maxChanges) return;
  const known = walk.seen.get(from) ?? new Set();
  if (known.has(to)) return;
  walk.seen.set(from, known.add(to));
  if (from.accepts !== to.accepts) {
    walk.changes.push({ path, type: 'type-changed', broken: not({ allOf: [to] }) });
    return;
  }
  for (const [type, keys] of groups) compareGroup(from, to, { path, type, keys }, walk);
  compareProperties(from, to, path, walk);
  compareItems(from, to, path, walk);
  compareAlternatives(from, to, path, walk);
}

type Key = Exclude<keyof Node, 'location' | 'resource' | 'accepts'>;

/** Rules that are compared as they are written. */
const groups: readonly (readonly [Change['type'], readonly Key[]])[] = [
  ['type-changed', ['types']],
  ['values-changed', ['enum', 'enumKeys']],
  ['range-changed', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
  ['length-changed', ['minLength', 'maxLength']],
  ['pattern-changed', ['pattern']],
  ['format-changed', ['format']],
  ['item-count-changed', ['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains']],
  ['property-count-changed', ['minProperties', 'maxProperties']],
  ['rule-in-code-changed', ['opaque']],
  ['dependencies-changed', ['dependentRequired']],
];

function compareGroup(
  from: Node,
  to: Node,
  { path, type, keys }: { path: readonly string[]; type: Change['type']; keys: readonly Key[] },
  { changes }: Walk,
): void {
  if (keys.every((key) => textOf(from[key]) === textOf(to[key]))) return;
  const rules = Object.fromEntries(keys.filter((key) => to[key] !== undefined).map((key) => [key, to[key]]));
  changes.push({ path, type, broken: not(rules) });
}

function textOf(value: unknown): string {
  if (value instanceof Set) return JSON.stringify([...value].map(String).toSorted());
  if (value instanceof Map) return JSON.stringify([...value]);
  if (typeof value === 'object' && value !== null && 'source' in value) return String(value.source);
  return JSON.stringify(value) ?? '';
}

function compareProperties(from: Node, to: Node, path: readonly string[], walk: Walk): void {
  const [before, after] = [from.properties ?? new Map<string, Node>(), to.properties ?? new Map<string, Node>()];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old && now) compare(old, now, [...path, name], walk);
    else
      walk.changes.push({
        path: [...path, name],
        type: now ? 'property-added' : 'property-removed',
        broken: breaking(to, name),
      });
  }
  const [had, has] = [new Set(from.required), new Set(to.required)];
  for (const name of without(has, had)) {
    walk.changes.push({
      path: [...path, name],
      type: 'required-added',
      broken: not({ required: [name] }),
      isOfParent: true,
    });
  }
  for (const name of without(had, has)) {
    walk.changes.push({ path: [...path, name], type: 'required-removed', broken: made({ not: made({}) }) });
  }
  compareOthers(from, to, path, walk);
}

function without(names: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  return [...names].filter((name) => !others.has(name));
}

/** Accepts values that the reader refuses under the name. */
function breaking(to: Node, name: string): Node {
  const { properties, patternProperties, additionalProperties } = to;
  const rule = properties?.get(name);
  const others = (patternProperties ?? []).filter(([pattern]) => pattern.regex.test(name)).map(([, node]) => node);
  const rules = [rule, ...others].filter((node) => node !== undefined);
  const all = rules.length > 0 ? rules : [additionalProperties].filter((node) => node !== undefined);
  return not({ allOf: all });
}

function compareOthers(from: Node, to: Node, path: readonly string[], walk: Walk): void {
  const everything = made({});
  const [old, now] = [from.additionalProperties ?? everything, to.additionalProperties ?? everything];
  if (from.additionalProperties && to.additionalProperties && old.accepts && now.accepts) {
    compare(old, now, [...path, anyProperty], walk);
  } else if (!(acceptsAll(old) && acceptsAll(now)) && !walk.isSame(old, now)) {
    const properties = to.properties;
    const broken = not({
      ...(properties && { properties: new Map([...properties.keys()].map((name) => [name, made({})])) }),
      ...(to.patternProperties && { patternProperties: to.patternProperties.map(([pattern]) => [pattern, made({})]) }),
      additionalProperties: now,
    });
    walk.changes.push({ path: [...path, anyProperty], type: 'other-properties-changed', broken, isOfParent: true });
  }
  const keys = ['patternProperties', 'propertyNames', 'unevaluatedProperties'] as const;
  if (keys.some((key) => isChanged(from, to, key, walk))) {
    const { patternProperties, propertyNames } = to;
    const broken = not({ ...(patternProperties && { patternProperties }), ...(propertyNames && { propertyNames }) });
    walk.changes.push({ path: [...path, anyProperty], type: 'other-properties-changed', broken, isOfParent: true });
  }
}

function isChanged(from: Node, to: Node, key: Key, { isSame }: Walk): boolean {
  const nodes = (node: Node): readonly Node[] => {
    const value = node[key] as
      Node | ReadonlyMap<string, Node> | readonly (readonly [unknown, Node])[] | readonly Node[] | undefined;
    if (value === undefined) return [];
    if (value instanceof Map) return [...value.values()];
    if (Array.isArray(value)) return value.map((item: unknown) => (Array.isArray(item) ? item[1] : item) as Node);
    return [value as Node];
  };
  const [left, right] = [nodes(from), nodes(to)];
  if (left.length !== right.length || namesOf(from[key]) !== namesOf(to[key])) return true;
  return left.some((node, index) => !isSame(node, right[index] as Node));
}

function namesOf(value: unknown): string {
  if (value instanceof Map) return [...value.keys()].join();
  if (!Array.isArray(value)) return '';
  return value.map((item: unknown) => (Array.isArray(item) ? (item[0] as { source: string }).source : '')).join();
}

function compareItems(from: Node, to: Node, path: readonly string[], walk: Walk): void {
  const [before, after] = [from.prefixItems ?? [], to.prefixItems ?? []];
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const [old, now] = [before[index] ?? from.items, after[index] ?? to.items];
    compare(old ?? made({}), now ?? made({}), [...path, `[${index}]`], walk);
  }
  if (from.items && to.items) compare(from.items, to.items, [...path, anyItem], walk);
  else if (from.items || to.items) {
    const { prefixItems, items } = to;
    const broken = not({ ...(prefixItems && { prefixItems }), ...(items && { items }) });
    walk.changes.push({ path: [...path, anyItem], type: 'items-changed', broken, isOfParent: true });
  }
  if (!isChanged(from, to, 'contains', walk) && !isChanged(from, to, 'unevaluatedItems', walk)) return;
  const { contains } = to;
  walk.changes.push({
    path: [...path, anyItem],
    type: 'items-changed',
    broken: not({ ...(contains && { contains }) }),
    isOfParent: true,
  });
}

const combined = [
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'ref',
  'dynamicRef',
  'dependentSchemas',
] as const;

function compareAlternatives(from: Node, to: Node, path: readonly string[], walk: Walk): void {
  if (compareLists(from, to, path, walk)) return;
  const rules = Object.fromEntries(combined.filter((key) => to[key] !== undefined).map((key) => [key, to[key]]));
  walk.changes.push({ path, type: 'alternatives-changed', broken: not(rules) });
}

/** True when nothing is left to tell: alternatives that are left over on both sides, one each, are compared as one. */
function compareLists(from: Node, to: Node, path: readonly string[], walk: Walk): boolean {
  const others = combined.filter((key) => key !== 'allOf' && key !== 'anyOf' && key !== 'oneOf');
  if (others.some((key) => key !== 'dynamicRef' && isChanged(from, to, key, walk))) return false;
  if (from.dynamicRef?.anchor !== to.dynamicRef?.anchor) return false;
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const [left, right] = [from[key] ?? [], to[key] ?? []];
    if ((left.length === 0) !== (right.length === 0)) return false;
    const gone = left.filter((old) => !right.some((now) => walk.isSame(old, now)));
    const come = right.filter((now) => !left.some((old) => walk.isSame(old, now)));
    if (gone.length === 0 && come.length === 0 && left.length === right.length) continue;
    if (!compareLeft(gone, come, path, walk)) return false;
  }
  return true;
}

/** Alternatives that are left on both sides belong together when they are told apart from the rest by the same words. */
function compareLeft(gone: readonly Node[], come: readonly Node[], path: readonly string[], walk: Walk): boolean {
  const isLast = gone.length === 1 && come.length === 1;
  const pairs = gone.map((old) => [old, isLast ? come[0] : come.find((now) => tagOf(now) === tagOf(old))] as const);
  const found = pairs.filter(([old, now]) => now && (isLast || tagOf(old) !== ''));
  for (const [old, now] of found) if (now) compare(old, now, path, walk);
  return found.length === gone.length && found.length === come.length;
}

/** The properties that have one value only, as `{ kind: { const: 'circle' } }`. */
function tagOf(node: Node): string {
  const properties = [...(resolved(node).properties ?? [])];
  return properties
    .flatMap(([name, rule]) =>
      resolved(rule).enumKeys?.size === 1 ? [`${name}=${[...(resolved(rule).enumKeys ?? [])].join()}`] : [],
    )
    .join();
}
