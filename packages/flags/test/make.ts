import { createRuleCompiler } from '../src/compile/rule.ts';
import { createFlags, memory } from '../src/index.ts';
import type { EvaluationContext, FlagDefinition, FlagDocument, Flags, FlagsOptions } from '../src/index.ts';

/** What a rule answers about a context, for the flag `flag`. */
export function run(rule: unknown, context?: unknown, base: object = {}): unknown {
  return createRuleCompiler({}, base).compile(rule)(context, 'flag');
}

/** A boolean flag with the variants on and off. */
export function toggle(defaultVariant: string | null, more: Partial<FlagDefinition> = {}): FlagDefinition {
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant, ...more };
}

/** Flags of one document held in memory. */
export function flagsOf(document: FlagDocument | string, options: Partial<FlagsOptions> = {}): Promise<Flags> {
  return createFlags({ source: memory(document), ...options });
}

/** What one flag with the given targeting answers. */
export async function target(targeting: unknown, context?: EvaluationContext): Promise<unknown> {
  const variants = { red: 'red', blue: 'blue', other: 'other' };
  const flags = await flagsOf({ flags: { color: { state: 'ENABLED', variants, defaultVariant: 'other', targeting } } });
  return flags.value('color', context);
}
