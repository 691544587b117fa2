import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { pastSpan } from './past-span.ts';

// What `@seaworthy/schema-registry` tells, as far as it is used.
export interface DataMigrated {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
  readonly outcome: string;
}

const definitions = {
  'seaworthy.schema_registry.migration.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Data that was brought to another version of its schema.',
    attributes: { subject: 'string', from: 'number', to: 'number', outcome: 'string' },
    buckets: [0.0001, 0.001, 0.01, 0.1, 1],
  },
} as const;

export function schemaRegistryChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.schema-registry' }, definitions);
  return [
    on('seaworthy:schema-registry:data-migrated', ({ subject, from, to, durationMs, outcome }: DataMigrated) => {
      const attributes = { subject, from, to, outcome };
      metrics['seaworthy.schema_registry.migration.duration'].record(durationMs / 1_000, attributes);
      pastSpan(`migrate ${subject}`, { durationMs, failed: outcome === 'error', attributes });
    }),
  ];
}
