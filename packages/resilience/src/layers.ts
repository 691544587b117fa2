import { breakerLayer } from './breaker-layer.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { bulkheadLayer, Places, type BulkheadOptions } from './bulkhead.ts';
import { runTask, type Layer, type Run } from './call.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import { hedgeLayer, type HedgeOptions } from './hedge.ts';
import { expectAboveZero, expectObject } from './options.ts';
import type { RateLimitRule } from './rate-limit-rule.ts';
import { rateLimiter, rateLimitLayer, type RateLimiter } from './rate-limit.ts';
import { createRetryBudget, retryLayer, type RetryOptions } from './retry.ts';
import { timeoutLayer } from './timeout.ts';

/** The protections of a pipeline, from the outermost to the innermost. */
export interface LayerOptions {
  /** Refuses calls beyond a rate; each call counts once. */
  readonly rateLimit?: RateLimiter | RateLimitRule;
  /** Ends the call, with all its attempts and waits, after this long. */
  readonly totalTimeoutMs?: number;
  /** Tries again when an attempt fails. */
  readonly retry?: RetryOptions;
  /** Stops calling what keeps failing; each attempt counts. */
  readonly breaker?: BreakerOptions;
  /** Ends a single attempt after this long. */
  readonly attemptTimeoutMs?: number;
  /** Starts another attempt when one is slow, and takes what comes first. */
  readonly hedge?: HedgeOptions;
  /** Limits how many attempts run at the same time. */
  readonly bulkhead?: BulkheadOptions | 'adaptive';
}

/** A run through all layers. */
export interface Composed {
  readonly run: Run;
  readonly breaker: Breaker | undefined;
  readonly places: Places | undefined;
}

/** Puts the layers around each other, in the order of the options. */
export function composeLayers(name: string, options: LayerOptions, clock: Clock, counters: Counters): Composed {
  const { totalTimeoutMs, retry, attemptTimeoutMs } = options;
  checkKinds(options);
  const layers: Layer[] = [];
  const onRefused = (): void => void (counters.refused += 1);
  const limit = (kind: 'total' | 'attempt', timeoutMs: number): Layer => {
    expectAboveZero(`${kind}TimeoutMs`, timeoutMs);
    return timeoutLayer({ pipeline: name, limit: kind, timeoutMs }, clock, () => (counters.timeouts += 1));
  };
  const budget = retry && createRetryBudget(retry, clock);
  const breaker = options.breaker && new Breaker(name, options.breaker, clock);
  const places = options.bulkhead && new Places(name, asBulkhead(options.bulkhead));
  if (options.rateLimit) layers.push(rateLimitLayer(name, asLimiter(options.rateLimit, clock), onRefused));
  if (totalTimeoutMs !== undefined) layers.push(limit('total', totalTimeoutMs));
  if (retry !== undefined) layers.push(retryLayer(name, retry, clock, budget, () => (counters.retries += 1)));
  if (breaker && options.breaker) layers.push(breakerLayer(name, breaker, options.breaker, onRefused));
  if (attemptTimeoutMs !== undefined) layers.push(limit('attempt', attemptTimeoutMs));
  if (options.hedge) layers.push(hedgeLayer(name, options.hedge, clock, budget));
  if (places) layers.push(bulkheadLayer(places, clock, onRefused));
  return { run: layers.reduceRight<Run>((next, layer) => layer(next), runTask), breaker, places };
}

function checkKinds({ rateLimit, retry, breaker, hedge, bulkhead }: LayerOptions): void {
  for (const [option, value] of Object.entries({ rateLimit, retry, breaker, hedge, bulkhead })) {
    const isWord = option === 'bulkhead' && value === 'adaptive';
    if (value !== undefined && !isWord) expectObject(option, value);
  }
}

function asLimiter(given: RateLimiter | RateLimitRule, clock: Clock): RateLimiter {
  return 'take' in given ? given : rateLimiter({ ...given, clock });
}

function asBulkhead(given: BulkheadOptions | 'adaptive'): BulkheadOptions {
  return given === 'adaptive' ? { concurrency: given } : given;
}
