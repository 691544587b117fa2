import { equalityKey } from '../canonical.ts';
import {
  isObject,
  readDocuments,
  type DocumentOptions,
  type Documents,
  type JsonObject,
  type Resource,
} from './document.ts';
import { invalid, readerOf } from './keywords.ts';
import type { Node } from './node.ts';

/** A schema as a graph of nodes. */
export interface SchemaGraph {
  readonly root: Node;
  /** Every node that the root leads to. */
  readonly nodes: readonly Node[];
}

/** What reads keywords may ask for. */
export interface Building {
  /** The node of a schema that was found inside another one. */
  child(raw: unknown, path: string): Node;
  /** The node that a reference leads to. */
  refer(reference: string): { readonly node: Node; readonly anchor: string; readonly resource: Resource };
  readonly path: string;
  readonly resource: Resource;
}

interface State {
  readonly documents: Documents;
  readonly known: Map<unknown, Node>;
  readonly pending: { readonly node: Node; readonly raw: JsonObject }[];
  readonly nodes: Node[];
}

/** Keywords of the vocabularies that only a meta-schema with validation turns on. */
const structural: ReadonlySet<string> = new Set(
  [
    ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'prefixItems', 'items', 'contains'],
    ['properties', 'patternProperties', 'additionalProperties', 'propertyNames', 'dependentSchemas'],
    ['unevaluatedItems', 'unevaluatedProperties', 'format'],
  ].flat(),
);

/**
 * Reads a schema of draft-07 or 2020-12 with everything it refers to.
 *
 * @throws INVALID_JSON_SCHEMA, SCHEMA_TOO_DEEP, UNKNOWN_REFERENCE
 */
export function buildGraph(schema: unknown, options: DocumentOptions = {}): SchemaGraph {
  const documents = readDocuments(schema, options);
  const state: State = { documents, known: new Map(), pending: [], nodes: [] };
  const root = nodeOf(schema, '#', documents.main, state);
  do fillAll(state);
  while (addDynamic(state));
  return { root, nodes: state.nodes };
}

function fillAll(state: State): void {
  for (let next = state.pending.pop(); next; next = state.pending.pop()) fill(next.node, next.raw, state);
}

/** What a `$dynamicRef` may lead to is known when everything else is. */
function addDynamic(state: State): boolean {
  if (!state.nodes.some(({ dynamicRef }) => dynamicRef?.anchor !== undefined)) return false;
  for (const resource of state.documents.resources()) {
    for (const [anchor, raw] of resource.dynamicAnchors) {
      resource.dynamicNodes.set(anchor, nodeOf(raw, `${resource.uri}#${anchor}`, resource, state));
    }
  }
  return state.pending.length > 0;
}

function nodeOf(raw: unknown, location: string, resource: Resource, state: State): Node {
  const known = state.known.get(raw);
  if (known) return known;
  const owner = state.documents.resourceOf(raw) ?? resource;
  const node: Node = { location, resource: owner, accepts: raw !== false };
  state.known.set(raw, node);
  state.nodes.push(node);
  if (isObject(raw)) state.pending.push({ node, raw });
  else if (typeof raw !== 'boolean') throw invalid(location, 'a schema: an object or a boolean', raw);
  return node;
}

function fill(node: Node, raw: JsonObject, state: State): void {
  const { resource, location } = node;
  const building: Building = {
    path: location,
    resource,
    child: (part, path) => nodeOf(part, `${location}/${path}`, resource, state),
    refer(reference) {
      const found = state.documents.resolve(reference, resource);
      const place = reference.startsWith('#') ? reference : found.resource.uri;
      return { ...found, node: nodeOf(found.raw, place, found.resource, state) };
    },
  };
  const isAlone = resource.draft === 'draft-07' && typeof raw['$ref'] === 'string';
  for (const key of isAlone ? ['$ref'] : Object.keys(raw)) {
    if (!resource.validates && !structural.has(key)) continue;
    const read = readerOf(key, resource.draft);
    if (read) Object.assign(node, read(raw[key], building, raw));
  }
  if (node.enum) node.enumKeys = new Set(node.enum.map(equalityKey));
}
