// (1) Options are looked at once, where something is made; nothing here runs for a record.
// (2) An option that is misspelt is refused: a `redact` that nobody reads would show what it was to hide.
import { LoggerErrors } from './errors.ts';

/** The names of all options of a type: one that is added and not named, or only named, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws INVALID_OPTION */
export function expectOption(option: string, holds: boolean, expected: string, value: unknown): void {
  if (!holds) throw new LoggerErrors.INVALID_OPTION({ option, expected, received: shown(value) });
}

/** @throws INVALID_OPTION, UNKNOWN_OPTION */
export function expectOptions<Options>(option: string, options: unknown, names: OptionNames<Options>): void {
  expectObject(option, options);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    throw new LoggerErrors.UNKNOWN_OPTION({
      option: option === 'options' ? name : `${option}.${name}`,
      known: Object.keys(names).join(', '),
    });
  }
}

/** @throws INVALID_OPTION */
export function expectObject(option: string, value: unknown): asserts value is object {
  expectOption(option, isObject(value), 'an object', value);
}

/** @throws INVALID_OPTION unless it is absent or of that type. */
export function expectType(option: string, value: unknown, type: 'string' | 'boolean' | 'function'): void {
  const expected = { string: 'a text', boolean: 'true or false', function: 'a function' }[type];
  expectOption(option, value === undefined || typeof value === type, expected, value);
}

/** @throws INVALID_OPTION unless it is absent or a number in these bounds. */
export function expectNumber(option: string, value: unknown, above: number, most: number = Infinity): void {
  const holds = value === undefined || (typeof value === 'number' && value > above && value <= most);
  expectOption(option, holds, `a number above ${above}${most === Infinity ? '' : ` and at most ${most}`}`, value);
}

/** Something that records are logged to. @throws INVALID_OPTION */
export function expectLog(value: unknown, methods: readonly string[]): void {
  const missing = methods.find(
    (name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] !== 'function',
  );
  expectOption('log', missing === undefined, `a logger with a method \`${missing}\``, value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Node's timers wait no longer than this: one that is asked for more ends at once. */
export const longestMs = 2_147_483_647;
