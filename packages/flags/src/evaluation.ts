import type { FlagValue, Metadata } from './document.ts';

/** What a flag is evaluated about. */
export interface EvaluationContext {
  /** Who it is about; `fractional` keeps the same subject in the same bucket. */
  readonly targetingKey?: string;
  readonly [attribute: string]: unknown;
}

/** Why a flag has its value, in OpenFeature's words; `OVERRIDE` is our own. The source `ofrep` alone gives the last three. */
export type Reason =
  'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'OVERRIDE' | 'ERROR' | 'SPLIT' | 'CACHED' | 'UNKNOWN';

/** OpenFeature's error codes, as far as an evaluation can give them. */
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** The answer to an evaluation; evaluating never throws. */
export interface Evaluation<Value = FlagValue> {
  /** Undefined when the flag has nothing to say and no fallback was given. */
  readonly value: Value | undefined;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: EvaluationErrorCode;
  readonly errorMessage?: string;
  /**
   * What the variant carries, in dialects where a flag is a boolean with variants beside it: it answers a fallback of its type.
   */
  readonly payload?: FlagValue | undefined;
  /** The flag's own metadata over that of the set. */
  readonly flagMetadata: Metadata;
}

/** Puts the fallback where there is no value, or one of another type. */
export function withFallback(evaluation: Evaluation, key: string, fallback: FlagValue | undefined): Evaluation {
  const { value, flagMetadata } = evaluation;
  if (fallback === undefined) return evaluation;
  if (value === undefined) return { ...evaluation, value: fallback };
  if (typeof value === typeof fallback) return evaluation;
  if ('payload' in evaluation) {
    const { payload } = evaluation;
    return { ...evaluation, value: typeof payload === typeof fallback ? payload : fallback };
  }
  const errorMessage = `Flag "${key}" is a ${typeof value}, but the fallback is a ${typeof fallback}.`;
  return { value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH', errorMessage, flagMetadata };
}
