import type { CompiledFlag } from './compile/flag.ts';
import type { FlagValue } from './document.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import { isEvaluationHeard } from './events.ts';

/** Evaluates a flag with all that belongs to it: fallback, hooks, events. */
export type Evaluate = (flag: CompiledFlag, context?: EvaluationContext, fallback?: FlagValue) => Evaluation;

/** The value alone, which is what most callers want. */
export type ReadValue = (
  flag: CompiledFlag,
  context?: EvaluationContext,
  fallback?: FlagValue,
) => FlagValue | undefined;

/** How flags are evaluated where no hook wants to know. */
export interface Evaluator {
  readonly evaluate: Evaluate;
  readonly value: ReadValue;
  /** Whether a value that never depends on the context may be given without evaluating. */
  readonly isDirect: boolean;
}

/** One flag through all reloads: the store gives it each new definition. */
export class Handle {
  readonly key: string;
  readonly #evaluator: Evaluator;
  #flag: CompiledFlag;
  // Copied from the flag: so a value takes no more steps than a property does.
  #fixed: FlagValue | undefined;
  #type: string;

  constructor(flag: CompiledFlag, evaluator: Evaluator) {
    this.key = flag.key;
    this.#evaluator = evaluator;
    this.#flag = flag;
    this.#fixed = evaluator.isDirect ? flag.fixed : undefined;
    this.#type = flag.type;
  }

  use(flag: CompiledFlag): void {
    this.#flag = flag;
    this.#fixed = this.#evaluator.isDirect ? flag.fixed : undefined;
    this.#type = flag.type;
  }

  value(context?: EvaluationContext, fallback?: FlagValue): FlagValue | undefined {
    const fixed = this.#fixed;
    const isFitting = fallback === undefined || typeof fallback === this.#type;
    if (fixed !== undefined && isFitting && !isEvaluationHeard()) return fixed;
    return this.#evaluator.value(this.#flag, context, fallback);
  }

  evaluate(context?: EvaluationContext, fallback?: FlagValue): Evaluation {
    return this.#evaluator.evaluate(this.#flag, context, fallback);
  }
}
