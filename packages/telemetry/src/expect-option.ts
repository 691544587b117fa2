import { suggest } from '@seaworthy/errors';
import { TelemetryErrors } from './errors.ts';

/** Node's timers wait no longer than this: one that is asked for more ends at once. */
export const longestWaitMs = 2_147_483_647;

/** @throws TelemetryErrors.INVALID_OPTION */
export function expectOption(option: string, holds: boolean, expected: string, received: unknown): void {
  if (holds) return;
  throw new TelemetryErrors.INVALID_OPTION({ option, expected, received: shown(received), type: typeOf(received) });
}

/** A misspelt option would do nothing. `at` is where the options are, when that is an option too. @throws UNKNOWN_OPTION */
export function expectKnown<Options extends object>(
  at: string,
  options: Options,
  known: readonly (keyof Options & string)[],
): void {
  expectOption(at === '' ? 'options' : at, isRecord(options), 'an object', options);
  for (const name of Object.keys(options)) {
    if ((known as readonly string[]).includes(name)) continue;
    const near = suggest(name, known);
    throw new TelemetryErrors.UNKNOWN_OPTION({
      option: at === '' ? name : `${at}.${name}`,
      hint: near === undefined ? '' : ` Did you mean \`${near}\`?`,
      known: known.join(', '),
    });
  }
}

/** A wait in milliseconds; absent is its default. */
export function expectWait(option: string, value: unknown, { least = 0 }: { readonly least?: 0 | 1 } = {}): void {
  const holds = typeof value === 'number' && (least === 0 ? value >= 0 : value > 0) && value <= longestWaitMs;
  const from = least === 0 ? '0 or above' : 'above 0';
  expectOption(option, value === undefined || holds, `a number, ${from} and at most ${longestWaitMs}`, value);
}

export function expectWhole(option: string, value: unknown): void {
  expectOption(option, value === undefined || isWhole(value, 1), 'a whole number above 0', value);
}

export function expectFlag(option: string, value: unknown): void {
  expectOption(option, value === undefined || typeof value === 'boolean', 'true or false', value);
}

export function expectFunction(option: string, value: unknown): void {
  expectOption(option, value === undefined || typeof value === 'function', 'a function', value);
}

export function isWhole(value: unknown, lowest: number, highest: number = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `node:http` refuses when a request is made can be refused before one is. */
export function isHeader(name: string, value: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\u{20}-\u{7e}\u{80}-\u{ff}]*$/u.test(value);
}

function shown(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return '[object]';
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
