import { normalize } from './normalize.ts';
import type { SeaworthyError } from './types.ts';

/** What {@link attempt} answers. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SeaworthyError };

/** A promise for an attempt when the function answers with a promise. */
export type AttemptOf<T> = [T] extends [never]
  ? Attempt<never>
  : T extends Promise<infer V>
    ? Promise<Attempt<V>>
    : Attempt<T>;

/** Runs a function and answers with its value or, normalized, what it threw or rejected with. */
export function attempt<T>(run: () => T): AttemptOf<T>;
export function attempt(run: () => unknown): Attempt<unknown> | Promise<Attempt<unknown>> {
  try {
    const value = run();
    return value instanceof Promise ? value.then(succeeded, failed) : succeeded(value);
  } catch (error) {
    return failed(error);
  }
}

function succeeded<T>(value: T): Attempt<T> {
  return { ok: true, value };
}

function failed(error: unknown): Attempt<never> {
  return { ok: false, error: normalize(error) };
}
