import { ConfigErrors } from './errors.ts';

/** A longer delay would overflow the timer, which then fires at once. */
export const longestTimerMs = 2_147_483_647;

/** @throws seaworthy.config.BAD_OPTION unless the number is right. */
export function expectOption(option: string, value: number, isRight: boolean, expected: string): void {
  if (!isRight) throw new ConfigErrors.BAD_OPTION({ option, expected, value: String(value), type: typeof value });
}
