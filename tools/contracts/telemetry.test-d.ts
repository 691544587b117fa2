// What telemetry reads of an event is what the package that tells it puts there.
import type * as Config from '../../packages/config/src/events.ts';
import type * as Flags from '../../packages/flags/src/events.ts';
import type * as Lifecycle from '../../packages/lifecycle/src/events.ts';
import type * as Logger from '../../packages/logger/src/events.ts';
import type * as Management from '../../packages/management/src/events.ts';
import type * as Plugins from '../../packages/plugins/src/events.ts';
import type * as Resilience from '../../packages/resilience/src/events.ts';
import type * as Registry from '../../packages/schema-registry/src/events.ts';
import type * as config from '../../packages/telemetry/src/published/config.ts';
import type * as flags from '../../packages/telemetry/src/published/flags.ts';
import type * as lifecycle from '../../packages/telemetry/src/published/lifecycle.ts';
import type * as logger from '../../packages/telemetry/src/published/logger.ts';
import type * as management from '../../packages/telemetry/src/published/management.ts';
import type * as plugins from '../../packages/telemetry/src/published/plugins.ts';
import type * as resilience from '../../packages/telemetry/src/published/resilience.ts';
import type * as registry from '../../packages/telemetry/src/published/schema-registry.ts';
import type { Fits } from './fits.ts';

export type EventsFit = [
  Fits<Config.ConfigChanged, config.ConfigChanged>,
  Fits<Config.ConfigRejected, config.ConfigRejected>,
  Fits<Config.ListenerFailed, config.ListenerFailed>,
  Fits<Flags.FlagsChanged, flags.FlagsChanged>,
  Fits<Flags.FlagsRejected, flags.FlagsRejected>,
  Fits<Flags.FlagsRecovered, flags.FlagsRecovered>,
  Fits<Flags.FlagEvaluated, flags.FlagEvaluated>,
  Fits<Lifecycle.StateChanged, lifecycle.StateChanged>,
  Fits<Lifecycle.ResourceStarted, lifecycle.ResourceMoved>,
  Fits<Lifecycle.ResourceStopped, lifecycle.ResourceMoved>,
  Fits<Lifecycle.SignalReceived, lifecycle.SignalReceived>,
  Fits<Lifecycle.CheckChanged, lifecycle.CheckChanged>,
  Fits<Lifecycle.StopFinished, lifecycle.StopFinished>,
  Fits<Logger.SinkFailed, logger.SinkFailed>,
  Fits<Logger.RecordsDropped, logger.RecordsDropped>,
  Fits<Logger.LevelChanged, logger.LevelChanged>,
  Fits<Management.RequestAnswered, management.RequestAnswered>,
  Fits<Management.WriteMade, management.WriteMade>,
  Fits<Management.ContributorFailed, management.ContributorFailed>,
  Fits<Management.DumpTaken, management.DumpTaken>,
  Fits<Plugins.PluginStarted, plugins.PluginStarted>,
  Fits<Plugins.PluginFailed, plugins.PluginFailed>,
  Fits<Plugins.PluginSkipped, plugins.PluginSkipped>,
  Fits<Plugins.PluginStopped, plugins.PluginStopped>,
  Fits<Plugins.PluginReloaded, plugins.PluginReloaded>,
  Fits<Plugins.CallbackFailed, plugins.CallbackFailed>,
  Fits<Plugins.HostStarted, plugins.HostStarted>,
  Fits<Resilience.CallFinished, resilience.CallFinished>,
  Fits<Resilience.RetryScheduled, resilience.RetryScheduled>,
  Fits<Resilience.RetryRefused, resilience.RetryRefused>,
  Fits<Resilience.LimitPassed, resilience.LimitPassed>,
  Fits<Resilience.BreakerChanged, resilience.BreakerChanged>,
  Fits<Resilience.CallRefused, resilience.CallRefused>,
  Fits<Resilience.HedgeStarted, resilience.HedgeStarted>,
  Fits<Resilience.CacheRead, resilience.CacheRead>,
  Fits<Resilience.TargetChanged, resilience.TargetChanged>,
  Fits<Resilience.StoreFailed, resilience.StoreFailed>,
  Fits<Registry.DataMigrated, registry.DataMigrated>,
];
