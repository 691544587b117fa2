import type { Node } from '../contract.ts';

/** The node and everything below it, in source order. Without recursion: a tree may be deeper than the call stack. */
export function* within(node: Node): Generator<Node> {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...childrenOf(next).toReversed());
  }
}

/** Whether the node or anything below it answers the question. */
export function contains(node: Node, asks: (inner: Node) => boolean): boolean {
  for (const inner of within(node)) if (asks(inner)) return true;
  return false;
}

function childrenOf(node: Node): readonly Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'parent') return [];
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
