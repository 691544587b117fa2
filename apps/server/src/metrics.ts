import { defineMetrics } from '@seaworthy/telemetry';
import type { ChannelMetric } from '@seaworthy/telemetry/node';
import type { CallFinished } from '@seaworthy/resilience';
import type { CheckChanged } from '@seaworthy/lifecycle';
import type { PluginFailed } from '@seaworthy/plugins';

/** What this server measures of itself, besides what every process has. */
export const metrics = defineMetrics(
  { name: 'seaworthy.server', version: '1.0.0' },
  {
    'http.server.request.duration': {
      type: 'histogram',
      unit: 's',
      description: 'Time from the request line to the end of the answer, or to the client leaving.',
      attributes: {
        'http.request.method': 'string',
        'http.route': 'string',
        'http.response.status_code': 'number',
        aborted: 'boolean',
      },
    },
    'seaworthy.server.reports': {
      type: 'counter',
      unit: '{report}',
      description: 'Reports received; a repeated one adds nothing to the store.',
      attributes: { outcome: ['created', 'repeated'] },
    },
    'seaworthy.server.problems': {
      type: 'counter',
      unit: '{problem}',
      description: 'Problem documents sent, by error code.',
      attributes: { code: 'string' },
    },
    'seaworthy.server.store.calls': {
      type: 'counter',
      unit: '{call}',
      description: 'Calls of the store, by how they ended.',
      attributes: { pipeline: 'string', outcome: 'string' },
    },
    'seaworthy.server.checks.changed': {
      type: 'counter',
      unit: '{change}',
      description: 'Health checks that changed their status.',
      attributes: { check: 'string', to: 'string' },
    },
    'seaworthy.server.plugins.failed': {
      type: 'counter',
      unit: '{failure}',
      description: 'Modules that could not start or failed later.',
      attributes: { plugin: 'string', phase: 'string' },
    },
  },
);

/** What the rooms tell, measured: they publish, nobody imports telemetry. */
export const channelMetrics: readonly ChannelMetric[] = [
  {
    channel: 'seaworthy:resilience:call-finished',
    measure: (message) => {
      const { pipeline, outcome } = message as CallFinished;
      metrics['seaworthy.server.store.calls'].add(1, { pipeline, outcome });
    },
  },
  {
    channel: 'seaworthy:lifecycle:check-changed',
    measure: (message) => {
      const { check, to } = message as CheckChanged;
      metrics['seaworthy.server.checks.changed'].add(1, { check, to });
    },
  },
  {
    channel: 'seaworthy:plugins:plugin-failed',
    measure: (message) => {
      const { plugin, phase } = message as PluginFailed;
      metrics['seaworthy.server.plugins.failed'].add(1, { plugin, phase });
    },
  },
];
