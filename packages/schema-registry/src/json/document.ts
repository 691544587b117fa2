// A schema and the documents it may name, by address: nothing is fetched, ever.
import { SchemaErrors } from '../errors.ts';
import { subschemas, type Draft } from './draft.ts';
import type { Node } from './node.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A schema with an address of its own, and what is named inside it. */
export interface Resource {
  readonly uri: string;
  readonly root: unknown;
  readonly draft: Draft;
  /** False when its meta-schema leaves out the vocabulary of validation. */
  readonly validates: boolean;
  readonly anchors: Map<string, unknown>;
  readonly dynamicAnchors: Map<string, unknown>;
  /** The nodes of those anchors, once a graph is built. */
  readonly dynamicNodes: Map<string, Node>;
}

export interface Documents {
  /** The schema itself. */
  readonly main: Resource;
  /** Where an absolute address leads. @throws UNKNOWN_REFERENCE */
  resolve(
    reference: string,
    from: Resource,
  ): { readonly raw: unknown; readonly resource: Resource; readonly anchor: string };
  /** Every resource that was read so far. */
  resources(): readonly Resource[];
  /** The resource that a part was found in. */
  resourceOf(raw: unknown): Resource | undefined;
}

export interface DocumentOptions {
  /** The draft of a schema that does not name its own. @default 'draft-2020-12' */
  readonly draft?: Draft;
  /** Other schemas by their address, for `$ref`. Nothing is ever fetched. */
  readonly documents?: Readonly<Record<string, unknown>>;
}

const rootUri = 'json-schema://root/';
/** Nested deeper, a schema is refused: it would be deeper than the call stack of some program that reads it. */
export const maxSchemaDepth = 500;

interface Reading {
  readonly options: DocumentOptions;
  readonly resources: Map<string, Resource>;
  readonly owners: Map<unknown, Resource>;
}

/** Reads a schema's addresses. @throws INVALID_JSON_SCHEMA, SCHEMA_TOO_DEEP */
export function readDocuments(schema: unknown, options: DocumentOptions): Documents {
  const reading: Reading = { options, resources: new Map(), owners: new Map() };
  const main = addDocument(schema, rootUri, reading);
  return {
    main,
    resolve: (reference, from) => resolve(reference, from, reading),
    resources: () => [...reading.resources.values()],
    resourceOf: (raw) => reading.owners.get(raw),
  };
}

function addDocument(schema: unknown, uri: string, reading: Reading): Resource {
  const draft = draftOf(schema, reading.options.draft ?? 'draft-2020-12');
  const resource = newResource(schema, uri, draft, reading);
  reading.resources.set(uri, resource);
  scan({ raw: schema, resource, depth: 0, uri }, reading);
  return reading.owners.get(schema) ?? resource;
}

function newResource(root: unknown, uri: string, draft: Draft, reading: Reading): Resource {
  const validates = hasValidation(root, reading);
  return { uri, root, draft, validates, anchors: new Map(), dynamicAnchors: new Map(), dynamicNodes: new Map() };
}

interface Found {
  readonly raw: unknown;
  readonly resource: Resource;
  readonly depth: number;
  readonly uri: string;
}

function scan(first: Found, reading: Reading): void {
  const found: Found[] = [first];
  for (let next = found.pop(); next; next = found.pop()) {
    const { raw, depth, uri } = next;
    if (!isObject(raw) || reading.owners.has(raw)) continue;
    if (depth > maxSchemaDepth) throw new SchemaErrors.SCHEMA_TOO_DEEP({ depth: maxSchemaDepth, where: uri });
    const resource = enterResource(raw, next.resource, reading);
    reading.owners.set(raw, resource);
    noteAnchors(raw, resource);
    const parts = isRefAlone(raw, resource.draft) ? [] : subschemas(raw, resource.draft);
    for (const part of parts) found.push({ raw: part, resource, depth: depth + 1, uri });
  }
}

/** Before draft 2019-09, whatever stands beside `$ref` is not read; definitions are, as they are found by address. */
function isRefAlone(raw: JsonObject, draft: Draft): boolean {
  return draft === 'draft-07' && typeof raw['$ref'] === 'string' && !('definitions' in raw);
}

function enterResource(raw: JsonObject, parent: Resource, reading: Reading): Resource {
  const id = raw['$id'];
  if (typeof id !== 'string' || (parent.draft === 'draft-07' && typeof raw['$ref'] === 'string')) return parent;
  const [base = ''] = id.split('#');
  if (base === '') return parent;
  const uri = absolute(base, parent.uri);
  if (parent.root === raw && parent.uri === uri) return parent;
  const resource = newResource(raw, uri, draftOf(raw, parent.draft), reading);
  if (!reading.resources.has(uri)) reading.resources.set(uri, resource);
  return resource;
}

function noteAnchors(raw: JsonObject, resource: Resource): void {
  const { $id, $anchor, $dynamicAnchor } = raw;
  if (resource.draft === 'draft-07') {
    if (typeof $id === 'string' && /^#./.test($id)) resource.anchors.set($id.slice(1), raw);
    return;
  }
  if (typeof $anchor === 'string') resource.anchors.set($anchor, raw);
  if (typeof $dynamicAnchor !== 'string') return;
  resource.anchors.set($dynamicAnchor, raw);
  resource.dynamicAnchors.set($dynamicAnchor, raw);
}

function resolve(reference: string, from: Resource, reading: Reading): ReturnType<Documents['resolve']> {
  const [base = '', fragment = ''] = absolute(reference, from.uri).split('#');
  const resource = reading.resources.get(base) ?? addGiven(base, reading);
  const anchor = decoded(fragment);
  if (!resource || anchor === undefined) throw unknownReference(reference, from);
  if (anchor !== '' && !anchor.startsWith('/')) {
    if (!resource.anchors.has(anchor)) throw unknownReference(reference, from);
    return { raw: resource.anchors.get(anchor), resource, anchor };
  }
  return { ...follow(anchor, resource, reading, reference), anchor: '' };
}

function addGiven(uri: string, reading: Reading): Resource | undefined {
  const { documents = {} } = reading.options;
  const name = [uri, `${uri}#`].find((name) => Object.hasOwn(documents, name));
  if (name === undefined) return undefined;
  const resource = addDocument(documents[name], uri, reading);
  reading.resources.set(uri, resource);
  return resource;
}

function follow(
  pointer: string,
  start: Resource,
  reading: Reading,
  reference: string,
): { readonly raw: unknown; readonly resource: Resource } {
  let [raw, resource] = [start.root, start];
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, name)) throw unknownReference(reference, start);
    raw = (raw as Record<string, unknown>)[name];
    resource = reading.owners.get(raw) ?? resource;
  }
  // A part under a keyword of nobody becomes a schema by being referred to.
  if (!reading.owners.has(raw)) scan({ raw, resource, depth: 0, uri: reference }, reading);
  return { raw, resource: reading.owners.get(raw) ?? resource };
}

function unknownReference(reference: string, from: Resource): Error {
  return new SchemaErrors.UNKNOWN_REFERENCE({ reference, from: from.uri === rootUri ? 'the schema' : from.uri });
}

function absolute(reference: string, base: string): string {
  try {
    return new URL(reference, base).href;
  } catch {
    // A name such as `urn:x` takes fragments and nothing else.
    return reference.startsWith('#') ? base.split('#')[0] + reference : reference;
  }
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

const validationVocabulary = 'https://json-schema.org/draft/2020-12/vocab/validation';

function hasValidation(schema: unknown, { options }: Reading): boolean {
  const name = isObject(schema) ? schema['$schema'] : undefined;
  const { documents = {} } = options;
  if (typeof name !== 'string' || !Object.hasOwn(documents, name)) return true;
  const meta = documents[name];
  const vocabularies = isObject(meta) ? meta['$vocabulary'] : undefined;
  return !isObject(vocabularies) || Object.hasOwn(vocabularies, validationVocabulary);
}

function draftOf(schema: unknown, fallback: Draft): Draft {
  const name = isObject(schema) ? schema['$schema'] : undefined;
  if (typeof name !== 'string') return fallback;
  if (/json-schema\.org\/draft\/2020-12\//.test(name)) return 'draft-2020-12';
  if (/json-schema\.org\/draft-0[67]\//.test(name)) return 'draft-07';
  return fallback;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
