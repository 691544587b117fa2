export { startManagement } from './server.ts';
export { ManagementErrors } from './errors.ts';
export { managementChannels } from './events.ts';
export type { Management } from './server.ts';
export type { ManagementOptions } from './options.ts';
export type {
  CheckView,
  ConfigContributor,
  ConfigRow,
  Endpoint,
  EndpointContext,
  Eventually,
  HealthView,
  LifecycleContributor,
  ListContributor,
  LoggersContributor,
  LoggerView,
  ManagementLogger,
  MetricsContributor,
  PluginsContributor,
} from './contributors.ts';
export type { ContributorFailed, RequestAnswered, WriteMade } from './events.ts';
