import { methodName } from '../bounded.ts';
import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { pastSpan } from './past-span.ts';

// What `@seaworthy/management` tells, as far as it is used.
export interface RequestAnswered {
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}
export interface WriteMade {
  readonly path: string;
  readonly outcome: string;
}
export interface ContributorFailed {
  readonly endpoint: string;
  readonly outcome: string;
}
export interface DumpTaken {
  readonly kind: string;
  readonly outcome: string;
  readonly durationMs: number;
}

const definitions = {
  'seaworthy.management.request.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Requests to the management port.',
    attributes: { endpoint: 'string', 'http.request.method': 'string', 'http.response.status_code': 'number' },
  },
  'seaworthy.management.writes': {
    type: 'counter',
    unit: '{write}',
    description: 'Changes made through the management port.',
    attributes: { endpoint: 'string', outcome: 'string' },
  },
  'seaworthy.management.contributor.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Parts of the application that could not tell about themselves.',
    attributes: { endpoint: 'string', outcome: 'string' },
  },
  'seaworthy.management.dump.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Profiles and heap snapshots that were taken.',
    attributes: { kind: 'string', outcome: 'string' },
    buckets: [0.1, 1, 5, 10, 30, 60, 120],
  },
} as const;

export function managementChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.management' }, definitions);
  return [
    on('seaworthy:management:request-answered', ({ endpoint, method, status, durationMs }: RequestAnswered) => {
      metrics['seaworthy.management.request.duration'].record(durationMs / 1_000, {
        endpoint,
        'http.request.method': methodName(method),
        'http.response.status_code': status,
      });
    }),
    on('seaworthy:management:write-made', ({ path, outcome }: WriteMade) => {
      // The rest of the path names a logger or a flag, and there is no end of them.
      metrics['seaworthy.management.writes'].add(1, { endpoint: path.split('/')[1] ?? '', outcome });
    }),
    on('seaworthy:management:contributor-failed', ({ endpoint, outcome }: ContributorFailed) => {
      metrics['seaworthy.management.contributor.failures'].add(1, { endpoint, outcome });
    }),
    on('seaworthy:management:dump-taken', ({ kind, outcome, durationMs }: DumpTaken) => {
      metrics['seaworthy.management.dump.duration'].record(durationMs / 1_000, { kind, outcome });
      pastSpan(`dump ${kind}`, { durationMs, failed: outcome === 'error', attributes: { kind, outcome } });
    }),
  ];
}
