import { PluginErrors } from './errors.ts';

/** @throws INVALID_OPTION */
export function expectOption(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new PluginErrors.INVALID_OPTION({ option, expected, received: `${String(received)} (${typeof received})` });
}
