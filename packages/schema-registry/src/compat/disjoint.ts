import type { Node, TypeName } from '../json/node.ts';
import { typeOf } from '../json/type.ts';
import { resolved, type Classes } from './normalize.ts';

/**
 * A quick look at whether nodes have no value in common: by their types and listed values alone, as the parts that tell
 * alternatives apart have them. False says nothing.
 */
export function disjointness({ idOf }: Classes): (nodes: readonly Node[]) => boolean {
  const known = new Map<string, boolean>();
  return (nodes) => {
    if (nodes.length === 0) return false;
    const key = nodes
      .map(idOf)
      .toSorted((left, right) => left - right)
      .join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = look(nodes);
    known.set(key, answer);
    return answer;
  };
}

function look(nodes: readonly Node[]): boolean {
  const parts = nodes.flatMap((node) => partsOf(node, 0));
  if (parts.some(({ accepts }) => !accepts)) return true;
  const lists = parts.filter((part) => part.enum !== undefined);
  const [first] = lists;
  if (first?.enum) {
    return !first.enum.some((value) => parts.every((part) => mayTake(part, value)));
  }
  return !allTypes.some((type) => parts.every(({ types }) => !types || hasType(types, type)));
}

const allTypes: readonly TypeName[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

function hasType(types: ReadonlySet<TypeName>, type: TypeName): boolean {
  return types.has(type) || (type === 'integer' && types.has('number'));
}

function mayTake({ types, enumKeys }: Node, value: unknown): boolean {
  if (enumKeys && !enumKeys.has(JSON.stringify(value) ?? '') && !isObjectLike(value)) return false;
  const type = typeOf(value);
  if (!types || type === 'undefined') return true;
  return types.has(type) || (type === 'number' && types.has('integer') && Number.isInteger(value));
}

function isObjectLike(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The node and what must hold with it. */
function partsOf(node: Node, depth: number): readonly Node[] {
  const target = resolved(node);
  if (depth > 5) return [target];
  const inner = [target.ref, ...(target.allOf ?? [])].filter((part) => part !== undefined);
  return [target, ...inner.flatMap((part) => partsOf(part, depth + 1))];
}
