import { isSeaworthyError } from '@seaworthy/errors';
import type { ChannelMetric } from '../channels.ts';
import { defineMetrics } from '../define.ts';
import { on } from './on.ts';

// What `@seaworthy/config` tells, as far as it is used.
export interface ConfigChanged {
  readonly version: number;
  readonly by: string;
  readonly restartNeeded: readonly string[];
}
export interface ConfigRejected {
  readonly by: string;
  readonly error: unknown;
}
export interface ListenerFailed {
  readonly key: string;
}

const by = ['load', 'watch', 'reload', 'rollback', 'update'] as const;

const definitions = {
  'seaworthy.config.changes': {
    type: 'counter',
    unit: '{change}',
    description: 'Configurations that came into force.',
    attributes: { by },
  },
  'seaworthy.config.version': { type: 'gauge', unit: '{version}', description: 'The configuration in force.' },
  'seaworthy.config.restart_needed': {
    type: 'gauge',
    unit: '{key}',
    description: 'Settings of the last change whose values wait for a restart.',
  },
  'seaworthy.config.rejections': {
    type: 'counter',
    unit: '{rejection}',
    description: 'Configurations that were not taken.',
    attributes: { by, 'error.type': 'string' },
  },
  'seaworthy.config.listener.failures': {
    type: 'counter',
    unit: '{failure}',
    description: 'Listeners that threw when a setting changed.',
    attributes: { key: 'string' },
  },
} as const;

export function configChannels(): readonly ChannelMetric[] {
  const metrics = defineMetrics({ name: 'seaworthy.config' }, definitions);
  return [
    on('seaworthy:config:changed', (event: ConfigChanged) => {
      metrics['seaworthy.config.changes'].add(1, { by: causeOf(event.by) });
      metrics['seaworthy.config.version'].set(event.version);
      metrics['seaworthy.config.restart_needed'].set(event.restartNeeded.length);
    }),
    on('seaworthy:config:rejected', (event: ConfigRejected) => {
      const type = isSeaworthyError(event.error) ? event.error.code : 'unknown';
      metrics['seaworthy.config.rejections'].add(1, { by: causeOf(event.by), 'error.type': type });
    }),
    on('seaworthy:config:listener-failed', ({ key }: ListenerFailed) => {
      metrics['seaworthy.config.listener.failures'].add(1, { key });
    }),
  ];
}

/** `rollback to 3` and names given with an update have no end; their kinds have. */
function causeOf(text: string): (typeof by)[number] {
  const word = text.split(' ', 1)[0];
  return by.find((each) => each === word) ?? 'update';
}
