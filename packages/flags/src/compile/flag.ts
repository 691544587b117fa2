import type { FlagDefinition, FlagValue, Metadata } from '../document.ts';
import type { Evaluation, EvaluationContext, EvaluationErrorCode } from '../evaluation.ts';
import { deepFreeze, isFlagValue, isRecord, messageOf } from '../json.ts';
import { isTrue } from '../operators/operator.ts';
import type { FindFlag, RuleCompiler } from './rule.ts';
import { compileChoice, compileDecision, type Choice, type Decide } from './targeting.ts';

/** What a definition needs to become a flag. */
export interface FlagParts {
  readonly key: string;
  readonly definition: FlagDefinition;
  readonly setMetadata: Metadata;
  readonly rules: RuleCompiler;
  /** The variant that an override demands. */
  readonly forced: string | undefined;
}

/** What answers a context, and what stands where that throws. */
export interface Prepared {
  readonly decide: Decide | Choice;
  readonly failed: (error: unknown) => Evaluation;
}

/** One flag, ready to evaluate. Rules are compiled at the first use; results are made once and frozen. */
export class CompiledFlag {
  readonly key: string;
  /** Undefined if the flag is not in the document. */
  readonly definition: FlagDefinition | undefined;
  /** The value for every context; undefined if there is none, or if it depends on the context. */
  readonly fixed: FlagValue | undefined;
  /** What `typeof` says of it: a comparison of two texts is faster than one of two types. */
  readonly type: string;
  readonly #standing: Evaluation | undefined;
  readonly #prepare: (flags?: FindFlag) => Prepared;
  readonly #flags: FindFlag | undefined;
  #prepared: Prepared | undefined;
  #choice: Choice | undefined;
  #decide: Decide | undefined;

  /**
   * @param standing The answer to every context, if it is always the same; else `prepare` makes what answers.
   * @param flags The flags that its rules ask, if not those of its own document.
   */
  constructor(
    key: string,
    definition: FlagDefinition | undefined,
    standing: Evaluation | undefined,
    prepare: (flags?: FindFlag) => Prepared = () => always(missing(key)),
    flags?: FindFlag,
  ) {
    this.key = key;
    this.definition = definition;
    this.fixed = standing?.value;
    this.type = typeof this.fixed;
    this.#standing = standing;
    this.#prepare = prepare;
    this.#flags = flags;
  }

  evaluate(context: EvaluationContext | undefined): Evaluation {
    const standing = this.#standing;
    if (standing) return standing;
    const prepared = (this.#prepared ??= this.#compile());
    // Conditions are called from here, not from a closure around them: in most rules a call is a good part of the time.
    const choice = this.#choice;
    try {
      if (choice) return isTrue(choice.condition(context, this.key)) ? choice.ifTrue : choice.ifFalse;
      return this.#decide?.(context, this.key) ?? missing(this.key);
    } catch (error) {
      return prepared.failed(error);
    }
  }

  #compile(): Prepared {
    const prepared = this.#prepare(this.#flags);
    const { decide } = prepared;
    if (typeof decide === 'function') this.#decide = decide;
    else this.#choice = decide;
    return prepared;
  }

  /** The same flag among other flags, which its rules ask. */
  linkedTo(flags: FindFlag): CompiledFlag {
    if (this.#standing) return this;
    return new CompiledFlag(this.key, this.definition, undefined, this.#prepare, flags);
  }
}

/** Makes a flag of a definition that has been validated. */
export function compileFlag(parts: FlagParts): CompiledFlag {
  const { key, definition, setMetadata, forced } = parts;
  const flagMetadata = Object.freeze({ ...setMetadata, ...definition.metadata });
  if (forced !== undefined) return new CompiledFlag(key, definition, resultOf(parts, forced, 'OVERRIDE', flagMetadata));
  if (definition.state === 'DISABLED') {
    return new CompiledFlag(key, definition, Object.freeze({ value: undefined, reason: 'DISABLED', flagMetadata }));
  }
  const isTargeted = isRecord(definition.targeting) && Object.keys(definition.targeting).length > 0;
  const standing = standingResult(parts, isTargeted, flagMetadata);
  if (!isTargeted) return new CompiledFlag(key, definition, standing);
  return new CompiledFlag(key, definition, undefined, (flags) => compileTargeting(parts, standing, flags));
}

/** A flag that is not in the document. */
export function missingFlag(key: string): CompiledFlag {
  return new CompiledFlag(key, undefined, missing(key));
}

function missing(key: string): Evaluation {
  return failure('FLAG_NOT_FOUND', `There is no flag "${key}".`, {});
}

/** A flag whose definition cannot be evaluated at all. */
export function brokenFlag(key: string, why: string): CompiledFlag {
  return new CompiledFlag(key, undefined, failure('PARSE_ERROR', why, {}));
}

/** The answer when targeting says nothing, or when there is none. */
function standingResult(parts: FlagParts, isTargeted: boolean, flagMetadata: Metadata): Evaluation {
  const { defaultVariant } = parts.definition;
  if (typeof defaultVariant !== 'string') return Object.freeze({ value: undefined, reason: 'DEFAULT', flagMetadata });
  return resultOf(parts, defaultVariant, isTargeted ? 'DEFAULT' : 'STATIC', flagMetadata);
}

function resultOf(
  { key, definition }: FlagParts,
  variant: string,
  reason: Evaluation['reason'],
  flagMetadata: Metadata,
): Evaluation {
  const value = valueOf(definition, variant);
  if (value === undefined) return failure('GENERAL', `Flag "${key}" has no variant "${variant}".`, flagMetadata);
  return Object.freeze({ value, variant, reason, flagMetadata });
}

function valueOf({ variants }: FlagDefinition, variant: string): FlagValue | undefined {
  const value = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  return isFlagValue(value) ? deepFreeze(value) : undefined;
}

function compileTargeting(parts: FlagParts, standing: Evaluation, flags?: FindFlag): Prepared {
  const { key, definition } = parts;
  const rules = flags ? parts.rules.linkedTo(flags) : parts.rules;
  const { flagMetadata } = standing;
  const table = new Map(
    Object.keys(definition.variants).map((name) => [name, resultOf(parts, name, 'TARGETING_MATCH', flagMetadata)]),
  );
  const resultFor = (answer: unknown): Evaluation => {
    if (answer === null || answer === undefined) return standing;
    const match = table.get(typeof answer === 'string' ? answer : nameOf(answer));
    return match ?? failure('GENERAL', `Flag "${key}" has no variant ${JSON.stringify(answer)}.`, flagMetadata);
  };
  try {
    return {
      decide:
        compileChoice(definition.targeting, rules, resultFor) ??
        compileDecision(definition.targeting, rules, resultFor),
      failed: (error) =>
        failure('GENERAL', `The targeting of flag "${key}" failed: ${messageOf(error)}.`, flagMetadata),
    };
  } catch (problem) {
    const message = `The targeting of flag "${key}" cannot be used: ${messageOf(problem)}.`;
    return always(failure('PARSE_ERROR', message, flagMetadata));
  }
}

function always(evaluation: Evaluation): Prepared {
  return { decide: () => evaluation, failed: () => evaluation };
}

/** Booleans and numbers name variants too; a list or an object names none. */
function nameOf(answer: unknown): string {
  return typeof answer === 'boolean' || typeof answer === 'number' ? String(answer) : '';
}

function failure(errorCode: EvaluationErrorCode, errorMessage: string, flagMetadata: Metadata): Evaluation {
  return Object.freeze({ value: undefined, reason: 'ERROR', errorCode, errorMessage, flagMetadata });
}
