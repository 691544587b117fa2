export { createLifecycle } from './lifecycle.ts';
export { degraded } from './health/degraded.ts';
export { diskCheck, eventLoopCheck, httpCheck, memoryCheck, tcpCheck } from './health/checks.ts';
export { LifecycleErrors } from './errors.ts';
export { lifecycleChannels } from './events.ts';
export type {
  ActiveReport,
  HttpOptions,
  Lifecycle,
  LifecycleLogger,
  LifecycleOptions,
  LifecycleState,
  Resource,
  ResourceReport,
  ServerLike,
  StartContext,
  StopContext,
  StopOutcome,
  StopReport,
  WebSocketLike,
  WebSocketOptions,
  WebSocketServerLike,
} from './types.ts';
export type { Degraded } from './health/degraded.ts';
export type {
  Check,
  CheckOptions,
  CheckResult,
  Health,
  HealthReport,
  HealthStatus,
  LastFailure,
} from './health/types.ts';
export type {
  CheckChanged,
  ResourceStarted,
  ResourceStopped,
  SignalReceived,
  StateChanged,
  StopFinished,
} from './events.ts';
