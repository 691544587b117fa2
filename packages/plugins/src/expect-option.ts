import { PluginErrors } from './errors.ts';

/** @throws INVALID_OPTION */
export function expectOption(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new PluginErrors.INVALID_OPTION({ option, expected, received: `${shown(received)} (${typeof received})` });
}

/** The names of all options of a type: one that is added and not named here, or only named here, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** A misspelt option would do nothing: no examiner is asked, no limit holds. `at` is where the options are. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function expectKnown<Options>(at: string, options: unknown, names: OptionNames<Options>): void {
  expectOption(at === '' ? 'options' : at, 'an object', options, typeof options === 'object' && options !== null);
  const unknown = Object.keys(options as object).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const option = at === '' ? unknown : `${at}.${unknown}`;
  throw new PluginErrors.UNKNOWN_OPTION({ option, known: Object.keys(names).join(', ') });
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that cannot be printed';
  }
}
