import { SchemaErrors } from '../errors.ts';

/** True for what may follow `type`. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z_$][\w$]*$/.test(name);
}

export function optionError(option: string, expected: string, value: unknown): Error {
  return new SchemaErrors.INVALID_OPTION({ option, expected, received: `\`${String(value)}\` (${typeof value})` });
}

export function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

export function literalText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

/** The types as one, each named once. */
export function unionText(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never';
}

function quoted(value: string): string {
  return JSON.stringify(value)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}
