import { channel } from 'node:diagnostics_channel';
import type { HealthStatus } from './health/types.ts';
import type { LifecycleState, StopOutcome } from './types.ts';

/** Payload of `seaworthy:lifecycle:state-changed`. */
export interface StateChanged {
  readonly from: LifecycleState;
  readonly to: LifecycleState;
}

/** Payload of `seaworthy:lifecycle:resource-started`. */
export interface ResourceStarted {
  readonly resource: string;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'error' | 'hung';
}

/** Payload of `seaworthy:lifecycle:resource-stopped`. */
export interface ResourceStopped {
  readonly resource: string;
  readonly durationMs: number;
  readonly outcome: StopOutcome;
}

/** Payload of `seaworthy:lifecycle:signal-received`. */
export interface SignalReceived {
  readonly signal: string;
  /** `forced` is the second signal, which exits at once. */
  readonly effect: 'drain' | 'forced';
}

/** Payload of `seaworthy:lifecycle:check-changed`. */
export interface CheckChanged {
  readonly check: string;
  readonly from: HealthStatus | 'unknown';
  readonly to: HealthStatus;
}

/** Payload of `seaworthy:lifecycle:stop-finished`. */
export interface StopFinished {
  readonly reason: string;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'error';
}

const stateChanged = channel('seaworthy:lifecycle:state-changed');
const resourceStarted = channel('seaworthy:lifecycle:resource-started');
const resourceStopped = channel('seaworthy:lifecycle:resource-stopped');
const signalReceived = channel('seaworthy:lifecycle:signal-received');
const checkChanged = channel('seaworthy:lifecycle:check-changed');
const stopFinished = channel('seaworthy:lifecycle:stop-finished');

/** The names of all channels this package publishes on. */
export const lifecycleChannels: readonly string[] = Object.freeze(
  [stateChanged, resourceStarted, resourceStopped, signalReceived, checkChanged, stopFinished].map(({ name }) =>
    String(name),
  ),
);

/** Tells that the lifecycle moved from one state to the next. */
export function tellStateChanged(event: StateChanged): void {
  if (stateChanged.hasSubscribers) stateChanged.publish(event);
}

/** Tells how the start of one resource went. */
export function tellResourceStarted(event: ResourceStarted): void {
  if (resourceStarted.hasSubscribers) resourceStarted.publish(event);
}

/** Tells how the stop of one resource went. */
export function tellResourceStopped(event: ResourceStopped): void {
  if (resourceStopped.hasSubscribers) resourceStopped.publish(event);
}

/** Tells that a signal arrived and what it did. */
export function tellSignalReceived(event: SignalReceived): void {
  if (signalReceived.hasSubscribers) signalReceived.publish(event);
}

/** Tells that a health check changed its status. */
export function tellCheckChanged(event: CheckChanged): void {
  if (checkChanged.hasSubscribers) checkChanged.publish(event);
}

/** Tells that everything has been stopped. */
export function tellStopFinished(event: StopFinished): void {
  if (stopFinished.hasSubscribers) stopFinished.publish(event);
}
