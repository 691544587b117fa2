import type { Evaluation, EvaluationContext } from './evaluation.ts';
import { expect, expectOptions } from './sources/check.ts';

/** What a hook is told of one evaluation. */
export interface HookEvent {
  readonly key: string;
  readonly context: EvaluationContext | undefined;
  readonly evaluation: Evaluation;
}

/** Called around evaluations, in OpenFeature's stages; all of it is synchronous, and what throws is logged and goes no further. */
export interface FlagHook {
  /** What it returns is laid over the context. */
  before?(event: Omit<HookEvent, 'evaluation'>): EvaluationContext | undefined;
  /** After an evaluation without an error. */
  after?(event: HookEvent): void;
  /** After one whose reason is `ERROR`. */
  error?(event: HookEvent): void;
  /** After both. */
  finally?(event: HookEvent): void;
}

/** Runs hooks around one evaluation: `before` in their order, the others in the reverse. */
export function withHooks(
  hooks: readonly FlagHook[],
  key: string,
  given: EvaluationContext | undefined,
  evaluate: (context: EvaluationContext | undefined) => Evaluation,
  onFailure: (error: unknown) => void,
): Evaluation {
  const guarded = <T>(call: () => T): T | undefined => {
    try {
      return call();
    } catch (error) {
      onFailure(error);
      return undefined;
    }
  };
  let context = given;
  for (const hook of hooks) {
    const more = guarded(() => hook.before?.({ key, context }));
    if (more) context = { ...context, ...more };
  }
  const event: HookEvent = { key, context, evaluation: evaluate(context) };
  const stage = event.evaluation.reason === 'ERROR' ? 'error' : 'after';
  const reversed = hooks.toReversed();
  for (const hook of reversed) guarded(() => hook[stage]?.(event));
  for (const hook of reversed) guarded(() => hook.finally?.(event));
  return event.evaluation;
}

export interface ExposureOptions {
  /** How many exposures are remembered; the oldest is forgotten first, and so may be told again. @default 10000 */
  readonly max?: number;
}

/**
 * A hook that tells each exposure once: the same flag, variant and targeting key are not told again while remembered.
 *
 * Evaluations without a variant or a targeting key are no exposures.
 *
 * @throws INVALID_OPTION
 */
export function exposures(listener: (event: HookEvent) => void, options: ExposureOptions = {}): FlagHook {
  expect('listener', 'a function', listener, typeof listener === 'function');
  expectOptions<ExposureOptions>(options, { max: true });
  const { max = 10_000 } = options;
  const told = new Set<string>();
  return {
    after(event) {
      const { key, context, evaluation } = event;
      const subject = context?.targetingKey;
      if (evaluation.variant === undefined || subject === undefined || subject === '') return;
      const id = JSON.stringify([key, evaluation.variant, subject]);
      if (told.has(id)) return;
      told.add(id);
      for (const oldest of told) {
        if (told.size <= max) break;
        told.delete(oldest);
      }
      listener(event);
    },
  };
}
