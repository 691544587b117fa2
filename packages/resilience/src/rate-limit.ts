import { untilOver, type Call, type Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellCallRefused } from './events.ts';
import { badOption, expectAboveZero, expectObject, expectOneOf, expectOptions, expectWhole } from './options.ts';
import { memory } from './rate-limit-memory.ts';
import { mostAtOnce, type RateDecision, type RateLimitRule, type RateLimitStore } from './rate-limit-rule.ts';

export type RateLimiterOptions = RateLimitRule & {
  /** @default a store in memory */
  readonly store?: RateLimitStore;
  readonly clock?: Clock;
};

/** Answers whether something may be done now. */
export interface RateLimiter {
  /**
   * Takes from the limit of a key, such as a user or an address.
   * @param cost How much to take: a whole number where the rule is a sliding window. @default 1
   * @throws seaworthy.resilience.BAD_OPTION when so much can never be taken.
   */
  take(key?: string, cost?: number): Promise<RateDecision>;
}

/** Makes a rate limiter. @throws seaworthy.resilience.BAD_OPTION */
export function rateLimiter(options: RateLimiterOptions): RateLimiter {
  expectObject('options', options);
  const { store = memory({ clock: options.clock ?? systemClock }) } = options;
  checkRule(options);
  const most = mostAtOnce(options);
  const [kind, isCost] =
    options.kind === 'token-bucket' ? ['number', Number.isFinite] : ['whole number', Number.isSafeInteger];
  return {
    async take(key = '', cost = 1) {
      if (!(isCost(cost) && cost > 0 && cost <= most))
        throw badOption('cost', `a ${kind} above 0 and at most ${most}`, cost);
      return store.take(key, options, cost);
    },
  };
}

/** Asks the limiter once before each call. */
export function rateLimitLayer(name: string, limiter: RateLimiter, onRefused?: () => void): Layer {
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      call.scope?.throwIfOver();
      const { allowed, retryAfterMs } = await untilOver(call.scope, limiter.take(name));
      if (allowed) return next(call);
      onRefused?.();
      tellCallRefused({ pipeline: name, by: 'rate-limit' });
      throw new ResilienceErrors.RATE_LIMITED({ pipeline: name, retryAfterMs: Math.ceil(retryAfterMs) });
    };
}

type OptionsOf<Kind> = Extract<RateLimiterOptions, { readonly kind: Kind }>;

function checkRule(rule: RateLimiterOptions): void {
  expectOneOf('kind', rule.kind, ['token-bucket', 'sliding-window']);
  const both = { kind: true, store: true, clock: true } as const;
  if (rule.kind === 'token-bucket') {
    expectOptions<OptionsOf<'token-bucket'>>('options', rule, { ...both, perSec: true, burst: true });
    expectAboveZero('perSec', rule.perSec);
    if (rule.burst !== undefined) expectAboveZero('burst', rule.burst);
  } else {
    expectOptions<OptionsOf<'sliding-window'>>('options', rule, { ...both, limit: true, windowMs: true });
    expectWhole('limit', rule.limit, 1);
    expectAboveZero('windowMs', rule.windowMs);
  }
}
