import { leaf, type Leaf } from '../leaf.ts';
import { expectOptions } from '../options.ts';
import { asNumber, isWithin, range, readNumber, type NumberOptions } from './number.ts';

export interface DurationOptions {
  /** @default 0 */
  readonly minMs?: number;
  readonly maxMs?: number;
}

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const durationText = /^(?:\d+(?:\.\d+)?(?:ms|[smhd])\s*)+$/;
/** The same for editors, which apply it to text only, or the number of milliseconds as text. */
const textPattern = String.raw`^\s*(?:(?:\d+(?:\.\d+)?(?:ms|[smhd])\s*)+|\+?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?\s*)$`;

/** A duration in milliseconds, given as a number of them or as text such as `250ms`, `30s`, `1h30m`, `7d`. */
export function duration(options: DurationOptions = {}): Leaf<number, number | string> {
  expectOptions<DurationOptions>(options, { minMs: true, maxMs: true });
  const given: NumberOptions = {
    ...(options.minMs === undefined ? {} : { min: options.minMs }),
    ...(options.maxMs === undefined ? {} : { max: options.maxMs }),
  };
  const limits = range(given);
  const expected = `a duration such as 250ms, 30s or 1h30m${limits === '' ? '' : `,${limits} ms`}`;
  return leaf<number, number | string>({
    expected,
    json: () => ({
      type: ['number', 'string'],
      minimum: given.min ?? 0,
      ...(given.max === undefined ? {} : { maximum: given.max }),
      pattern: textPattern,
    }),
    parse: (raw) => {
      const value = typeof raw === 'string' ? readDuration(raw) : asNumber(raw);
      return Number.isFinite(value) && isWithin(value, { min: 0, ...given }) ? { value } : { expected };
    },
  });
}

function readDuration(text: string): number {
  const trimmed = text.trim();
  if (!durationText.test(trimmed)) return readNumber(trimmed);
  let total = 0;
  for (const [, amount, unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    total += Number(amount) * (unitsMs.get(unit) ?? Number.NaN);
  }
  return total;
}
