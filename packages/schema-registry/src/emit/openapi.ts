import { toJsonSchema } from '../json-schema.ts';
import { at } from '../migrate.ts';
import { expectOptions } from '../schema.ts';
import { expectSubjects, type AnySubject } from '../subject.ts';
import { asNode, type Node } from './tree.ts';

export interface OpenApiOptions {
  /** @default 'Schemas' */
  readonly title?: string;
  /** The version of the document. @default '1' */
  readonly version?: string;
  /** Only the latest versions, or all of them, the earlier ones as `shop.order.v1`. @default 'latest' */
  readonly versions?: 'latest' | 'all';
  /** The accepted form (`input`) or the validated form (`output`). @default 'input' */
  readonly io?: 'input' | 'output';
}

/** An OpenAPI 3.1 document that has nothing but components. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string };
  readonly components: { readonly schemas: Readonly<Record<string, Node>> };
}

const maps: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);
const data: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/** OpenAPI 3.1 components of subjects: `#/components/schemas/shop.order`. @throws NO_JSON_SCHEMA, INVALID_OPTION */
export function toOpenApi(subjects: readonly AnySubject[], options: OpenApiOptions = {}): OpenApiDocument {
  expectSubjects(subjects);
  expectOptions(options);
  const { title = 'Schemas', version = '1', versions = 'latest', io = 'input' } = options;
  const schemas = new Map<string, Node>();
  for (const subject of subjects) {
    const first = versions === 'all' ? 1 : subject.latest;
    for (let number = first; number <= subject.latest; number += 1) {
      const name = number === subject.latest ? subject.name : `${subject.name}.v${number}`;
      addComponents(schemas, name, toJsonSchema(at(subject.definitions, number).schema, { io }));
    }
  }
  return { openapi: '3.1.1', info: { title, version }, components: { schemas: Object.fromEntries(schemas) } };
}

/** A schema and the definitions within it, which become components of their own. */
function addComponents(schemas: Map<string, Node>, name: string, root: Node): void {
  const { $defs, $schema: _, ...body } = root;
  const names = new Map<string, string>([['#', name]]);
  for (const key of Object.keys(asNode($defs))) names.set(`#/$defs/${key}`, freeName(schemas, names, `${name}.${key}`));
  schemas.set(name, moved(body, names) as Node);
  for (const [key, definition] of Object.entries(asNode($defs))) {
    schemas.set(names.get(`#/$defs/${key}`) ?? key, moved(asNode(definition), names) as Node);
  }
}

/** OpenAPI allows fewer characters in a name than JSON Schema. */
function freeName(schemas: ReadonlyMap<string, Node>, names: ReadonlyMap<string, string>, wanted: string): string {
  const base = wanted.replaceAll(/[^\w.-]/g, '_');
  const taken = new Set([...schemas.keys(), ...names.values()]);
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
  return name;
}

function moved(node: unknown, names: ReadonlyMap<string, string>, isMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => moved(item, names));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      if (isMap) return [key, moved(value, names)];
      if (data.has(key)) return [key, value];
      if (key === '$ref') return [key, movedReference(String(value), names)];
      return [key, moved(value, names, maps.has(key))];
    }),
  );
}

function movedReference(reference: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(decodeURIComponent(reference));
  return name === undefined ? reference : `#/components/schemas/${name}`;
}
