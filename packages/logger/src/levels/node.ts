import type { LevelEnvironment } from './environment.ts';
import { severityOf, type LevelSet } from './vocabulary.ts';

/** What all loggers of a family share. */
export interface LevelFamily {
  levels: LevelSet;
  readonly environment: LevelEnvironment;
  /** True when transports are asked about each record: each may have a level of its own. */
  hasTransports: boolean;
}

/** The level of one logger name; loggers hold it, so that a change at run time reaches them all. */
export class LevelNode {
  readonly name: string;
  readonly parent: LevelNode | undefined;
  /** The level given in code, if any. */
  own: string | undefined;
  effective: string = 'info';
  /** The least severity that is logged. */
  threshold: number = severityOf('info');
  /** Less severe than this nothing needs a second look: a transport may ask for more than the logger. */
  gate: number = severityOf('info');
  readonly family: LevelFamily;
  readonly #children = new Map<string, LevelNode>();

  constructor(name: string, own: string | undefined, family: LevelFamily, parent?: LevelNode) {
    this.name = name;
    this.own = own;
    this.parent = parent;
    this.family = family;
  }

  /** The node of a named child; the same name and level give the same node. */
  child(name: string, own: string | undefined): LevelNode {
    const key = `${own ?? ''} ${name}`;
    const known = this.#children.get(key);
    if (known) return known;
    const node = new LevelNode(name, own, this.family, this);
    this.#children.set(key, node);
    return node;
  }

  /** Sets what applies now. */
  apply(effective: string): void {
    this.effective = effective;
    this.threshold = this.family.levels.severityOf(effective);
    this.gate = this.family.hasTransports ? -Infinity : this.threshold;
  }

  /** This node and all below it, parents first. */
  *descendants(): Generator<LevelNode> {
    yield this;
    for (const child of this.#children.values()) yield* child.descendants();
  }
}
