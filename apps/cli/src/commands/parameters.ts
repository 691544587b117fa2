import type { TypedFlagParameter } from '@stricli/core';
import type { CliContext } from './context.ts';

/** Takes a word as it is: the settings check it, together with those of file and environment. */
export function text(word: string): string {
  return word;
}

/** A flag with a value; the choices are for shells that complete, others are refused elsewhere. */
export function valued(
  brief: string,
  placeholder: string,
  choices: readonly string[] = [],
): TypedFlagParameter<string | undefined, CliContext> {
  const proposeCompletions = (partial: string): readonly string[] => choices.filter((word) => word.startsWith(partial));
  return { kind: 'parsed', parse: text, optional: true, brief, placeholder, proposeCompletions };
}

/** A flag with a value that may be given several times. */
export function repeated(
  brief: string,
  placeholder: string,
): TypedFlagParameter<readonly string[] | undefined, CliContext> {
  return { kind: 'parsed', parse: text, optional: true, variadic: true, brief, placeholder };
}

/** A flag that is there or not. */
export function toggle(brief: string): TypedFlagParameter<boolean | undefined, CliContext> {
  return { kind: 'boolean', optional: true, brief };
}
