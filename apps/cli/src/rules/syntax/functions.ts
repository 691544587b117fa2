import type { Node } from '../contract.ts';
import { unwrap } from './expressions.ts';

export type FunctionNode = Extract<Node, { generator: boolean }>;

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'FunctionDeclaration'
  );
}

/** The argument at this place when it is written as a function on the spot. */
export function inlineFunction(argument: Node | undefined): FunctionNode | undefined {
  if (!argument) return undefined;
  const bare = unwrap(argument);
  return isFunction(bare) ? bare : undefined;
}

/** The innermost function around a node. */
export function enclosingFunction(ancestors: readonly Node[]): FunctionNode | undefined {
  return ancestors.findLast((ancestor): ancestor is FunctionNode => isFunction(ancestor));
}

/** Whether a node runs when its module is imported. */
export function runsAtImport(ancestors: readonly Node[]): boolean {
  return enclosingFunction(ancestors) === undefined && !ancestors.some(({ type }) => type === 'PropertyDefinition');
}

/** The names of the parameters; undefined for a destructured one. */
export function parameterNames(node: FunctionNode): readonly (string | undefined)[] {
  return node.params.map((parameter) => {
    if (parameter.type === 'AssignmentPattern')
      return parameter.left.type === 'Identifier' ? parameter.left.name : undefined;
    return parameter.type === 'Identifier' ? parameter.name : undefined;
  });
}
