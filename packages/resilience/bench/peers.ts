// The peers, set up to protect as much as our side of the same comparison does.
import { createRequire } from 'node:module';
import {
  circuitBreaker,
  ConsecutiveBreaker,
  CountBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
  type CircuitBreakerPolicy,
  type IPolicy,
  type RetryPolicy,
  type TimeoutPolicy,
} from 'cockatiel';
import pRetry from 'p-retry';
import type { Call } from './harness.ts';

/** The part of opossum that is measured: it brings no types. */
interface Opossum {
  new (action: () => Promise<unknown>, options: object): OpossumBreaker;
}

export interface OpossumBreaker {
  fire(): Promise<unknown>;
  shutdown(): void;
}

const require = createRequire(import.meta.url);

/** @param options `timeout: false` is a breaker alone. */
export function opossum(task: () => Promise<unknown>, options: { readonly timeout: number | false }): OpossumBreaker {
  const Breaker: Opossum = require('opossum');
  const window = { rollingCountTimeout: 10_000, rollingCountBuckets: 10, errorThresholdPercentage: 50 };
  return new Breaker(task, { ...window, volumeThreshold: 20, resetTimeout: 5_000, ...options });
}

export function cockatielBreaker(): CircuitBreakerPolicy {
  const breaker = new SamplingBreaker({ threshold: 0.5, duration: 10_000 });
  return circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker });
}

export function cockatielCountBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: new CountBreaker({ threshold: 0.5, size: 100 }) });
}

export function cockatielConsecutiveBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: new ConsecutiveBreaker(5) });
}

export function cockatielRetry(firstMs: number): RetryPolicy {
  const backoff = new ExponentialBackoff({ initialDelay: firstMs, maxDelay: Math.max(firstMs, 10_000) });
  return retry(handleAll, { maxAttempts: 3, backoff });
}

export function cockatielTimeout(timeoutMs: number): TimeoutPolicy {
  return timeout(timeoutMs, TimeoutStrategy.Aggressive);
}

/** Retry around a breaker around a time limit. */
export function cockatielThree(): IPolicy {
  return wrap(cockatielRetry(100), cockatielBreaker(), cockatielTimeout(800));
}

/** A time limit around all of it, too. */
export function cockatielFour(): IPolicy {
  return wrap(cockatielTimeout(3_000), cockatielRetry(100), cockatielBreaker(), cockatielTimeout(800));
}

export function pRetryCall(task: (attempt: number) => Promise<unknown>, minTimeout: number): Call {
  return async () => pRetry(task, { retries: 3, minTimeout, maxTimeout: Math.max(minTimeout, 1), randomize: true });
}
