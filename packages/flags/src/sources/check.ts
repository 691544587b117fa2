import { FlagErrors } from '../errors.ts';
import { isRecord, nameOf } from '../json.ts';

const longestTimerMs = 2 ** 31 - 1;

/** @throws INVALID_OPTION unless it is a time that a timer can wait, in milliseconds */
export function expectTime(option: string, value: unknown): void {
  const isTime = typeof value === 'number' && value >= 1 && value <= longestTimerMs;
  expect(option, `a number from 1 to ${longestTimerMs}`, value, isTime);
}

/** @throws INVALID_OPTION */
export function expect(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new FlagErrors.INVALID_OPTION({ option, expected, received: `${nameOf(received)} (${typeof received})` });
}

/** The names of all options of a type: one that is added and not named here, or only named here, does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** @throws INVALID_OPTION unless it is an object of these options: one that is misspelt would do nothing */
export function expectOptions<Options>(options: unknown, names: OptionNames<Options>): void {
  expect('options', 'an object', options, isRecord(options));
  const unknown = isRecord(options) ? Object.keys(options).find((name) => !Object.hasOwn(names, name)) : undefined;
  expect('options', `an object of ${Object.keys(names).join(', ')}`, unknown, unknown === undefined);
}

/** An http or https address. @throws INVALID_OPTION */
export function expectUrl(option: string, value: string | URL): URL {
  if (typeof value !== 'string' && !isUrl(value)) expect(option, 'an address', value, false);
  const url = URL.parse(String(value));
  const isHttp = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  expect(option, 'an address that begins with http:// or https://', hideSecrets(String(value)), isHttp);
  return url ?? new URL(value);
}

/** Test environments have a class of their own. */
function isUrl(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}

/** An address without its password and its query, which may hold a token: it ends up in errors and logs. */
export function hideSecrets(address: string): string {
  const url = URL.parse(address);
  if (!url) return address.replace(/\/\/[^@/]*@/, '//');
  return `${url.protocol}//${url.host}${url.pathname}`;
}
