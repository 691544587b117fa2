import { channel } from 'node:diagnostics_channel';
import type { BreakerState } from './breaker-state.ts';

/** How a call ended: `aborted` was ended by its caller, `fallback` failed and got a replacement. */
export type CallOutcome = 'ok' | 'error' | 'timeout' | 'aborted' | 'fallback';

export interface CallFinished {
  readonly pipeline: string;
  readonly outcome: CallOutcome;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface RetryScheduled {
  readonly pipeline: string;
  /** The attempt that failed; 1 is the first. */
  readonly attempt: number;
  readonly waitMs: number;
}

export interface RetryRefused {
  readonly pipeline: string;
  readonly attempt: number;
  /** `budget`: too many retries lately. `deadline`: the wait would outlast the time limit. `wait`: Retry-After asks too much. */
  readonly reason: 'budget' | 'deadline' | 'wait';
}

export interface LimitPassed {
  readonly pipeline: string;
  readonly limit: 'total' | 'attempt';
  readonly timeoutMs: number;
}

export interface BreakerChanged {
  readonly pipeline: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
}

export interface CallRefused {
  readonly pipeline: string;
  readonly by: 'breaker' | 'bulkhead' | 'rate-limit';
}

export interface HedgeStarted {
  readonly pipeline: string;
  /** 1 for the first extra attempt. */
  readonly hedge: number;
}

export interface CacheRead {
  readonly cache: string;
  /** `stale` is refreshed behind the scenes; `refresh-failed` tells that this did not work. */
  readonly outcome: 'hit' | 'miss' | 'stale' | 'stale-if-error' | 'refresh-failed';
}

export interface TargetChanged {
  /** The name of the balancer or the failover. */
  readonly group: string;
  /** The place of the target in the list that was given. */
  readonly index: number;
  readonly healthy: boolean;
}

export interface StoreFailed {
  /** What answers instead is the fallback of the store. */
  readonly store: 'redis';
  readonly error: unknown;
}

const callFinished = channel('seaworthy:resilience:call-finished');
const retryScheduled = channel('seaworthy:resilience:retry-scheduled');
const retryRefused = channel('seaworthy:resilience:retry-refused');
const limitPassed = channel('seaworthy:resilience:limit-passed');
const breakerChanged = channel('seaworthy:resilience:breaker-changed');
const callRefused = channel('seaworthy:resilience:call-refused');
const hedgeStarted = channel('seaworthy:resilience:hedge-started');
const cacheRead = channel('seaworthy:resilience:cache-read');
const targetChanged = channel('seaworthy:resilience:target-changed');
const storeFailed = channel('seaworthy:resilience:store-failed');

/** The names of the channels this package publishes on. */
export const resilienceChannels: readonly string[] = [
  'seaworthy:resilience:call-finished',
  'seaworthy:resilience:retry-scheduled',
  'seaworthy:resilience:retry-refused',
  'seaworthy:resilience:limit-passed',
  'seaworthy:resilience:breaker-changed',
  'seaworthy:resilience:call-refused',
  'seaworthy:resilience:hedge-started',
  'seaworthy:resilience:cache-read',
  'seaworthy:resilience:target-changed',
  'seaworthy:resilience:store-failed',
];

/** Whether anybody listens: a clock is not looked at for nobody. */
export function isCallFinishedHeard(): boolean {
  return callFinished.hasSubscribers;
}

export function tellCallFinished(event: CallFinished): void {
  if (callFinished.hasSubscribers) callFinished.publish(event);
}

export function tellRetryScheduled(event: RetryScheduled): void {
  if (retryScheduled.hasSubscribers) retryScheduled.publish(event);
}

export function tellRetryRefused(event: RetryRefused): void {
  if (retryRefused.hasSubscribers) retryRefused.publish(event);
}

export function tellLimitPassed(event: LimitPassed): void {
  if (limitPassed.hasSubscribers) limitPassed.publish(event);
}

export function tellBreakerChanged(event: BreakerChanged): void {
  if (breakerChanged.hasSubscribers) breakerChanged.publish(event);
}

export function tellCallRefused(event: CallRefused): void {
  if (callRefused.hasSubscribers) callRefused.publish(event);
}

export function tellHedgeStarted(event: HedgeStarted): void {
  if (hedgeStarted.hasSubscribers) hedgeStarted.publish(event);
}

export function tellCacheRead(event: CacheRead): void {
  if (cacheRead.hasSubscribers) cacheRead.publish(event);
}

export function tellTargetChanged(event: TargetChanged): void {
  if (targetChanged.hasSubscribers) targetChanged.publish(event);
}

export function tellStoreFailed(event: StoreFailed): void {
  if (storeFailed.hasSubscribers) storeFailed.publish(event);
}
