/** A finite number as it is written in decimal: `digits` × 10 ^ `exponent`, without rounding. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The decimal that a double is written as; 0.1 is exactly 0.1. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', power = '0'] = String(value).toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** Whole numbers that have the same ratio to each other as the given ones, with the power of ten they lost. */
export function toScale(values: readonly number[]): { readonly scaled: readonly bigint[]; readonly exponent: number } {
  const decimals = values.map(decimalOf);
  const exponent = Math.min(0, ...decimals.map((decimal) => decimal.exponent));
  const scaled = decimals.map((decimal) => decimal.digits * 10n ** BigInt(decimal.exponent - exponent));
  return { scaled, exponent };
}

/** The double nearest to `digits` × 10 ^ `exponent`. */
export function toNumber(digits: bigint, exponent: number): number {
  return Number(`${digits}e${exponent}`);
}

/** True when the value is a whole multiple, counted in decimal and not in binary. */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  if (!Number.isFinite(value)) return false;
  const { scaled } = toScale([value, divisor]);
  const [number = 0n, by = 1n] = scaled;
  return number % by === 0n;
}

export function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

export function lcm(left: bigint, right: bigint): bigint {
  return left === 0n || right === 0n ? 0n : (left / gcd(left, right)) * right;
}
