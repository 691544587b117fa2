import type { Resource } from './document.ts';

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** A regular expression of a schema. */
export interface Pattern {
  readonly source: string;
  readonly regex: RegExp;
}

/**
 * One schema in the form that draft 2020-12 has, whatever the draft it was written in, with its parts and references
 * as nodes. A keyword that the schema does not have is undefined.
 */
export interface Node {
  /** The address of the schema, such as `#/properties/id`. */
  readonly location: string;
  readonly resource: Resource;
  /** False for the schema `false`, which accepts nothing. */
  readonly accepts: boolean;
  types?: ReadonlySet<TypeName>;
  enum?: readonly unknown[];
  enumKeys?: ReadonlySet<string>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: Pattern;
  format?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  prefixItems?: readonly Node[];
  items?: Node;
  contains?: Node;
  minContains?: number;
  maxContains?: number;
  unevaluatedItems?: Node;
  minProperties?: number;
  maxProperties?: number;
  required?: readonly string[];
  properties?: ReadonlyMap<string, Node>;
  patternProperties?: readonly (readonly [Pattern, Node])[];
  additionalProperties?: Node;
  propertyNames?: Node;
  unevaluatedProperties?: Node;
  dependentRequired?: ReadonlyMap<string, readonly string[]>;
  dependentSchemas?: ReadonlyMap<string, Node>;
  allOf?: readonly Node[];
  anyOf?: readonly Node[];
  oneOf?: readonly Node[];
  not?: Node;
  if?: Node;
  then?: Node;
  else?: Node;
  ref?: Node;
  dynamicRef?: { readonly target: Node; readonly anchor: string | undefined };
  /** Rules in code that JSON Schema has no word for, each by a name that changes with the code. */
  opaque?: readonly string[];
}

type NodeKey = keyof Node;
const listKeys = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const satisfies readonly NodeKey[];
const inPlaceKeys = ['not', 'if', 'then', 'else', 'ref'] as const satisfies readonly NodeKey[];
const insideKeys = [
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
] as const satisfies readonly NodeKey[];

/** Every node directly under a node, with the keyword it is under. */
export function childrenOf(node: Node): readonly (readonly [keyword: string, child: Node])[] {
  const found: (readonly [string, Node])[] = [];
  for (const key of listKeys) {
    for (const [index, child] of (node[key] ?? []).entries()) found.push([`${key}/${index}`, child]);
  }
  for (const key of [...inPlaceKeys, ...insideKeys]) if (node[key]) found.push([key, node[key]]);
  for (const [name, child] of node.properties ?? []) found.push([`properties/${name}`, child]);
  for (const [pattern, child] of node.patternProperties ?? []) {
    found.push([`patternProperties/${pattern.source}`, child]);
  }
  for (const [name, child] of node.dependentSchemas ?? []) found.push([`dependentSchemas/${name}`, child]);
  if (node.dynamicRef) found.push(['dynamicRef', node.dynamicRef.target]);
  return found;
}

/** The nodes that speak of the same value as their parent. */
export function inPlaceChildrenOf(node: Node): readonly Node[] {
  const named = inPlaceKeys.flatMap((key) => node[key] ?? []);
  const lists = [node.allOf, node.anyOf, node.oneOf].flatMap((list) => list ?? []);
  return [...named, ...lists, ...(node.dependentSchemas?.values() ?? [])];
}
