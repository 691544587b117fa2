import type { SchemaGraph } from '../json/build.ts';
import type { Node } from '../json/node.ts';
import { createSolver } from './contains.ts';
import { createFuel, OutOfFuel } from './fuel.ts';
import { unknown, type Answer, type Goal } from './goal.ts';
import { classify } from './normalize.ts';

export interface Comparison {
  readonly writer: SchemaGraph;
  readonly reader: SchemaGraph;
  /** What the writer reads itself, which is compared with the reader to tell what changed. */
  readonly before: SchemaGraph;
  readonly formats: boolean;
  /** Steps in all. */
  readonly fuel: number;
}

/** Two schemas that were read, ready to be asked. */
export interface Comparing {
  /** Looks for a value that all of `all` accept and none of `none`. */
  ask(goal: Goal): Answer;
  /** True when both say the same. */
  isSame(left: Node, right: Node): boolean;
}

/** Prepares questions about a writer and a reader; all of them together may use up the fuel. */
export function startComparing({ writer, reader, before, formats, fuel }: Comparison): Comparing {
  const classes = classify([...new Set([writer, reader, before])], formats);
  const supply = createFuel(fuel);
  const options = { classes, formats, fuel: supply };
  let solver = createSolver(options);
  return {
    isSame: (left, right) => classes.idOf(left) === classes.idOf(right),
    ask(goal) {
      try {
        return solver.solve(goal);
      } catch (error) {
        if (!(error instanceof OutOfFuel)) throw error;
        // What was half answered must not be remembered.
        solver = createSolver(options);
        return unknown('it takes too many steps to find out');
      }
    },
  };
}
