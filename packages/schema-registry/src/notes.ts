import { SchemaErrors } from './errors.ts';
import { maxSchemaDepth, type JsonObject } from './json/document.ts';

const notes: ReadonlySet<string> = new Set([
  'title',
  'description',
  'examples',
  'deprecated',
  '$comment',
  '$schema',
  'readOnly',
  'writeOnly',
]);
const namedParts: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);
const data: ReadonlySet<string> = new Set(['const', 'enum', 'default']);

/** A JSON Schema without what is written for people. */
export function withoutNotes(schema: unknown): unknown {
  return split(schema, { isNameMap: false, depth: 0, keep: (isNote) => !isNote });
}

/** What is written for people in a JSON Schema, at the places where it is written. */
export function notesOf(schema: unknown): unknown {
  return split(schema, { isNameMap: false, depth: 0, keep: (isNote) => isNote });
}

interface Splitting {
  /** Whether the keys are names of people's own, and no keywords. */
  readonly isNameMap: boolean;
  readonly depth: number;
  readonly keep: (isNote: boolean) => boolean;
}

/** Two levels of JSON are one of schemas, as in `properties`. */
const maxDepth = maxSchemaDepth * 2;

function split(node: unknown, { isNameMap, depth, keep }: Splitting): unknown {
  if (depth > maxDepth) throw new SchemaErrors.SCHEMA_TOO_DEEP({ depth: maxSchemaDepth, where: 'to be compared' });
  const inside = (part: unknown, isNameMap: boolean): unknown => split(part, { isNameMap, depth: depth + 1, keep });
  if (Array.isArray(node)) return node.map((item) => inside(item, false));
  if (typeof node !== 'object' || node === null) return keep(false) ? node : null;
  const parts = Object.entries(node as JsonObject).flatMap(([key, value]): [string, unknown][] => {
    if (isNameMap) return [[key, inside(value, false)]];
    if (notes.has(key)) return keep(true) ? [[key, value]] : [];
    if (data.has(key)) return keep(false) ? [[key, value]] : [];
    return [[key, inside(value, namedParts.has(key))]];
  });
  return Object.fromEntries(parts);
}
