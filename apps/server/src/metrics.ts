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
  },
);
