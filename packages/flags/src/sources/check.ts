import { FlagErrors } from '../errors.ts';

const longestTimerMs = 2 ** 31 - 1;

/** @throws INVALID_OPTION unless it is a time that a timer can wait, in milliseconds */
export function expectTime(option: string, value: unknown): void {
  const isTime = typeof value === 'number' && value >= 1 && value <= longestTimerMs;
  expect(option, `a number from 1 to ${longestTimerMs}`, value, isTime);
}

/** @throws INVALID_OPTION */
export function expect(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new FlagErrors.INVALID_OPTION({ option, expected, received: `${String(received)} (${typeof received})` });
}

/** An http or https address. @throws INVALID_OPTION */
export function expectUrl(option: string, value: string | URL): URL {
  const url = URL.parse(String(value));
  const isHttp = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  expect(option, 'an address that begins with http:// or https://', hideSecrets(String(value)), isHttp);
  return url ?? new URL(value);
}

/** An address without its password and its query, which may hold a token: it ends up in errors and logs. */
export function hideSecrets(address: string): string {
  const url = URL.parse(address);
  if (!url) return address.replace(/\/\/[^@/]*@/, '//');
  return `${url.protocol}//${url.host}${url.pathname}`;
}
