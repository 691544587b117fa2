import type { Call, Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellCallRefused } from './events.ts';
import { badOption, expectAboveZero, expectWhole } from './options.ts';
import { memoryStore } from './rate-limit-memory.ts';

/**
 * How much is allowed. A token bucket gives `perSec` a second and saves up to `burst` of them; a sliding window allows
 * `limit` in any `windowMs`.
 */
export type RateLimitRule =
  | { readonly kind: 'token-bucket'; readonly perSec: number; readonly burst?: number }
  | { readonly kind: 'sliding-window'; readonly limit: number; readonly windowMs: number };

/** The answer of a rate limiter. */
export interface RateDecision {
  readonly allowed: boolean;
  /** How much more is allowed now. */
  readonly remaining: number;
  /** When the same would be allowed, in milliseconds; 0 when it was. */
  readonly retryAfterMs: number;
}

/** Remembers what was taken. Several processes share a limit by sharing a store. */
export interface RateLimitStore {
  take(key: string, rule: RateLimitRule, cost: number): RateDecision | Promise<RateDecision>;
}

export type RateLimiterOptions = RateLimitRule & {
  /** @default a store in memory */
  readonly store?: RateLimitStore;
  readonly clock?: Clock;
};

/** Answers whether something may be done now. */
export interface RateLimiter {
  /**
   * Takes from the limit of a key, such as a user or an address.
   * @param cost How much to take. @default 1
   */
  take(key?: string, cost?: number): Promise<RateDecision>;
}

/** Makes a rate limiter. */
export function rateLimiter(options: RateLimiterOptions): RateLimiter {
  const { store = memoryStore({ clock: options.clock ?? systemClock }) } = options;
  checkRule(options);
  const most = mostAtOnce(options);
  return {
    async take(key = '', cost = 1) {
      if (!(cost > 0 && cost <= most)) throw badOption('cost', `a number above 0 and at most ${most}`, cost);
      return store.take(key, options, cost);
    },
  };
}

/** Asks the limiter once before each call. */
export function rateLimitLayer(name: string, limiter: RateLimiter, onRefused?: () => void): Layer {
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const { allowed, retryAfterMs } = await limiter.take(name);
      if (allowed) return next(call);
      onRefused?.();
      tellCallRefused({ pipeline: name, by: 'rate-limit' });
      throw new ResilienceErrors.RATE_LIMITED({ pipeline: name, retryAfterMs: Math.ceil(retryAfterMs) });
    };
}

/** The most that can ever be taken at once. */
export function mostAtOnce(rule: RateLimitRule): number {
  return rule.kind === 'token-bucket' ? (rule.burst ?? Math.max(1, rule.perSec)) : rule.limit;
}

function checkRule(rule: RateLimitRule): void {
  if (rule.kind === 'token-bucket') {
    expectAboveZero('perSec', rule.perSec);
    if (rule.burst !== undefined) expectAboveZero('burst', rule.burst);
  } else {
    expectWhole('limit', rule.limit, 1);
    expectAboveZero('windowMs', rule.windowMs);
  }
}
