import { systemClock, type Clock } from './clock.ts';
import { LeastRecent } from './least-recent.ts';
import { expectOptions, expectWhole } from './options.ts';
import { mostAtOnce, type RateDecision, type RateLimitRule, type RateLimitStore } from './rate-limit-rule.ts';

export interface MemoryStoreOptions {
  /** Forgets the key that was not used for longest when there are more: its limit starts afresh. @default 10000 */
  readonly maxKeys?: number;
  readonly clock?: Clock;
}

/** Remembers what was taken in this process. */
export function memory(options: MemoryStoreOptions = {}): RateLimitStore {
  expectOptions<MemoryStoreOptions>('options', options, { maxKeys: true, clock: true });
  const { maxKeys = 10_000, clock = systemClock } = options;
  expectWhole('maxKeys', maxKeys, 1);
  const buckets = new LeastRecent<TokenBucket>(maxKeys);
  const logs = new LeastRecent<SlidingLog>(maxKeys);
  return {
    take(key, rule, cost) {
      const now = clock.now();
      if (rule.kind === 'token-bucket') {
        return kept(buckets, key, () => new TokenBucket(mostAtOnce(rule), now)).take(rule, cost, now);
      }
      return kept(logs, key, () => new SlidingLog()).take(rule, cost, now);
    },
  };
}

function kept<T>(items: LeastRecent<T>, key: string, make: () => T): T {
  const found = items.get(key);
  if (found !== undefined) return found;
  const made = make();
  items.set(key, made);
  return made;
}

type BucketRule = Extract<RateLimitRule, { kind: 'token-bucket' }>;
type WindowRule = Extract<RateLimitRule, { kind: 'sliding-window' }>;

/** Counts thousandths of a token: whole rates and whole milliseconds then give whole numbers, and no rounding adds up. */
class TokenBucket {
  #thousandths: number;
  #at: number;

  constructor(burst: number, now: number) {
    this.#thousandths = burst * 1_000;
    this.#at = now;
  }

  take(rule: BucketRule, cost: number, now: number): RateDecision {
    const { perSec } = rule;
    this.#thousandths = Math.min(mostAtOnce(rule) * 1_000, this.#thousandths + Math.max(0, now - this.#at) * perSec);
    this.#at = now;
    const price = cost * 1_000;
    const allowed = this.#thousandths >= price;
    if (allowed) this.#thousandths -= price;
    const retryAfterMs = allowed ? 0 : (price - this.#thousandths) / perSec;
    return { allowed, remaining: Math.floor(this.#thousandths / 1_000), retryAfterMs };
  }
}

/** Remembers the moment of everything taken, which makes it exact. */
class SlidingLog {
  #taken: number[] = [];
  /** Where the log begins: what is before it is forgotten, and thrown away now and then. */
  #first = 0;

  take({ limit, windowMs }: WindowRule, cost: number, now: number): RateDecision {
    this.#forget(now - windowMs);
    const taken = this.#taken;
    const before = taken.length - this.#first;
    const inTheWay = before + cost - limit;
    if (inTheWay > 0) {
      const last = taken[this.#first + inTheWay - 1] ?? now;
      return { allowed: false, remaining: Math.max(0, limit - before), retryAfterMs: last + windowMs - now };
    }
    for (let count = 0; count < cost; count += 1) taken.push(now);
    return { allowed: true, remaining: limit - before - cost, retryAfterMs: 0 };
  }

  #forget(until: number): void {
    const taken = this.#taken;
    while (this.#first < taken.length && (taken[this.#first] ?? 0) <= until) this.#first += 1;
    if (this.#first * 2 <= taken.length) return;
    this.#taken = taken.slice(this.#first);
    this.#first = 0;
  }
}
