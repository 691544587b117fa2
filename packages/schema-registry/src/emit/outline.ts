import { fields, isRequired, list, text, variants, type Node, type Tree } from './tree.ts';

/** One field, wherever it is, as people write about it. */
export interface Line {
  /** `customer.name`, `lines[].sku`; empty for the whole value. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** And so is everything around it. */
  readonly isAlwaysRequired: boolean;
  readonly isList: boolean;
  readonly description: string;
  /** What else holds: a default, limits, a format. */
  readonly notes: readonly string[];
}

/** Nested deeper, or nested in itself, a field is told by its type only. */
const deepest = 8;

/** The fields of a schema in order, those of nested objects after their object. */
export function outline(tree: Tree): readonly Line[] {
  const lines: Line[] = [];
  const root = tree.resolve(tree.root);
  if (fields(root).length === 0) lines.push(lineOf(tree, '', root, [true, true]));
  addFields({ tree, lines }, root, { path: '', isRequired: true, above: [root] });
  return lines;
}

interface Writer {
  readonly tree: Tree;
  readonly lines: Line[];
}

interface Place {
  readonly path: string;
  readonly isRequired: boolean;
  /** What it is within. */
  readonly above: readonly Node[];
}

function addFields(writer: Writer, node: Node, { path, isRequired: isAlways, above }: Place): void {
  for (const [name, field] of fields(node)) {
    const here = path + (path && '.') + (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));
    const meant = writer.tree.resolve(field);
    const line = lineOf(writer.tree, here, meant, [isRequired(node, name), isAlways]);
    writer.lines.push(line);
    addNested(writer, meant, { path: here, isRequired: line.isAlwaysRequired, above });
  }
}

function addNested(writer: Writer, node: Node, place: Place): void {
  const { path, above } = place;
  if (above.length > deepest || above.some((other) => isSame(other, node))) return;
  const within = { ...place, above: [...above, node] };
  if ('items' in node) return addNested(writer, writer.tree.resolve(node['items']), { ...within, path: `${path}[]` });
  for (const option of variants(node) ?? []) {
    addNested(writer, writer.tree.resolve(option), { ...within, isRequired: false });
  }
  addFields(writer, node, within);
}

function isSame(left: Node, right: Node): boolean {
  return 'properties' in right && left['properties'] === right['properties'];
}

function lineOf(tree: Tree, path: string, node: Node, [isNeeded, isAlways]: readonly [boolean, boolean]): Line {
  const needed = isNeeded && !('default' in node);
  return {
    path,
    type: typeText(tree, node, 0),
    isRequired: needed,
    isAlwaysRequired: needed && isAlways,
    isList: node['type'] === 'array',
    description: text(node['description']) ?? text(node['title']) ?? '',
    notes: notesOf(node),
  };
}

/** A type in words of JSON: `string`, `list of integer`, `"a" or "b"`. */
function typeText(tree: Tree, node: Node, depth: number): string {
  if ('const' in node) return JSON.stringify(node['const']);
  if (Array.isArray(node['enum'])) return node['enum'].map((value) => JSON.stringify(value)).join(' or ');
  if (depth > deepest) return 'any';
  const options = variants(node);
  if (options)
    return [...new Set(options.map((option) => typeText(tree, tree.resolve(option), depth + 1)))].join(' or ');
  if (Array.isArray(node['prefixItems'])) return `tuple of ${node['prefixItems'].length}`;
  if (node['type'] === 'array') return `list of ${typeText(tree, tree.resolve(node['items']), depth + 1)}`;
  if (node['type'] === 'object' && typeof node['additionalProperties'] === 'object' && fields(node).length === 0) {
    return `map of ${typeText(tree, tree.resolve(node['additionalProperties']), depth + 1)}`;
  }
  if (Array.isArray(node['type'])) return node['type'].join(' or ');
  return text(node['type']) ?? ('not' in node ? 'nothing' : 'any');
}

const limits: readonly (readonly [key: string, words: string])[] = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'above'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'below'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters from'],
  ['maxLength', 'characters up to'],
  ['minItems', 'items from'],
  ['maxItems', 'items up to'],
];

function notesOf(node: Node): readonly string[] {
  const told = limits.filter(
    ([key]) => typeof node[key] === 'number' && Math.abs(node[key]) !== Number.MAX_SAFE_INTEGER,
  );
  return [
    ...(text(node['format']) ? [`format ${text(node['format'])}`] : []),
    ...told.map(([key, words]) => `${words} ${String(node[key])}`),
    ...(text(node['pattern']) && !text(node['format']) ? [`pattern ${text(node['pattern'])}`] : []),
    ...('default' in node ? [`default ${JSON.stringify(node['default'])}`] : []),
    ...(list(node['examples']).length > 0 ? [`such as ${JSON.stringify(list(node['examples'])[0])}`] : []),
    ...(node['deprecated'] === true ? ['deprecated'] : []),
  ];
}
