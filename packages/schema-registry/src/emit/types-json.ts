import type { Schema } from '../schema.ts';
import { keyText, unionText } from './type-text.ts';
import { asNode, fields, isRequired, list, treeOf, variants, type Node, type Tree } from './tree.ts';

interface Writer {
  readonly tree: Tree;
  /** The names of what is referred to. */
  readonly names: Map<string, string>;
  readonly name: string;
}

/** TypeScript for a JSON Schema, for schemas that are not of zod. */
export function jsonTypes(schema: Schema, name: string, io: 'input' | 'output'): string {
  const tree = treeOf(schema, io);
  const writer: Writer = { tree, names: new Map([['#', name]]), name };
  const texts = [`export type ${name} = ${typeOf(writer, tree.root)};`];
  // What is written may name others, which are visited as well.
  for (const [reference, alias] of writer.names) {
    if (reference !== '#') texts.push(`export type ${alias} = ${typeOf(writer, tree.resolve({ $ref: reference }))};`);
  }
  return `${texts.join('\n\n')}\n`;
}

const plainTypes: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

function typeOf(writer: Writer, value: unknown): string {
  const node = asNode(value);
  if (typeof node['$ref'] === 'string') return nameOf(writer, node['$ref']);
  if ('const' in node) return constantText(node['const']);
  if (Array.isArray(node['enum'])) return unionText(node['enum'].map(constantText));
  const options = variants(node);
  if (options) return unionText(options.map((option) => typeOf(writer, option)));
  if (Array.isArray(node['allOf'])) return node['allOf'].map((part) => `(${typeOf(writer, part)})`).join(' & ');
  if (Array.isArray(node['type']))
    return unionText(node['type'].map((type: unknown) => typeOf(writer, { ...node, type })));
  return plainTypes[String(node['type'])] ?? containerText(writer, node);
}

function nameOf({ names, name }: Writer, reference: string): string {
  const known = names.get(reference);
  if (known !== undefined) return known;
  const alias = `${name}Part${names.size}`;
  names.set(reference, alias);
  return alias;
}

function containerText(writer: Writer, node: Node): string {
  if (node['type'] === 'array') return arrayText(writer, node);
  if (node['type'] === 'object') return objectText(writer, node);
  return 'not' in node ? 'never' : 'unknown';
}

function arrayText(writer: Writer, node: Node): string {
  const first = list(node['prefixItems']).map((item) => typeOf(writer, item));
  const rest = typeOf(writer, node['items'] ?? {});
  return first.length > 0
    ? `[${[...first, ...(node['items'] === undefined ? [] : [`...(${rest})[]`])].join(', ')}]`
    : `(${rest})[]`;
}

function objectText(writer: Writer, node: Node): string {
  const known = fields(node).map(
    ([key, field]) => `${keyText(key)}${isRequired(node, key) ? '' : '?'}: ${typeOf(writer, field)}`,
  );
  const others = node['additionalProperties'];
  const isOpen = typeof others === 'object' && others !== null;
  if (known.length === 0) return `Record<string, ${isOpen ? typeOf(writer, others) : 'unknown'}>`;
  const object = `{ ${known.join('; ')} }`;
  return isOpen ? `${object} & Record<string, ${typeOf(writer, others)}>` : object;
}

function constantText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'unknown';
  return Array.isArray(value)
    ? `[${value.map(constantText).join(', ')}]`
    : `{ ${Object.entries(value)
        .map(([key, part]) => `${keyText(key)}: ${constantText(part)}`)
        .join('; ')} }`;
}
