import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';

// What `@seaworthy/logger` tells, as far as it is used.
export interface SinkFailed {
  readonly sink: string;
}
export interface RecordsDropped {
  readonly sink: string;
  readonly count: number;
}
export interface LevelChanged {
  readonly level: string | null;
}

const definitions = {
  'seaworthy.logger.sink.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Runs of failures of a sink.',
    attributes: { sink: 'string' },
  },
  'seaworthy.logger.records.dropped': {
    type: 'counter',
    unit: '{record}',
    description: 'Log records that were given up.',
    attributes: { sink: 'string' },
  },
  'seaworthy.logger.level.changes': {
    type: 'counter',
    unit: '{change}',
    description: 'Log levels that were set at run time, or taken back.',
    attributes: { level: 'string' },
  },
} as const;

export function loggerChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.logger' }, definitions);
  return [
    on('seaworthy:logger:sink-failed', ({ sink }: SinkFailed) => {
      metrics['seaworthy.logger.sink.failures'].add(1, { sink });
    }),
    on('seaworthy:logger:records-dropped', ({ sink, count }: RecordsDropped) => {
      metrics['seaworthy.logger.records.dropped'].add(count, { sink });
    }),
    on('seaworthy:logger:level-changed', ({ level }: LevelChanged) => {
      metrics['seaworthy.logger.level.changes'].add(1, { level: level ?? 'reset' });
    }),
  ];
}
