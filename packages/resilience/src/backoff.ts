import { expectAboveZero, expectAtLeastZero, expectFunctions, expectOneOf, expectOptions } from './options.ts';

/** How chance changes a delay: anything up to it, the upper half of it, or nothing. */
export type Jitter = 'full' | 'equal' | 'none';

export interface BackoffOptions {
  /** The longest delay before the first retry. @default 100 */
  readonly firstMs?: number;
  /** No delay is longer. @default 10000 */
  readonly maxMs?: number;
  /** Each delay is this many times the one before. @default 2 */
  readonly factor?: number;
  /** @default 'full' */
  readonly jitter?: Jitter;
  /** A number from 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

/** Exponential back-off: the delay in milliseconds before retry 1, 2, 3 … @throws seaworthy.resilience.BAD_OPTION */
export function backoff(options: BackoffOptions = {}): (retry: number) => number {
  expectOptions<BackoffOptions>('options', options, {
    firstMs: true,
    maxMs: true,
    factor: true,
    jitter: true,
    random: true,
  });
  return delaysOf(options);
}

/** As `backoff`, for options that have more in them. */
export function delaysOf(options: BackoffOptions): (retry: number) => number {
  const { firstMs = 100, maxMs = 10_000, factor = 2, jitter = 'full', random = Math.random } = options;
  expectAtLeastZero('firstMs', firstMs);
  expectAtLeastZero('maxMs', maxMs);
  expectAboveZero('factor', factor);
  expectOneOf('jitter', jitter, ['full', 'equal', 'none']);
  expectFunctions({ random });
  return (retry) => {
    // The power overflows after about a thousand retries, and 0 times Infinity is no number.
    const growth = Math.min(Number.MAX_VALUE, factor ** (retry - 1));
    const longest = Math.min(maxMs, firstMs * growth);
    if (jitter === 'none') return longest;
    return jitter === 'full' ? random() * longest : longest / 2 + (random() * longest) / 2;
  };
}
