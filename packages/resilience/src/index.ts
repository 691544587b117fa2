export { createResilience } from './registry.ts';
export type { Resilience, ResilienceOptions } from './registry.ts';
export type { PartHealth, ResilienceHealth } from './registry-health.ts';
export type { Pipeline, PipelineOptions, PipelineStatus } from './pipeline.ts';
export type { PipelineCounts } from './counters.ts';
export type { LayerOptions } from './layers.ts';
export type { ExecuteOptions, Policy } from './policy.ts';
export type { Task, TaskContext } from './call.ts';

export { retry } from './retry.ts';
export type { RetryOptions, StandaloneRetryOptions } from './retry.ts';
export { backoff } from './backoff.ts';
export type { BackoffOptions, Jitter } from './backoff.ts';
export type { BudgetOptions } from './budget.ts';
export { parseRetryAfter, retryAfterMs } from './retry-after.ts';

export { timeout } from './timeout.ts';
export type { TimeoutOptions } from './timeout.ts';

export { circuitBreaker } from './breaker-layer.ts';
export type { BreakerControl, BreakerPolicy, StandaloneBreakerOptions } from './breaker-layer.ts';
export type { BreakerOptions } from './breaker.ts';
export type { BreakerState } from './breaker-state.ts';
export type { Totals, WindowOptions } from './window.ts';

export { bulkhead } from './bulkhead.ts';
export type { BulkheadOptions, BulkheadStatus, StandaloneBulkheadOptions } from './bulkhead.ts';
export type { AdaptiveOptions } from './adaptive.ts';

export type { HedgeOptions } from './hedge.ts';

export { rateLimiter } from './rate-limit.ts';
export type { RateLimiter, RateLimiterOptions } from './rate-limit.ts';
export type { RateDecision, RateLimitRule, RateLimitStore } from './rate-limit-rule.ts';
export { memory } from './rate-limit-memory.ts';
export type { MemoryStoreOptions } from './rate-limit-memory.ts';
export { redis } from './rate-limit-redis.ts';
export type { IoRedisClient, NodeRedisClient, RedisClient, RedisStoreOptions } from './rate-limit-redis.ts';

export type { Cache, CacheOptions } from './cache.ts';
export type { Loader } from './single-flight.ts';

export type { Balancer, BalancerOptions } from './balancer.ts';
export type { TargetContext, TargetTask } from './call-target.ts';
export type { Strategy } from './pick.ts';
export type { Failover, FailoverOptions } from './failover.ts';
export type { HealthOptions, TargetStatus } from './health.ts';

export { runAll } from './batch.ts';
export type { BatchOptions, BatchReport, TaskResult } from './batch.ts';

export type { Clock } from './clock.ts';
export { ResilienceErrors } from './errors.ts';
export { resilienceChannels } from './events.ts';
export type {
  BreakerChanged,
  CacheRead,
  CallFinished,
  CallOutcome,
  CallRefused,
  HedgeStarted,
  LimitPassed,
  RetryRefused,
  RetryScheduled,
  StoreFailed,
  TargetChanged,
} from './events.ts';
