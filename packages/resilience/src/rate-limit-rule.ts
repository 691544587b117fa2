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
  /** How much more is allowed now: a whole number. */
  readonly remaining: number;
  /** When the same would be allowed, in milliseconds; 0 when it was. */
  readonly retryAfterMs: number;
}

/** Remembers what was taken. Several processes share a limit by sharing a store. */
export interface RateLimitStore {
  take(key: string, rule: RateLimitRule, cost: number): RateDecision | Promise<RateDecision>;
}

/** The most that can ever be taken at once. */
export function mostAtOnce(rule: RateLimitRule): number {
  return rule.kind === 'token-bucket' ? (rule.burst ?? Math.max(1, rule.perSec)) : rule.limit;
}
