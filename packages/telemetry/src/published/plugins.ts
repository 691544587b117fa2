import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';
import { pastSpan } from './past-span.ts';

// What `@seaworthy/plugins` tells, as far as it is used.
export interface PluginStarted {
  readonly plugin: string;
  readonly version: string;
  readonly durationMs: number;
}
export interface PluginFailed extends PluginStarted {
  readonly phase: string;
  readonly code: string;
}
export interface PluginSkipped {
  readonly plugin: string;
}
export interface PluginStopped extends PluginStarted {
  readonly outcome: string;
}
export interface PluginReloaded extends PluginStarted {
  readonly outcome: string;
}
export interface CallbackFailed {
  readonly plugin: string;
}
export interface AttemptRefused {
  readonly plugin: string;
  readonly tier: string;
}
export interface GuestLost {
  readonly tier: string;
}
export interface HostStarted {
  readonly started: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
}

const plugin = { plugin: 'string' } as const;

const definitions = {
  'seaworthy.plugins.start.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long plugins took to start.',
    attributes: { ...plugin, outcome: ['ok', 'error'] },
  },
  'seaworthy.plugins.stop.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long plugins took to stop.',
    attributes: { ...plugin, outcome: 'string' },
  },
  'seaworthy.plugins.reload.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long plugins took to be reloaded, in development.',
    attributes: { ...plugin, outcome: 'string' },
  },
  'seaworthy.plugins.running': {
    type: 'gauge',
    unit: '{plugin}',
    description: '1 while a plugin runs, 0 after it failed or stopped.',
    attributes: plugin,
  },
  'seaworthy.plugins.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Plugins that could not start or failed later.',
    attributes: { ...plugin, phase: 'string', 'error.type': 'string' },
  },
  'seaworthy.plugins.skipped': {
    type: 'counter',
    unit: '{plugin}',
    description: 'Plugins that were not started.',
    attributes: plugin,
  },
  'seaworthy.plugins.callback.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Listeners and timers of plugins that threw.',
    attributes: plugin,
  },
  'seaworthy.plugins.attempts.refused': {
    type: 'counter',
    unit: '{attempt}',
    description: 'What plugins tried without being granted it.',
    attributes: { ...plugin, tier: 'string' },
  },
  'seaworthy.plugins.guests.lost': {
    type: 'counter',
    unit: '{guest}',
    description: 'Threads and processes of plugins that ended by themselves.',
    attributes: { tier: 'string' },
  },
  'seaworthy.plugins.host.plugins': {
    type: 'gauge',
    unit: '{plugin}',
    description: 'How the last start of the host went.',
    attributes: { outcome: ['started', 'failed', 'skipped'] },
  },
} as const;

export function pluginsChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.plugins' }, definitions);
  const running = metrics['seaworthy.plugins.running'];
  const startDuration = metrics['seaworthy.plugins.start.duration'];
  return [
    on('seaworthy:plugins:plugin-started', ({ plugin, version, durationMs }: PluginStarted) => {
      running.set(1, { plugin });
      startDuration.record(durationMs / 1_000, { plugin, outcome: 'ok' });
      pastSpan(`start plugin ${plugin}`, { durationMs, attributes: { plugin, version } });
    }),
    on('seaworthy:plugins:plugin-failed', ({ plugin, version, durationMs, phase, code }: PluginFailed) => {
      running.set(0, { plugin });
      startDuration.record(durationMs / 1_000, { plugin, outcome: 'error' });
      metrics['seaworthy.plugins.failures'].add(1, { plugin, phase, 'error.type': code });
      const attributes = { plugin, version, phase, 'error.type': code };
      pastSpan(`start plugin ${plugin}`, { durationMs, failed: true, attributes });
    }),
    on('seaworthy:plugins:plugin-skipped', ({ plugin }: PluginSkipped) => {
      metrics['seaworthy.plugins.skipped'].add(1, { plugin });
    }),
    on('seaworthy:plugins:plugin-stopped', ({ plugin, version, durationMs, outcome }: PluginStopped) => {
      running.set(0, { plugin });
      metrics['seaworthy.plugins.stop.duration'].record(durationMs / 1_000, { plugin, outcome });
      const attributes = { plugin, version, outcome };
      pastSpan(`stop plugin ${plugin}`, { durationMs, failed: outcome !== 'ok', attributes });
    }),
    on('seaworthy:plugins:plugin-reloaded', ({ plugin, version, durationMs, outcome }: PluginReloaded) => {
      metrics['seaworthy.plugins.reload.duration'].record(durationMs / 1_000, { plugin, outcome });
      const attributes = { plugin, version, outcome };
      pastSpan(`reload plugin ${plugin}`, { durationMs, failed: outcome !== 'ok', attributes });
    }),
    on('seaworthy:plugins:callback-failed', ({ plugin }: CallbackFailed) => {
      metrics['seaworthy.plugins.callback.failures'].add(1, { plugin });
    }),
    on('seaworthy:plugins:attempt-refused', ({ plugin, tier }: AttemptRefused) => {
      metrics['seaworthy.plugins.attempts.refused'].add(1, { plugin, tier });
    }),
    on('seaworthy:plugins:guest-lost', ({ tier }: GuestLost) => {
      metrics['seaworthy.plugins.guests.lost'].add(1, { tier });
    }),
    on('seaworthy:plugins:host-started', ({ durationMs, ...outcomes }: HostStarted) => {
      for (const outcome of ['started', 'failed', 'skipped'] as const) {
        metrics['seaworthy.plugins.host.plugins'].set(outcomes[outcome], { outcome });
      }
      pastSpan('start plugins', { durationMs, failed: outcomes.failed > 0, attributes: { ...outcomes } });
    }),
  ];
}
