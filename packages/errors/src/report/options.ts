import { ErrorsErrors } from '../errors.ts';
import { read } from '../meta.ts';
import { show } from '../plain.ts';
import type { ReporterOptions } from './types.ts';

/** @throws `seaworthy.errors.BAD_OPTION` */
export function checkOptions(options: ReporterOptions): void {
  expectOption(typeof options === 'object' && options !== null, 'options', 'an object', options);
  const { dedupe, rateLimit, sinks, onError } = options;
  expectOption(Array.isArray(sinks), 'sinks', 'a list', sinks);
  for (const sink of sinks) {
    expectOption(typeof read(sink, 'send') === 'function', 'sinks', 'objects with a `send` function', sink);
  }
  expectOption(onError === undefined || typeof onError === 'function', 'onError', 'a function', onError);
  for (const [name, value] of Object.entries({ dedupe, rateLimit })) {
    expectOption(value === undefined || (typeof value === 'object' && value !== null), name, 'an object', value);
  }
  expectNumber('dedupe.windowMs', dedupe?.windowMs, 0);
  expectNumber('rateLimit.perMinute', rateLimit?.perMinute, 1);
}

/** @throws `seaworthy.errors.BAD_OPTION` when the value is given and is not a number of at least `least`. */
export function expectNumber(option: string, value: number | undefined, least: number): void {
  const holds = value === undefined || (Number.isFinite(value) && value >= least && value <= 2 ** 31 - 1);
  expectOption(holds, option, `a number of at least ${least}`, value);
}

/** @throws `seaworthy.errors.BAD_OPTION` when it does not hold. */
export function expectOption(holds: boolean, option: string, expected: string, value: unknown): void {
  if (!holds) throw new ErrorsErrors.BAD_OPTION({ option, expected, value: show(value) });
}
