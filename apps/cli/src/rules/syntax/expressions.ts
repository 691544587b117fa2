import type { Node } from '../contract.ts';

export type CallNode = Extract<Node, { type: 'CallExpression' }>;
export type ObjectNode = Extract<Node, { type: 'ObjectExpression' }>;

/** The expression without parentheses, type casts and optional-chain wrappers. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'ParenthesizedExpression':
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return unwrap(node.expression);
    default:
      return node;
  }
}

/** `process.env.PORT` for a chain of names; undefined when a part of it is computed or called. */
export function nameOf(node: Node | null | undefined): string | undefined {
  const names: string[] = [];
  let at = node ? unwrap(node) : undefined;
  for (; at?.type === 'MemberExpression'; at = unwrap(at.object)) {
    const name = lastNameOf(at);
    if (name === undefined) return undefined;
    names.unshift(name);
  }
  if (at?.type === 'ThisExpression') return ['this', ...names].join('.');
  return at?.type === 'Identifier' ? [at.name, ...names].join('.') : undefined;
}

/** The last name of a chain, whatever stands before it: `query` for `pool().query`. */
export function lastNameOf(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  if (bare.type === 'Identifier') return bare.name;
  if (bare.type !== 'MemberExpression') return undefined;
  if (bare.computed) return textOf(bare.property);
  return bare.property.type === 'PrivateIdentifier' ? `#${bare.property.name}` : bare.property.name;
}

/** What a method is called on: `pool` for `pool.query()`. */
export function receiverOf(call: CallNode): Node | undefined {
  const callee = unwrap(call.callee);
  return callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
}

/** The text of a string literal or of a template without expressions. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  if (bare.type === 'Literal' && typeof bare.value === 'string') return bare.value;
  if (bare.type === 'TemplateLiteral' && bare.expressions.length === 0)
    return bare.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The literal value of a number, boolean, string or null; undefined for everything else. */
export function literalOf(node: Node | null | undefined): string | number | boolean | null | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  if (bare.type !== 'Literal') return undefined;
  const { value } = bare;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
    ? value
    : undefined;
}

/** The value of a property written out in an object literal. */
export function memberOf(object: ObjectNode, key: string): Node | undefined {
  for (const property of object.properties) {
    if (property.type === 'Property' && keyOf(property) === key) return property.value;
  }
  return undefined;
}

/** The name of a property of an object literal, unless it is computed. */
export function keyOf(property: { readonly key: Node; readonly computed: boolean }): string | undefined {
  return property.computed || property.key.type !== 'Identifier' ? textOf(property.key) : property.key.name;
}

export function hasSpread(object: ObjectNode): boolean {
  return object.properties.some((property) => property.type === 'SpreadElement');
}

export function asObject(node: Node | null | undefined): ObjectNode | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  return bare.type === 'ObjectExpression' ? bare : undefined;
}

/** What `+` puts together, from left to right; the node alone when it is something else. */
export function operandsOf(node: Node): readonly Node[] {
  const operands: Node[] = [];
  let at = unwrap(node);
  for (; at.type === 'BinaryExpression' && at.operator === '+'; at = unwrap(at.left)) operands.push(unwrap(at.right));
  return [at, ...operands.toReversed()];
}
