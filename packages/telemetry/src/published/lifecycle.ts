import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { pastSpan } from './past-span.ts';

// What `@seaworthy/lifecycle` tells, as far as it is used.
export interface StateChanged {
  readonly from: string;
  readonly to: string;
}
export interface ResourceMoved {
  readonly resource: string;
  readonly durationMs: number;
  readonly outcome: string;
}
export interface SignalReceived {
  readonly signal: string;
  readonly effect: string;
}
export interface CheckChanged {
  readonly check: string;
  readonly to: string;
}
export interface StopFinished {
  readonly reason: string;
  readonly durationMs: number;
  readonly outcome: string;
}

const definitions = {
  'seaworthy.lifecycle.state': {
    type: 'gauge',
    unit: '{state}',
    description: '1 for the state that the process is in, 0 for those it was in before.',
    attributes: { state: 'string' },
  },
  'seaworthy.lifecycle.resource.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long resources took to start and to stop.',
    attributes: { resource: 'string', phase: ['start', 'stop'], outcome: 'string' },
  },
  'seaworthy.lifecycle.signals': {
    type: 'counter',
    unit: '{signal}',
    description: 'Signals that arrived.',
    attributes: { signal: 'string', effect: 'string' },
  },
  'seaworthy.lifecycle.check.changes': {
    type: 'counter',
    unit: '{change}',
    description: 'Health checks that changed their status.',
    attributes: { check: 'string', to: 'string' },
  },
  'seaworthy.lifecycle.check.up': {
    type: 'gauge',
    unit: '{check}',
    description: '1 while a health check is up, 0 while it is degraded or down.',
    attributes: { check: 'string' },
  },
  'seaworthy.lifecycle.stop.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long the whole shutdown took.',
    attributes: { outcome: 'string' },
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
  },
} as const;

export function lifecycleChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.lifecycle' }, definitions);
  const moved =
    (phase: 'start' | 'stop') =>
    ({ resource, durationMs, outcome }: ResourceMoved): void => {
      metrics['seaworthy.lifecycle.resource.duration'].record(durationMs / 1_000, { resource, phase, outcome });
      pastSpan(`${phase} ${resource}`, { durationMs, failed: isFailed(outcome), attributes: { resource, outcome } });
    };
  return [
    on('seaworthy:lifecycle:state-changed', ({ from, to }: StateChanged) => {
      metrics['seaworthy.lifecycle.state'].set(0, { state: from });
      metrics['seaworthy.lifecycle.state'].set(1, { state: to });
    }),
    on('seaworthy:lifecycle:resource-started', moved('start')),
    on('seaworthy:lifecycle:resource-stopped', moved('stop')),
    on('seaworthy:lifecycle:signal-received', ({ signal, effect }: SignalReceived) => {
      metrics['seaworthy.lifecycle.signals'].add(1, { signal, effect });
    }),
    on('seaworthy:lifecycle:check-changed', ({ check, to }: CheckChanged) => {
      metrics['seaworthy.lifecycle.check.changes'].add(1, { check, to });
      metrics['seaworthy.lifecycle.check.up'].set(to === 'up' ? 1 : 0, { check });
    }),
    on('seaworthy:lifecycle:stop-finished', ({ reason, durationMs, outcome }: StopFinished) => {
      metrics['seaworthy.lifecycle.stop.duration'].record(durationMs / 1_000, { outcome });
      pastSpan('stop', { durationMs, failed: isFailed(outcome), attributes: { reason, outcome } });
    }),
  ];
}

function isFailed(outcome: string): boolean {
  return outcome === 'error' || outcome === 'hung';
}
