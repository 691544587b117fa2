// Our logger is what every room asks for when it asks for a logger, and so is the console.
import type { ReportLogger } from '@seaworthy/errors';
import type { FlagsLogger } from '@seaworthy/flags';
import type { LifecycleLogger } from '@seaworthy/lifecycle';
import type { Logger } from '@seaworthy/logger';
import type { ManagementLogger } from '@seaworthy/management';
import type { PluginLogger, PluginsLogger } from '@seaworthy/plugins';
import type { TelemetryLogger } from '@seaworthy/telemetry/node';
import type { Fits } from './fits.ts';

export type OurLoggerFits = [
  Fits<Logger, FlagsLogger>,
  Fits<Logger, LifecycleLogger>,
  Fits<Logger, ManagementLogger>,
  Fits<Logger, PluginLogger>,
  Fits<Logger, PluginsLogger>,
  Fits<Logger, ReportLogger>,
  Fits<Logger, TelemetryLogger>,
];

export type ConsoleFits = [
  Fits<Console, FlagsLogger>,
  Fits<Console, LifecycleLogger>,
  Fits<Console, ManagementLogger>,
  Fits<Console, PluginLogger>,
  Fits<Console, PluginsLogger>,
  Fits<Console, ReportLogger>,
  Fits<Console, TelemetryLogger>,
];
