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

/** The error for an option that cannot be used. */
export function badOption(option: string, expected: string, value: string | number): Error {
  return new ResilienceErrors.BAD_OPTION({ option, expected, value, type: typeof value });
}
