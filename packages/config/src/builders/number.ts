import { leaf, type Leaf } from '../leaf.ts';
import { expectOptions, type OptionNames } from '../options.ts';

export interface NumberOptions {
  readonly min?: number;
  readonly max?: number;
}

const numberOptions: OptionNames<NumberOptions> = { min: true, max: true };

/** A whole number. */
export function int(options: NumberOptions = {}): Leaf<number> {
  expectOptions(options, numberOptions);
  return numeric('integer', `a whole number${range(options)}`, options);
}

/** A finite number. */
export function number(options: NumberOptions = {}): Leaf<number> {
  expectOptions(options, numberOptions);
  return numeric('number', `a number${range(options)}`, options);
}

/** A TCP port; 0 asks the system for a free one. */
export function port(): Leaf<number> {
  return numeric('integer', 'a port (0 to 65535)', { min: 0, max: 65_535 });
}

function numeric(type: 'integer' | 'number', expected: string, options: NumberOptions): Leaf<number> {
  const isRight = type === 'integer' ? Number.isSafeInteger : Number.isFinite;
  return leaf({
    expected,
    json: () => ({
      type,
      ...(options.min === undefined ? {} : { minimum: options.min }),
      ...(options.max === undefined ? {} : { maximum: options.max }),
    }),
    parse: (raw, { text }) => {
      const value = text ? readNumber(raw) : asNumber(raw);
      return isRight(value) && isWithin(value, options) ? { value } : { expected };
    },
  });
}

// Number() alone would also take '', ' ' and '0x10': only plain decimal text is meant.
const decimal = /^[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number a text says, or NaN. */
export function readNumber(raw: unknown): number {
  return typeof raw === 'string' && decimal.test(raw.trim()) ? Number(raw) : Number.NaN;
}

/** The raw value when it is a number, or NaN. */
export function asNumber(raw: unknown): number {
  return typeof raw === 'number' ? raw : Number.NaN;
}

/** False for NaN too. */
export function isWithin(value: number, { min = -Infinity, max = Infinity }: NumberOptions): boolean {
  return value >= min && value <= max;
}

/** ` from 1 to 5`, ` of at least 1` or nothing. */
export function range({ min, max }: NumberOptions): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
