import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { spanEvent } from './past-span.ts';

// What `@seaworthy/flags` tells, as far as it is used.
export interface FlagsChanged {
  readonly source: string;
  readonly cause: string;
  readonly version: number;
}
export interface FlagsRejected {
  readonly source: string;
  readonly code: string;
}
export interface FlagsRecovered {
  readonly source: string;
}
export interface FlagEvaluated {
  readonly 'feature_flag.key': string;
  readonly 'feature_flag.result.reason': string;
  readonly 'feature_flag.result.variant'?: string;
  readonly 'error.type'?: string;
}

const definitions = {
  'seaworthy.flags.changes': {
    type: 'counter',
    unit: '{change}',
    description: 'Sets of flags that came into use.',
    attributes: { source: 'string', cause: 'string' },
  },
  'seaworthy.flags.version': {
    type: 'gauge',
    unit: '{version}',
    description: 'How many sets of flags have been in use.',
    attributes: { source: 'string' },
  },
  'seaworthy.flags.changed.time': {
    type: 'gauge',
    unit: 's',
    description: 'When the flags in use came, in Unix time.',
    attributes: { source: 'string' },
  },
  'seaworthy.flags.rejections': {
    type: 'counter',
    unit: '{rejection}',
    description: 'New flags that could not be used.',
    attributes: { source: 'string', 'error.type': 'string' },
  },
  'seaworthy.flags.recoveries': {
    type: 'counter',
    unit: '{recovery}',
    description: 'Times that the source answered again after it had failed.',
    attributes: { source: 'string' },
  },
  'seaworthy.flags.evaluations': {
    type: 'counter',
    unit: '{evaluation}',
    description: 'Evaluations of flags, by what they gave.',
    attributes: {
      'feature_flag.key': 'string',
      'feature_flag.result.variant': 'string?',
      'feature_flag.result.reason': 'string',
      'error.type': 'string?',
    },
  },
} as const;

export function flagsChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.flags' }, definitions);
  return [
    on('seaworthy:flags:changed', ({ source, cause, version }: FlagsChanged) => {
      metrics['seaworthy.flags.changes'].add(1, { source, cause });
      metrics['seaworthy.flags.version'].set(version, { source });
      metrics['seaworthy.flags.changed.time'].set(Date.now() / 1_000, { source });
    }),
    on('seaworthy:flags:rejected', ({ source, code }: FlagsRejected) => {
      metrics['seaworthy.flags.rejections'].add(1, { source, 'error.type': code });
    }),
    on('seaworthy:flags:recovered', ({ source }: FlagsRecovered) => {
      metrics['seaworthy.flags.recoveries'].add(1, { source });
    }),
    on('seaworthy:flags:evaluated', (event: FlagEvaluated) => {
      // The value itself is no attribute: where there are no variants it can be anything.
      const attributes = {
        'feature_flag.key': event['feature_flag.key'],
        'feature_flag.result.reason': event['feature_flag.result.reason'],
        ...(event['feature_flag.result.variant'] !== undefined && {
          'feature_flag.result.variant': event['feature_flag.result.variant'],
        }),
        ...(event['error.type'] !== undefined && { 'error.type': event['error.type'] }),
      };
      metrics['seaworthy.flags.evaluations'].add(1, attributes);
      spanEvent('feature_flag.evaluation', attributes);
    }),
  ];
}
