import { read } from './meta.ts';
import type { AnyCatalogue } from './types.ts';

/** One handler for each error of a catalogue; a missing one is a compile error. */
export type MatchCases<C extends AnyCatalogue> = {
  readonly [Problem in keyof C]: (error: InstanceType<C[Problem]>) => unknown;
};

/**
 * Handles every error of a catalogue. A value that is none of them goes to `otherwise`.
 *
 * @throws The value itself when it is none of them and there is no `otherwise`.
 */
export function matchError<C extends AnyCatalogue, const K extends MatchCases<C>, O = never>(
  value: unknown,
  catalogue: C,
  cases: K,
  otherwise?: (value: unknown) => O,
): ReturnType<K[keyof C]> | O {
  const problem = problemIn(catalogue, value);
  if (problem !== undefined) return (cases[problem] as (error: unknown) => ReturnType<K[keyof C]>)(value);
  if (otherwise === undefined) throw value;
  return otherwise(value);
}

/** Catalogues are keyed by problem, merged ones by full code: no need to try one class after the other. */
function problemIn(catalogue: AnyCatalogue, value: unknown): string | undefined {
  const code = read(value, 'code');
  if (typeof code !== 'string') return undefined;
  const keys = [code.slice(code.lastIndexOf('.') + 1), code];
  return keys.find((key) => Object.hasOwn(catalogue, key) && catalogue[key]?.is(value));
}
