import { systemClock, type Clock } from './clock.ts';
import { LeastRecent } from './least-recent.ts';
import { expectWhole } from './options.ts';
import { mostAtOnce, type RateDecision, type RateLimitRule, type RateLimitStore } from './rate-limit.ts';

export interface MemoryStoreOptions {
  /** Forgets the key that was not used for longest when there are more: its limit starts afresh. @default 10000 */
  readonly maxKeys?: number;
  readonly clock?: Clock;
}

interface Meter {
  take(cost: number, now: number): RateDecision;
}

/** Remembers what was taken in this process. */
export function memoryStore(options: MemoryStoreOptions = {}): RateLimitStore {
  const { maxKeys = 10_000, clock = systemClock } = options;
  expectWhole('maxKeys', maxKeys, 1);
  const meters = new LeastRecent<Meter>(maxKeys);
  return {
    take(key, rule, cost) {
      const now = clock.now();
      const meter = meters.get(key) ?? createMeter(rule, now);
      meters.set(key, meter);
      return meter.take(cost, now);
    },
  };
}

function createMeter(rule: RateLimitRule, now: number): Meter {
  return rule.kind === 'token-bucket'
    ? new TokenBucket(rule.perSec, mostAtOnce(rule), now)
    : new SlidingLog(rule.limit, rule.windowMs);
}

class TokenBucket implements Meter {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSec: number, burst: number, now: number) {
    this.#perMs = perSec / 1_000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  take(cost: number, now: number): RateDecision {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    const allowed = this.#tokens >= cost;
    if (allowed) this.#tokens -= cost;
    const retryAfterMs = allowed ? 0 : (cost - this.#tokens) / this.#perMs;
    return { allowed, remaining: Math.floor(this.#tokens), retryAfterMs };
  }
}

/** Remembers the moment of everything taken, which makes it exact. */
class SlidingLog implements Meter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #taken: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  take(cost: number, now: number): RateDecision {
    const taken = this.#taken;
    while (taken.length > 0 && (taken[0] ?? 0) + this.#windowMs <= now) taken.shift();
    const inTheWay = taken.length + cost - this.#limit;
    if (inTheWay > 0) {
      const last = taken[Math.ceil(inTheWay) - 1] ?? now;
      return { allowed: false, remaining: this.#limit - taken.length, retryAfterMs: last + this.#windowMs - now };
    }
    for (let count = 0; count < cost; count += 1) taken.push(now);
    return { allowed: true, remaining: this.#limit - taken.length, retryAfterMs: 0 };
  }
}
