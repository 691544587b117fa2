import { SchemaErrors } from '../errors.ts';
import type { Schema } from '../schema.ts';
import { exampleNumber, exampleText } from './example-values.ts';
import { fields, isRequired, list, merged, objectOf, treeOf, variants, asNode, type Node, type Tree } from './tree.ts';

/** No value is possible here, such as one of a type that contains itself without end. */
const none = Symbol('none');

interface Maker {
  readonly tree: Tree;
  /** Leaves out whatever may be left out. */
  readonly isSmall: boolean;
}

/** References within each other before what may be left out is. */
const deepest = 40;

/**
 * An example that the schema accepts, always the same for the same schema. Texts and numbers of `examples` and `default` come first.
 *
 * @throws NO_EXAMPLE when none was found, NO_JSON_SCHEMA
 */
export function toExample(schema: Schema): unknown {
  const tree = treeOf(schema);
  const problems: string[] = [];
  for (const candidate of candidatesOf(tree)) {
    const problem = problemOf(schema, candidate);
    if (problem === undefined) return candidate;
    problems.push(problem);
  }
  throw new SchemaErrors.NO_EXAMPLE({ problem: problems[0] ?? 'no value can be made' });
}

function* candidatesOf(tree: Tree): Iterable<unknown> {
  yield* list(tree.root['examples']);
  for (const isSmall of [false, true]) {
    const made = make({ tree, isSmall }, tree.root, 0);
    if (made !== none) yield made;
  }
}

function problemOf(schema: Schema, candidate: unknown): string | undefined {
  const result = schema['~standard'].validate(candidate);
  if (!(result instanceof Promise)) return result.issues?.[0]?.message;
  result.catch(() => undefined);
  return 'the schema answers with a promise';
}

function make(maker: Maker, node: unknown, depth: number): unknown {
  if (depth > deepest) return none;
  const meant = maker.tree.resolve(node);
  const given = givenValue(meant);
  if (given !== none) return given;
  const options = variants(meant);
  if (options)
    return firstOf(
      maker,
      options.map((option) => withBase(meant, option)),
      depth,
    );
  if (Array.isArray(meant['allOf'])) return make(maker, merged(maker.tree, meant), depth + 1);
  return ofType(maker, meant, depth);
}

function givenValue(node: Node): unknown {
  if ('const' in node) return node['const'];
  const [first = none] = [...list(node['enum']), ...list(node['examples'])];
  return first === none && 'default' in node ? node['default'] : first;
}

function firstOf(maker: Maker, options: readonly Node[], depth: number): unknown {
  for (const option of options) {
    const made = make(maker, option, depth + 1);
    if (made !== none) return made;
  }
  return none;
}

/** A variant and what is said beside the variants. */
function withBase(node: Node, option: Node): Node {
  const { anyOf: _, oneOf: __, ...base } = node;
  return Object.keys(base).some((key) => key === 'properties') ? { ...base, allOf: [option] } : option;
}

function ofType(maker: Maker, node: Node, depth: number): unknown {
  const type = Array.isArray(node['type']) ? (node['type'] as unknown[])[0] : node['type'];
  if (type === 'object' || (type === undefined && 'properties' in node)) return makeObject(maker, node, depth);
  if (type === 'array') return makeArray(maker, node, depth);
  if (type === 'string') return exampleText(node) ?? none;
  if (type === 'number' || type === 'integer') return exampleNumber(node, type === 'integer');
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return 'not' in node ? none : 'anything';
}

function makeObject(maker: Maker, node: Node, depth: number): unknown {
  const entries: [string, unknown][] = [];
  for (const [name, field] of fields(node)) {
    const isNeeded = isRequired(node, name);
    if (!isNeeded && (maker.isSmall || depth > deepest / 4)) continue;
    const made = make(maker, field, depth + 1);
    if (made === none && isNeeded) return none;
    if (made !== none) entries.push([name, made]);
  }
  return objectOf([...entries, ...extraEntries(maker, node, entries, depth)]);
}

/** Keys of a record that are wanted. */
function extraEntries(
  maker: Maker,
  node: Node,
  entries: readonly [string, unknown][],
  depth: number,
): [string, unknown][] {
  const known = new Set(entries.map(([name]) => name));
  const wanted = list(node['required']).filter((name): name is string => typeof name === 'string' && !known.has(name));
  const isOpen = typeof node['additionalProperties'] === 'object';
  if (isOpen && entries.length + wanted.length === 0 && !maker.isSmall && depth < deepest / 4) {
    const name = exampleText(maker.tree.resolve(node['propertyNames'] ?? {}), 'key');
    if (name !== undefined) wanted.push(name);
  }
  return wanted.flatMap((name): [string, unknown][] => {
    const made = make(maker, asNode(node['additionalProperties']), depth + 1);
    return made === none ? [] : [[name, made]];
  });
}

function makeArray(maker: Maker, node: Node, depth: number): unknown {
  const first = list(node['prefixItems']).map((item) => make(maker, item, depth + 1));
  if (first.includes(none)) return none;
  const least = typeof node['minItems'] === 'number' ? node['minItems'] : 0;
  const most = typeof node['maxItems'] === 'number' ? node['maxItems'] : Number.POSITIVE_INFINITY;
  const wanted = Math.min(most, Math.max(least, maker.isSmall || depth > deepest / 4 || first.length > 0 ? 0 : 1));
  if (first.length >= wanted || node['items'] === undefined) return first;
  const item = make(maker, node['items'], depth + 1);
  if (item === none) return first.length >= least ? first : none;
  return [...first, ...Array.from({ length: wanted - first.length }, () => structuredClone(item))];
}
