export { startManagement } from './server.ts';
export { ManagementErrors } from './errors.ts';
export { managementChannels } from './events.ts';
export { recentErrors } from './recent-errors.ts';
export type { Management } from './server.ts';
export type { ManagementOptions } from './options.ts';
export type {
  CheckView,
  ConfigContributor,
  ConfigRow,
  Endpoint,
  EndpointContext,
  ErrorCountView,
  ErrorsContributor,
  ErrorView,
  Eventually,
  HealthView,
  LifecycleContributor,
  ListContributor,
  LoggersContributor,
  LoggerView,
  ManagementLogger,
  MetricsContributor,
  PluginsContributor,
  ProtectionView,
  ResilienceContributor,
} from './contributors.ts';
export type { ErrorReport, RecentErrors, RecentErrorsOptions } from './recent-errors.ts';
export type { ContributorFailed, DumpTaken, RequestAnswered, WriteMade } from './events.ts';
