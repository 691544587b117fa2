import { ResilienceErrors } from './errors.ts';

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a finite number above 0. */
export function expectAboveZero(option: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw badOption(option, 'a number above 0', value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a finite number of at least 0. */
export function expectAtLeastZero(option: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) throw badOption(option, 'a number of at least 0', value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a whole number of at least `min`. */
export function expectWhole(option: string, value: number, min: number): void {
  if (!(Number.isSafeInteger(value) && value >= min))
    throw badOption(option, `a whole number of at least ${min}`, value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is above 0 and at most 1. */
export function expectRate(option: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw badOption(option, 'a share above 0 and at most 1', value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is an object: a number in its place would be silently no limit. */
export function expectObject(option: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badOption(option, 'an object with options', value);
}

/** The names of all options of a type: one that is added and not named here, or only named here, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws seaworthy.resilience.BAD_OPTION unless the value is an object of these options: one that is misspelt would be silently off. */
export function expectOptions<Options>(option: string, value: unknown, names: OptionNames<Options>): void {
  expectObject(option, value);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw badOption(option, `an object with no options but ${Object.keys(names).join(', ')}`, unknown);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a list. */
export function expectList(option: string, value: unknown): void {
  if (!Array.isArray(value)) throw badOption(option, 'a list', value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless all that are given are functions. */
export function expectFunctions(options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && typeof value !== 'function') throw badOption(option, 'a function', value);
  }
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a text. */
export function expectText(option: string, value: unknown): void {
  if (typeof value !== 'string') throw badOption(option, 'a text', value);
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is a signal. Test environments and polyfills have a class of their own. */
export function expectSignal(option: string, value: unknown): void {
  if (!isSignal(value)) throw badOption(option, 'an AbortSignal', value);
}

/** Whether something can be listened to as a signal. */
export function isSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    'addEventListener' in value &&
    typeof value.addEventListener === 'function'
  );
}

/** @throws seaworthy.resilience.BAD_OPTION unless the value is one of the words. */
export function expectOneOf(option: string, value: unknown, words: readonly string[]): void {
  if (!words.some((word) => word === value)) throw badOption(option, `one of ${words.join(', ')}`, value);
}

/** The error for an option that cannot be used. */
export function badOption(option: string, expected: string, value: unknown): Error {
  return new ResilienceErrors.BAD_OPTION({ option, expected, value: shown(value), type: typeof value });
}

function shown(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
