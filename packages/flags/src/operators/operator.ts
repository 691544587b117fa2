import type { Evaluation } from '../evaluation.ts';
import type { BucketChoice, Bucketing } from './fractional.ts';

/**
 * A compiled rule.
 *
 * @param data The context of the call, or the element that a list operator looks at.
 */
export type Run = (data: unknown, flagKey: string) => unknown;

/** How a rule becomes a closure: the arguments come compiled, and as they were written. */
export interface Compilation {
  readonly args: readonly Run[];
  readonly written: readonly unknown[];
  /** What the context of a call is laid over. Undefined inside a list operator: there `var` sees only the element. */
  readonly base: object | undefined;
  readonly bucketing: Bucketing;
  /** Hears how each subject comes into its bucket. */
  readonly onChoice?: OnChoice | undefined;
  /** Compiles what is part of an argument. */
  readonly compileSame: (rule: unknown) => Run;
  /** Compiles an argument for the elements of a list. */
  readonly compileLocal: (rule: unknown) => Run;
  /** Another flag of the same document; throws where there is none. Undefined where rules stand alone. */
  readonly flagOf?: (key: unknown) => Evaluable;
}

export type OnChoice = (choice: BucketChoice) => void;

/** A flag as another flag's rule sees it. */
export interface Evaluable {
  evaluate(context: unknown): Pick<Evaluation, 'variant'>;
}

/** What an operator takes and does. */
export interface Operator {
  readonly least: number;
  readonly most: number;
  readonly compile: (compilation: Compilation) => Run;
}

/** An operator that computes from the values of a fixed number of arguments. */
export function operator(least: number, most: number, compile: (compilation: Compilation) => Run): Operator {
  return { least, most, compile };
}

/** The argument at an index; one that is missing gives null. */
export function argument({ args }: Compilation, index: number): Run {
  return args[index] ?? (() => null);
}

/** Whether a part of a rule is its own value. */
export function isLiteral(written: unknown): boolean {
  return typeof written !== 'object' || written === null;
}

/** JsonLogic's truth: as in JavaScript, except that an empty list is false. */
export function isTrue(value: unknown): boolean {
  // Nearly all conditions answer one of the two, and need no further look.
  if (value === true || value === false) return value;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
