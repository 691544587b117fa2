import { defineMetrics } from '@seaworthy/telemetry';

/** What only this server measures; its requests, its errors and what its parts tell are measured by telemetry itself. */
export const metrics = defineMetrics(
  { name: 'seaworthy.server', version: '1.0.0' },
  {
    'seaworthy.server.reports': {
      type: 'counter',
      unit: '{report}',
      description: 'Reports received; a repeated one adds nothing to the store.',
      attributes: { outcome: ['created', 'repeated'] },
    },
    'seaworthy.server.publications': {
      type: 'counter',
      unit: '{version}',
      description: 'Versions of packages that were published.',
    },
    'seaworthy.server.stale_reads': {
      type: 'counter',
      unit: '{read}',
      description: 'Reads that may be a little old, by who has answered them; only where there are replicas.',
      attributes: { from: ['replica', 'primary'] },
    },
    'seaworthy.server.replicas': {
      type: 'gauge',
      unit: '{replica}',
      description: 'Replicas of the database that are asked, and those that are not.',
      attributes: { state: ['used', 'unused'] },
    },
    'seaworthy.server.replica.lag': {
      type: 'gauge',
      unit: 's',
      description: 'How old an answer of the replicas that are asked is at most.',
    },
  },
);
