import { FlagErrors } from './errors.ts';
import { expectOptions } from './sources/check.ts';

/** A span of time; both ends are moments as `Date` reads them. */
export interface Span {
  readonly from: string | Date;
  readonly until: string | Date;
}

export interface RolloutOptions extends Span {
  /** Who is in gets this variant. */
  readonly variant: string;
  /** Who is not in yet gets this one. */
  readonly otherwise: string;
  /** The share in percent at the beginning. @default 0 */
  readonly fromPercent?: number;
  /** The share in percent at the end, and from then on. @default 100 */
  readonly toPercent?: number;
}

export interface ScheduleOptions extends Span {
  /** The variant within the span. */
  readonly variant: string;
  /** The variant before and after it. */
  readonly otherwise: string;
}

const timestamp = { var: '$flagd.timestamp' };
/** A thousandth of a percent: weights are whole numbers. */
const whole = 100_000;

/**
 * Writes targeting that lets in more and more subjects, and takes nobody out again: plain flagd, for any evaluator.
 *
 * @throws INVALID_OPTION
 */
export function gradualRollout(options: RolloutOptions): Readonly<Record<string, unknown>> {
  expectOptions<RolloutOptions>(options, {
    from: true,
    until: true,
    variant: true,
    otherwise: true,
    fromPercent: true,
    toPercent: true,
  });
  const { variant, otherwise, fromPercent = 0, toPercent = 100 } = options;
  const { from, until } = secondsOf(options);
  expectPercent('fromPercent', fromPercent, 0, 100);
  expectPercent('toPercent', toPercent, fromPercent, 100);
  const [first, last] = [share(fromPercent), share(toPercent)];
  const passed = { '/': [{ '*': [{ '-': [timestamp, from] }, last - first] }, until - from] };
  const exact = { max: [first, { min: [last, { '+': [first, passed] }] }] };
  // Both weights must be whole, or their sum would change and move subjects at the border to and fro.
  const weight = { '-': [exact, { '%': [exact, 1] }] };
  return {
    fractional: [
      [variant, weight],
      [otherwise, { '-': [whole, weight] }],
    ],
  };
}

/** Writes targeting that gives one variant for a span of time. @throws INVALID_OPTION */
export function schedule(options: ScheduleOptions): Readonly<Record<string, unknown>> {
  expectOptions<ScheduleOptions>(options, { from: true, until: true, variant: true, otherwise: true });
  const { from, until } = secondsOf(options);
  const isWithin = { and: [{ '>=': [timestamp, from] }, { '<': [timestamp, until] }] };
  return { if: [isWithin, options.variant, options.otherwise] };
}

function share(percent: number): number {
  return Math.round((percent / 100) * whole);
}

function secondsOf({ from, until }: Span): { readonly from: number; readonly until: number } {
  const seconds = { from: toSeconds('from', from), until: toSeconds('until', until) };
  if (seconds.until > seconds.from) return seconds;
  throw new FlagErrors.INVALID_OPTION({ option: 'until', expected: 'later than `from`', received: String(until) });
}

function toSeconds(option: string, moment: string | Date): number {
  const ms = new Date(moment).getTime();
  if (!Number.isNaN(ms)) return Math.floor(ms / 1000);
  throw new FlagErrors.INVALID_OPTION({
    option,
    expected: 'a moment such as "2026-01-31T12:00Z"',
    received: String(moment),
  });
}

function expectPercent(option: string, percent: number, least: number, most: number): void {
  if (percent >= least && percent <= most) return;
  throw new FlagErrors.INVALID_OPTION({
    option,
    expected: `a number from ${least} to ${most}`,
    received: String(percent),
  });
}
