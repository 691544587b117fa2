import { toJsonSchema } from './json-schema.ts';
import type { Schema } from './schema.ts';

const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'examples',
  'deprecated',
  '$comment',
  '$schema',
]);
const namedParts: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const literalParts: ReadonlySet<string> = new Set(['const', 'enum', 'default']);

const shapes = new WeakMap<Schema, string | undefined>();

/**
 * True when two schemas read and write the same data, wording apart.
 *
 * By JSON Schema, so a module that is loaded again does not clash with itself; a schema without one equals only itself.
 */
export function isSameDefinition(left: Schema, right: Schema): boolean {
  if (left === right) return true;
  const shape = shapeOf(left);
  return shape !== undefined && shape === shapeOf(right);
}

function shapeOf(schema: Schema): string | undefined {
  if (!shapes.has(schema)) shapes.set(schema, writeShape(schema));
  return shapes.get(schema);
}

function writeShape(schema: Schema): string | undefined {
  try {
    const read = withoutAnnotations(toJsonSchema(schema, { io: 'input' }));
    const write = withoutAnnotations(toJsonSchema(schema, { io: 'output' }));
    return JSON.stringify([read, write]);
  } catch {
    return undefined;
  }
}

/** Sorts keys, so that the order in which a schema was written does not matter. */
function withoutAnnotations(node: unknown, isNameMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutAnnotations(item));
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => isNameMap || !annotations.has(key));
  kept.sort(([left], [right]) => (left < right ? -1 : 1));
  const clean = kept.map(([key, value]): [string, unknown] => {
    if (!isNameMap && literalParts.has(key)) return [key, value];
    return [key, withoutAnnotations(value, !isNameMap && namedParts.has(key))];
  });
  return Object.fromEntries(clean);
}
