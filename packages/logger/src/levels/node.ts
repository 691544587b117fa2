import { severityOf, type LevelWord } from './vocabulary.ts';

/** The level of one logger name; loggers hold it, so that a change at run time reaches them all. */
export class LevelNode {
  readonly name: string;
  readonly parent: LevelNode | undefined;
  /** The level given in code, if any. */
  own: LevelWord | undefined;
  effective: LevelWord = 'info';
  /** The least severity that is logged. */
  threshold: number = severityOf('info');
  /** The least severity that anybody wants: a transport may ask for more than the logger. */
  gate: number = severityOf('info');
  /** The least severity that a transport asks for by a level of its own; the same for a whole family. */
  readonly family: { floor: number };
  readonly #children = new Map<string, LevelNode>();

  constructor(name: string, own: LevelWord | undefined, parent?: LevelNode) {
    this.name = name;
    this.own = own;
    this.parent = parent;
    this.family = parent ? parent.family : { floor: Infinity };
  }

  /** The node of a named child; the same name and level give the same node. */
  child(name: string, own: LevelWord | undefined): LevelNode {
    const key = `${own ?? ''} ${name}`;
    const known = this.#children.get(key);
    if (known) return known;
    const node = new LevelNode(name, own, this);
    this.#children.set(key, node);
    return node;
  }

  /** Sets what applies now. */
  apply(effective: LevelWord): void {
    this.effective = effective;
    this.threshold = severityOf(effective);
    this.gate = Math.min(this.threshold, this.family.floor);
  }

  /** This node and all below it, parents first. */
  *descendants(): Generator<LevelNode> {
    yield this;
    for (const child of this.#children.values()) yield* child.descendants();
  }
}
