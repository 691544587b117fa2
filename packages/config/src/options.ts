import { ConfigErrors } from './errors.ts';

/** A longer delay would overflow the timer, which then fires at once. */
export const longestTimerMs = 2_147_483_647;

/** The error for what cannot be used, without what is in it. */
export function refuse(option: string, expected: string, value: unknown): Error {
  return new ConfigErrors.BAD_OPTION({ option, expected, value: kindOf(value), type: typeof value });
}

/** @throws seaworthy.config.BAD_OPTION unless it is a list of what can be read. */
export function expectSources(sources: unknown): void {
  if (!Array.isArray(sources)) throw refuse('sources', 'a list', sources);
  for (const [index, source] of sources.entries()) {
    if (!isSource(source)) throw refuse(`sources[${index}]`, 'a source, such as file(…) or env(…)', source);
  }
}

function isSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}

/** The names of all options of a type: one that is added and not named here, or only named here, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws seaworthy.config.BAD_OPTION unless it is an object of these options: one that is misspelt would do nothing. */
export function expectOptions<Options>(options: unknown, names: OptionNames<Options>): void {
  expectObject('options', options);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const expected = `an object with no options but ${Object.keys(names).join(', ')}`;
  throw new ConfigErrors.BAD_OPTION({ option: 'options', expected, value: unknown, type: 'option' });
}

/** @throws seaworthy.config.BAD_OPTION */
export function expectObject(option: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(option, 'an object', value);
}

/** @throws seaworthy.config.BAD_OPTION */
export function expectText(option: string, value: unknown, expected = 'a text'): void {
  if (typeof value !== 'string') throw refuse(option, expected, value);
}

/** @throws seaworthy.config.BAD_OPTION unless it is absent or a function. */
export function expectFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw refuse(option, 'a function', value);
}

/** @throws seaworthy.config.BAD_OPTION unless it is absent or a list. */
export function expectList(option: string, value: unknown): void {
  if (value !== undefined && !Array.isArray(value)) throw refuse(option, 'a list', value);
}

/** Without what is in it, which may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** @throws seaworthy.config.BAD_OPTION unless the number is right. */
export function expectOption(option: string, value: number, isRight: boolean, expected: string): void {
  if (!isRight) throw new ConfigErrors.BAD_OPTION({ option, expected, value: String(value), type: typeof value });
}
