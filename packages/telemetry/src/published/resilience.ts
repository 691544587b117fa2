import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { pastSpan, spanEvent } from './past-span.ts';

// What `@seaworthy/resilience` tells, as far as it is used.
export interface CallFinished {
  readonly pipeline: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly durationMs: number;
}
export interface RetryScheduled {
  readonly pipeline: string;
  readonly attempt: number;
  readonly waitMs: number;
}
export interface RetryRefused {
  readonly pipeline: string;
  readonly reason: string;
}
export interface LimitPassed {
  readonly pipeline: string;
  readonly limit: string;
}
export interface BreakerChanged {
  readonly pipeline: string;
  readonly from: string;
  readonly to: string;
}
export interface CallRefused {
  readonly pipeline: string;
  readonly by: string;
}
export interface HedgeStarted {
  readonly pipeline: string;
}
export interface CacheRead {
  readonly cache: string;
  readonly outcome: string;
}
export interface TargetChanged {
  readonly group: string;
  readonly index: number;
  readonly healthy: boolean;
}
export interface StoreFailed {
  readonly store: string;
}

const pipeline = { pipeline: 'string' } as const;

const definitions = {
  'seaworthy.resilience.call.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Calls through a pipeline, with all their attempts, by how they ended.',
    attributes: { ...pipeline, outcome: 'string' },
  },
  'seaworthy.resilience.retries': {
    type: 'counter',
    unit: '{retry}',
    description: 'Attempts that are made again.',
    attributes: pipeline,
  },
  'seaworthy.resilience.retry.wait': {
    type: 'histogram',
    unit: 's',
    description: 'Waits before an attempt is made again.',
    attributes: pipeline,
  },
  'seaworthy.resilience.retries.refused': {
    type: 'counter',
    unit: '{retry}',
    description: 'Attempts that are not made again, by why.',
    attributes: { ...pipeline, reason: 'string' },
  },
  'seaworthy.resilience.timeouts': {
    type: 'counter',
    unit: '{timeout}',
    description: 'Time limits that were passed.',
    attributes: { ...pipeline, limit: 'string' },
  },
  'seaworthy.resilience.breaker.changes': {
    type: 'counter',
    unit: '{change}',
    description: 'Circuit breakers that changed their state.',
    attributes: { ...pipeline, from: 'string', to: 'string' },
  },
  'seaworthy.resilience.breaker.state': {
    type: 'gauge',
    unit: '{state}',
    description: '1 for the state that a circuit breaker is in, 0 for those it was in before.',
    attributes: { ...pipeline, state: 'string' },
  },
  'seaworthy.resilience.calls.refused': {
    type: 'counter',
    unit: '{call}',
    description: 'Calls that were not made, by what refused them.',
    attributes: { ...pipeline, by: 'string' },
  },
  'seaworthy.resilience.hedges': {
    type: 'counter',
    unit: '{attempt}',
    description: 'Extra attempts that were started because the first one was slow.',
    attributes: pipeline,
  },
  'seaworthy.resilience.cache.reads': {
    type: 'counter',
    unit: '{read}',
    description: 'Reads of a cache, by what was found.',
    attributes: { cache: 'string', outcome: 'string' },
  },
  'seaworthy.resilience.target.healthy': {
    type: 'gauge',
    unit: '{target}',
    description: '1 while a target of a balancer or a failover is healthy, else 0.',
    attributes: { group: 'string', index: 'number' },
  },
  'seaworthy.resilience.store.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Runs of failures of a shared store.',
    attributes: { store: 'string' },
  },
} as const;

export function resilienceChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.resilience' }, definitions);
  return [
    on('seaworthy:resilience:call-finished', ({ pipeline, outcome, attempts, durationMs }: CallFinished) => {
      metrics['seaworthy.resilience.call.duration'].record(durationMs / 1_000, { pipeline, outcome });
      const failed = outcome === 'error' || outcome === 'timeout';
      pastSpan(`call ${pipeline}`, { durationMs, failed, attributes: { pipeline, outcome, attempts } });
    }),
    on('seaworthy:resilience:retry-scheduled', ({ pipeline, attempt, waitMs }: RetryScheduled) => {
      metrics['seaworthy.resilience.retries'].add(1, { pipeline });
      metrics['seaworthy.resilience.retry.wait'].record(waitMs / 1_000, { pipeline });
      spanEvent('retry', { pipeline, attempt, waitMs });
    }),
    on('seaworthy:resilience:retry-refused', ({ pipeline, reason }: RetryRefused) => {
      metrics['seaworthy.resilience.retries.refused'].add(1, { pipeline, reason });
    }),
    on('seaworthy:resilience:limit-passed', ({ pipeline, limit }: LimitPassed) => {
      metrics['seaworthy.resilience.timeouts'].add(1, { pipeline, limit });
    }),
    on('seaworthy:resilience:breaker-changed', ({ pipeline, from, to }: BreakerChanged) => {
      metrics['seaworthy.resilience.breaker.changes'].add(1, { pipeline, from, to });
      metrics['seaworthy.resilience.breaker.state'].set(0, { pipeline, state: from });
      metrics['seaworthy.resilience.breaker.state'].set(1, { pipeline, state: to });
      spanEvent('breaker changed', { pipeline, from, to });
    }),
    on('seaworthy:resilience:call-refused', ({ pipeline, by }: CallRefused) => {
      metrics['seaworthy.resilience.calls.refused'].add(1, { pipeline, by });
    }),
    on('seaworthy:resilience:hedge-started', ({ pipeline }: HedgeStarted) => {
      metrics['seaworthy.resilience.hedges'].add(1, { pipeline });
    }),
    on('seaworthy:resilience:cache-read', ({ cache, outcome }: CacheRead) => {
      metrics['seaworthy.resilience.cache.reads'].add(1, { cache, outcome });
    }),
    on('seaworthy:resilience:target-changed', ({ group, index, healthy }: TargetChanged) => {
      metrics['seaworthy.resilience.target.healthy'].set(healthy ? 1 : 0, { group, index });
    }),
    on('seaworthy:resilience:store-failed', ({ store }: StoreFailed) => {
      metrics['seaworthy.resilience.store.failures'].add(1, { store });
    }),
  ];
}
