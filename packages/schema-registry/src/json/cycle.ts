import type { SchemaGraph } from './build.ts';
import { inPlaceChildrenOf, type Node } from './node.ts';

/** A schema that refers to itself for the same value, and so says nothing; undefined when there is none. */
export function findCycle({ nodes }: SchemaGraph): Node | undefined {
  const done = new Set<Node>();
  for (const start of nodes) {
    const open = new Set<Node>();
    const steps: { readonly node: Node; readonly isLeft: boolean }[] = [{ node: start, isLeft: false }];
    for (let step = steps.pop(); step; step = steps.pop()) {
      const { node, isLeft } = step;
      if (isLeft) {
        open.delete(node);
        done.add(node);
      } else if (open.has(node)) return node;
      else if (!done.has(node)) {
        open.add(node);
        steps.push({ node, isLeft: true }, ...inPlaceChildrenOf(node).map((child) => ({ node: child, isLeft: false })));
      }
    }
  }
  return undefined;
}
