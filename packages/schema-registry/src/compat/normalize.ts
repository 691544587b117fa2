import { equalityKey } from '../canonical.ts';
import type { SchemaGraph } from '../json/build.ts';
import { childrenOf, type Node } from '../json/node.ts';

/** Tells which schemas say the same, also when they lie in different documents and refer to each other in circles. */
export interface Classes {
  /** The same number for nodes that say the same, annotations apart. */
  idOf(node: Node): number;
}

/** A schema that is nothing but a reference is the schema it refers to. */
export function resolved(node: Node): Node {
  let at = node;
  for (let steps = 0; steps < 100 && at.ref && isOnlyReference(at); steps += 1) at = at.ref;
  return at;
}

const notRules: ReadonlySet<string> = new Set(['location', 'resource', 'accepts', 'ref']);

function isOnlyReference(node: Node): boolean {
  return hasNoRules(node) && node.ref !== undefined;
}

/** Without making a list of the keys: this is asked very often. */
function hasNoRules(node: Node): boolean {
  for (const key in node) if (!notRules.has(key)) return false;
  return true;
}

/** True when a node accepts everything and nobody has to be asked. */
export function acceptsAll(node: Node): boolean {
  return node.accepts && node.ref === undefined && hasNoRules(node);
}

/**
 * Starts with what each node says itself and tells nodes apart by their parts, until nothing changes: what is together
 * then can never be told apart.
 *
 * Where a `$dynamicRef` leads depends on the way to it. So either the documents are the same as wholes, down to the resources
 * on each way, or no such reference is the same as another.
 */
export function classify(graphs: readonly SchemaGraph[], formats: boolean): Classes {
  const nodes = [...new Set(graphs.flatMap((graph) => graph.nodes))];
  const roots = new Set(graphs.map(({ root }) => root));
  const isDynamic = nodes.some(isBoundByTheWay);
  const exact = isDynamic ? refine(nodes, formats, true) : undefined;
  const isOne = exact && new Set(Array.from(roots, (root) => exact.numbers[nodes.indexOf(root)])).size === 1;
  const { numbers, count } = isOne ? exact : refine(nodes, formats, false);
  return lookup(new Map(nodes.map((node, index) => [node, numbers[index] ?? -1])), count);
}

function isBoundByTheWay({ dynamicRef }: Node): boolean {
  return dynamicRef?.anchor !== undefined;
}

/** `isExact` also tells apart what is in another resource, and follows each reference step by step. */
function refine(nodes: readonly Node[], formats: boolean, isExact: boolean): Numbering {
  const places = new Map(nodes.map((node, index) => [node, index]));
  const parts = nodes.map((node) => (isExact ? exactPartsOf(node, places) : partsOf(node, places)));
  const isUnique = (node: Node): boolean => hasSecret(node) || (!isExact && isBoundByTheWay(node));
  let classes = numbered(nodes, (node, index) => {
    const own = isExact ? `${node.resource.uri} ${ownText(node, formats)}` : ownText(node, formats);
    return isUnique(node) ? `${own}${index}` : own;
  });
  for (let count = 0; count !== classes.count;) {
    const { numbers, count: before } = classes;
    count = before;
    classes = numbered(parts, (part, index) => `${numbers[index]}|${partText(part, numbers)}`);
  }
  return classes;
}

interface Numbering {
  readonly numbers: readonly number[];
  readonly count: number;
}

function numbered<T>(items: readonly T[], textOf: (item: T, index: number) => string): Numbering {
  const known = new Map<string, number>();
  const numbers = items.map((item, index) => {
    const text = textOf(item, index);
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  });
  return { numbers, count: known.size };
}

/** A rule in code that nobody can read is the same as no other. */
function hasSecret({ opaque = [] }: Node): boolean {
  return opaque.some(isSecret);
}

export function isSecret(name: string): boolean {
  return name.startsWith('?');
}

/** A keyword with the places of the nodes under it; the order of alternatives says nothing, the order of items does. */
type Part = readonly [keyword: string, places: readonly number[]];

function partsOf(node: Node, places: ReadonlyMap<Node, number>): readonly Part[] {
  const parts = new Map<string, number[]>();
  for (const [keyword, child] of childrenOf(node)) {
    const [list = ''] = keyword.split('/');
    const name = list === 'allOf' || list === 'anyOf' || list === 'oneOf' ? list : keyword;
    const place = places.get(resolved(child)) ?? -1;
    const known = parts.get(name);
    if (known) known.push(place);
    else parts.set(name, [place]);
  }
  return [...parts].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

/** With the targets that a dynamic reference may have, whichever resource they are in. */
function exactPartsOf(node: Node, places: ReadonlyMap<Node, number>): readonly Part[] {
  const own = childrenOf(node).map(([keyword, child]): Part => [keyword, [places.get(child) ?? -1]]);
  const dynamic = Array.from(node.resource.dynamicNodes, ([anchor, target]): Part => {
    return [`$dynamicAnchor ${anchor}`, [places.get(target) ?? -1]];
  });
  return [...own, ...dynamic].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function partText(parts: readonly Part[], numbers: readonly number[]): string {
  let text = '';
  for (const [keyword, places] of parts) {
    const ids = places.map((place) => numbers[place] ?? -1);
    text += `${keyword}:${(ids.length > 1 ? ids.toSorted((left, right) => left - right) : ids).join()} `;
  }
  return text;
}

function dependentText([name, list]: readonly [string, readonly string[]]): string {
  return equalityKey([name, list.toSorted()]);
}

function ownText(node: Node, formats: boolean): string {
  const { types, enumKeys, pattern, required, dependentRequired, dynamicRef } = node;
  const own: Record<string, unknown> = { accepts: node.accepts };
  for (const [key, value] of Object.entries(node)) if (typeof value === 'number') own[key] = value;
  return equalityKey({
    ...own,
    types: types && [...types].toSorted(),
    enum: enumKeys && [...enumKeys].toSorted(),
    pattern: pattern?.source,
    format: formats ? node.format : undefined,
    unique: node.uniqueItems || undefined,
    required: required && [...new Set(required)].toSorted(),
    dependent: dependentRequired && Array.from(dependentRequired, dependentText).toSorted(),
    anchor: dynamicRef?.anchor,
    opaque: node.opaque && [...node.opaque].toSorted(),
  });
}

/** Nodes that are made while checking are numbered by what they say. */
function lookup(classes: ReadonlyMap<Node, number>, count: number): Classes {
  const made = new Map<Node, number>();
  const byText = new Map<string, number>();
  let next = count;
  return {
    idOf(node) {
      const target = resolved(node);
      const known = classes.get(target) ?? made.get(target);
      if (known !== undefined) return known;
      const text = childrenOf(target).length === 0 ? ownText(target, true) : `${next}`;
      const id = byText.get(text) ?? (next += 1);
      byText.set(text, id);
      made.set(target, id);
      return id;
    },
  };
}
