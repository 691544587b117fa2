import { suggest } from '@seaworthy/errors';
import { ManagementErrors } from './errors.ts';

/** The names of all options of a type: one that is added and not named, or only named, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws INVALID_OPTION */
export function expectOption(option: string, holds: boolean, expected: string, value: unknown): void {
  if (!holds) throw invalid(option, expected, value);
}

/** A misspelt option would do nothing, and nobody would know. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function expectOptions<Options extends object>(options: Options, names: OptionNames<Options>): void {
  expectOption('options', isObject(options) && !Array.isArray(options), 'an object', options);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const near = suggest(unknown, Object.keys(names));
  throw new ManagementErrors.UNKNOWN_OPTION({
    option: unknown,
    hint: near === undefined ? '' : ` Did you mean \`${near}\`?`,
    known: Object.keys(names).join(', '),
  });
}

/** A part that is there must be able to answer; else it would fail with the first request. @throws INVALID_OPTION */
export function expectMethods(option: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const missing = methods.find((name) => typeof (value as Record<string, unknown> | null)?.[name] !== 'function');
  expectOption(option, missing === undefined, `an object with a function \`${missing}\``, value);
}

/** @throws INVALID_OPTION */
export function expectWhole(option: string, value: unknown, least: number, most: number): void {
  const holds = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  expectOption(option, holds, `a whole number from ${least} to ${most}`, value);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The error for an option that cannot be used. */
export function invalid(option: string, expected: string, value: unknown): Error {
  return new ManagementErrors.INVALID_OPTION({ option, expected, value: `\`${shown(value)}\``, type: typeof value });
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
