// What the management server asks for is what the other rooms are.
import type { Config } from '@seaworthy/config';
import type { Flags } from '@seaworthy/flags';
import type { Lifecycle } from '@seaworthy/lifecycle';
import type { LevelRegistry } from '@seaworthy/logger';
import type { ManagementOptions } from '@seaworthy/management';
import type { PluginHost } from '@seaworthy/plugins';
import type { Registry } from '@seaworthy/schema-registry';
import type { Telemetry } from '@seaworthy/telemetry/node';
import type { Fits } from './fits.ts';

type Asked = Required<ManagementOptions>;

export type RoomsFit = [
  Fits<Config, Asked['config']>,
  Fits<Flags, Asked['flags']>,
  Fits<Lifecycle, Asked['lifecycle']>,
  Fits<LevelRegistry, Asked['loggers']>,
  Fits<PluginHost, Asked['plugins']>,
  Fits<Registry, Asked['schemas']>,
  Fits<Telemetry, Asked['metrics']>,
];
