import type { FlagDefinition } from '../document.ts';
import type { Evaluation, EvaluationContext } from '../evaluation.ts';
import type { Bucketing } from '../operators/fractional.ts';
import type { FlagProblem } from '../validate/problem.ts';

/** A format of flags: flagd's own, or another vendor's, compiled by its own rules. */
export interface FlagDialect {
  readonly name: string;
  /** Loads what only some documents need; called before `validate`. */
  prepare?(document: unknown): Promise<void>;
  /** Every problem of a parsed document; a problem without `flag` and `evaluator` refuses the document whole. */
  validate(document: unknown): readonly FlagProblem[];
  /** Reads a document that has no such problem. */
  read(document: Readonly<Record<string, unknown>>, settings: DialectSettings): DialectFlags;
}

/** What the options of `createFlags` say about every dialect. */
export interface DialectSettings {
  /** Attributes under those of each call. */
  readonly context: EvaluationContext;
  readonly bucketing: Bucketing;
  /** Another flag of the same document, for rules that ask for one; not before the first evaluation. */
  readonly findFlag: (key: string) => DialectFlag | undefined;
}

/** The flags of one document. */
export interface DialectFlags {
  /** In the shape of flagd's definitions: what lists, overrides and the search for changes look at. */
  readonly definitions: Readonly<Record<string, unknown>>;
  /** What flags share, as text to compare. */
  readonly shared: Shared;
  /**
   * Makes a flag of a definition without problems.
   *
   * @param forced The variant that an override demands.
   */
  compile(key: string, definition: FlagDefinition, forced: string | undefined): DialectFlag;
}

/** What flags have in common, as text to compare; `evaluators` concerns those that name a `$ref`. */
export interface Shared {
  readonly evaluators: string;
  readonly metadata: string;
}

export interface DialectFlag {
  /** Never throws. */
  evaluate(context: EvaluationContext | undefined): Evaluation;
}
