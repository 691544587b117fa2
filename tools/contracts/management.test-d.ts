// What the management server asks for is what the other rooms are.
import type { Config } from '@seaworthy/config';
import type { ReportSink } from '@seaworthy/errors';
import type { Flags } from '@seaworthy/flags';
import type { Lifecycle } from '@seaworthy/lifecycle';
import type { LevelRegistry } from '@seaworthy/logger';
import type { ManagementOptions, RecentErrors } from '@seaworthy/management';
import type { PluginHost } from '@seaworthy/plugins';
import type { Resilience } from '@seaworthy/resilience';
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
  Fits<Resilience, Asked['resilience']>,
  Fits<Telemetry, Asked['metrics']>,
];

// What `/errors` shows is filled by the reporter of `errors`.
export type RecentErrorsFit = [Fits<RecentErrors, ReportSink>, Fits<RecentErrors, Asked['errors']>];
