import type { Node } from '../contract.ts';

/** The node and everything below it, in source order. Without recursion: a tree may be deeper than the call stack. */
export function* within(node: Node): Generator<Node> {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    pushChildren(next, waiting);
  }
}

/** Whether the node or anything below it answers the question. */
export function contains(node: Node, asks: (inner: Node) => boolean): boolean {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (asks(next)) return true;
    pushChildren(next, waiting);
  }
  return false;
}

/** The last child first, so that the first comes out first. */
function pushChildren(node: Node, waiting: Node[]): void {
  const values: unknown[] = Object.values(node);
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at];
    if (!Array.isArray(value)) {
      if (isNode(value)) waiting.push(value);
      continue;
    }
    for (let index = value.length - 1; index >= 0; index -= 1) {
      const each: unknown = value[index];
      if (isNode(each)) waiting.push(each);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
