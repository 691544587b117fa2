// A tree is walked once, whatever the number of rules: the walk files each node under its type, and a rule that asks for
// calls then sees the calls only. Names and literals, two in three nodes, are filed only when a rule asks for them.
import { visitorKeys, type Node, type Program } from 'oxc-parser';
import type { Visitors } from '../../rules/contract.ts';

/** The nodes of a program in the order of the text, found by type. */
export class NodeIndex {
  readonly #nodes: Node[] = [];
  /** The place of each node's parent in `#nodes`; -1 for the program. */
  readonly #parents: number[] = [];
  readonly #byType = new Map<string, number[]>();
  /** By the place of a node: that node and its own ancestors, from the program inwards. */
  readonly #lineages = new Map<number, readonly Node[]>();

  constructor(program: Program, { withLeaves = false }: { readonly withLeaves?: boolean } = {}) {
    this.#fill(program, withLeaves);
  }

  visit(visitors: Visitors): void {
    const types = Object.keys(visitors);
    const places = types.length === 1 ? this.#places(types[0]!) : this.#merged(types);
    for (const place of places) {
      const node = this.#nodes[place]!;
      visitorOf(visitors, node)?.(node, this.#lineage(this.#parents[place]!));
    }
  }

  #places(type: string): readonly number[] {
    return this.#byType.get(type) ?? [];
  }

  #merged(types: readonly string[]): readonly number[] {
    return types.flatMap((type) => this.#places(type)).toSorted((a, b) => a - b);
  }

  #lineage(place: number): readonly Node[] {
    if (place === -1) return [];
    const known = this.#lineages.get(place);
    if (known !== undefined) return known;
    const lineage: Node[] = [];
    for (let at = place; at !== -1; at = this.#parents[at]!) lineage.push(this.#nodes[at]!);
    lineage.reverse();
    this.#lineages.set(place, lineage);
    return lineage;
  }

  /** Without recursion: a tree may be deeper than the call stack. The last child is pushed first, to come out last. */
  #fill(program: Program, withLeaves: boolean): void {
    const stack: Node[] = [program];
    const parents: number[] = [-1];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const place = this.#add(node, parents.pop()!);
      const keys = visitorKeys[node.type] ?? [];
      for (let at = keys.length - 1; at >= 0; at -= 1) pushChildren(Reflect.get(node, keys[at]!), stack, withLeaves);
      while (parents.length < stack.length) parents.push(place);
    }
  }

  #add(node: Node, parent: number): number {
    const place = this.#nodes.push(node) - 1;
    this.#parents.push(parent);
    const places = this.#byType.get(node.type);
    if (places === undefined) this.#byType.set(node.type, [place]);
    else places.push(place);
    return place;
  }
}

type Child = Node | readonly (Node | null)[] | null | undefined;

function pushChildren(child: Child, stack: Node[], withLeaves: boolean): void {
  if (child === null || child === undefined) return;
  if (!isList(child)) {
    if (withLeaves || !isBareLeaf(child)) stack.push(child);
    return;
  }
  for (let at = child.length - 1; at >= 0; at -= 1) {
    const each = child[at];
    if (each !== null && each !== undefined && (withLeaves || !isBareLeaf(each))) stack.push(each);
  }
}

const leaves: ReadonlySet<string> = new Set([
  'Identifier',
  'Literal',
  'PrivateIdentifier',
  'Super',
  'TemplateElement',
  'ThisExpression',
]);

/** Whether nodes of this type are filed only when somebody asks for them. */
export function isLeafType(type: string): boolean {
  return leaves.has(type);
}

/** A leaf with nothing below it: a parameter may have a type, or decorators. */
function isBareLeaf(node: Node): boolean {
  if (node.type !== 'Identifier') return leaves.has(node.type);
  const { typeAnnotation = null, decorators = [] }: Bearing = node;
  return typeAnnotation === null && decorators.length === 0;
}

interface Bearing {
  readonly typeAnnotation?: Node | null;
  readonly decorators?: readonly Node[];
}

function isList(child: Child): child is readonly (Node | null)[] {
  return Array.isArray(child);
}

/** The types of visitors and nodes go together by construction, which TypeScript cannot follow through a lookup. */
function visitorOf(visitors: Visitors, node: Node): ((node: Node, ancestors: readonly Node[]) => void) | undefined {
  const untyped: object = visitors;
  return Reflect.get(untyped, node.type);
}
