import { toJsonSchema } from '../json-schema.ts';
import type { Schema } from '../schema.ts';

/** One schema within a JSON Schema. */
export type Node = Readonly<Record<string, unknown>>;

/** A JSON Schema whose references are followed within it. */
export interface Tree {
  readonly root: Node;
  /** The node that is meant, with what is said beside a reference to it. */
  resolve(node: unknown): Node;
}

/** The form that is accepted, which is what people and programs write. @throws NO_JSON_SCHEMA */
export function treeOf(schema: Schema, io: 'input' | 'output' = 'input'): Tree {
  return treeFrom(toJsonSchema(schema, { io }));
}

export function treeFrom(root: Node): Tree {
  return { root, resolve: (node) => resolve(root, asNode(node)) };
}

function resolve(root: Node, start: Node): Node {
  let node = start;
  // A reference to itself ends here as well.
  for (let hops = 0; typeof node['$ref'] === 'string' && hops < 100; hops += 1) {
    const { $ref, ...beside } = node;
    node = { ...asNode(lookUp(root, $ref)), ...beside };
  }
  return node;
}

function lookUp(root: Node, reference: string): unknown {
  let found: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/')) {
    if (part === '') continue;
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : {};
  }
  return found;
}

/** `true` accepts anything and `false` nothing. */
export function asNode(value: unknown): Node {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Node;
  return value === false ? { not: {} } : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The fields of an object by name, in order. */
export function fields(node: Node): readonly (readonly [name: string, node: Node])[] {
  return Object.entries(asNode(node['properties'])).map(([name, field]) => [name, asNode(field)]);
}

export function isRequired(node: Node, name: string): boolean {
  return list(node['required']).includes(name);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The variants of a union; undefined when it is none. */
export function variants(node: Node): readonly Node[] | undefined {
  const found = node['anyOf'] ?? node['oneOf'];
  return Array.isArray(found) ? found.map(asNode) : undefined;
}

/** All parts of an intersection as one: objects have the fields of each. */
export function merged(tree: Pick<Tree, 'resolve'>, node: Node): Node {
  if (!Array.isArray(node['allOf'])) return node;
  const { allOf, ...base } = node;
  return list(allOf)
    .map((part) => tree.resolve(part))
    .reduce<Node>(
      (sum, part) => ({
        ...sum,
        ...part,
        properties: objectOf([...fields(sum), ...fields(part)]),
        required: [...list(sum['required']), ...list(part['required'])],
      }),
      base,
    );
}

/** A copy of own fields, whatever their names. */
export function objectOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries(entries);
}
