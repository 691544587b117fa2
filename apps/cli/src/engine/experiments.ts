import type { FlagDefinition } from '@seaworthy/flags';
import type { Rule } from '../rules/contract.ts';

/** Which experimental rules run. */
export interface Experiments {
  /** Whether the flag of a rule is on. */
  readonly isOn: (flag: string) => boolean;
  close(): Promise<unknown>;
}

export interface ExperimentOptions {
  /** Names of the flags that the project turns on. */
  readonly enabled: readonly string[];
  /** Nothing experimental runs in production. */
  readonly isProduction: boolean;
}

/** Opens the flags of the experimental rules: off, unless the project turns them on. */
export async function openExperiments(
  rules: readonly Rule[],
  { enabled, isProduction }: ExperimentOptions,
): Promise<Experiments> {
  // Loading the flags takes longer than most rules: nobody waits for flags that are all off.
  if (isProduction || enabled.length === 0) return { isOn: () => false, close: async () => {} };
  const { createFlags, memory } = await import('@seaworthy/flags');
  const names = new Set(rules.flatMap(({ flag }) => flag ?? []));
  const document = {
    flags: Object.fromEntries(Array.from(names, (name) => [name, declare(enabled.includes(name))])),
  };
  const flags = await createFlags({ source: memory(document), allowEmpty: true });
  return { isOn: (flag) => names.has(flag) && flags.value(flag) === true, close: () => flags.close() };
}

function declare(isOn: boolean): FlagDefinition {
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: isOn ? 'on' : 'off' };
}
