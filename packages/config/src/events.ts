import { channel } from 'node:diagnostics_channel';

export interface ConfigChanged {
  readonly version: number;
  /** `load`, `watch`, `reload`, `rollback to 3`, or the name given with an update. */
  readonly by: string;
  /** The keys whose values are new. */
  readonly keys: readonly string[];
  /** The keys whose new values wait for a restart. */
  readonly restartNeeded: readonly string[];
}

export interface ConfigRejected {
  /** The version that stays in force. */
  readonly version: number;
  readonly by: string;
  /** The message lists the problems; secrets are not in it. */
  readonly error: unknown;
}

export interface ListenerFailed {
  readonly key: string;
  readonly error: unknown;
}

const changed = channel('seaworthy:config:changed');
const rejected = channel('seaworthy:config:rejected');
const listenerFailed = channel('seaworthy:config:listener-failed');

/** The names of the channels this package publishes on. */
export const configChannels: readonly string[] = [
  'seaworthy:config:changed',
  'seaworthy:config:rejected',
  'seaworthy:config:listener-failed',
];

export function tellChanged(event: ConfigChanged): void {
  if (changed.hasSubscribers) changed.publish(event);
}

export function tellRejected(event: ConfigRejected): void {
  if (rejected.hasSubscribers) rejected.publish(event);
}

export function tellListenerFailed(event: ListenerFailed): void {
  if (listenerFailed.hasSubscribers) listenerFailed.publish(event);
}
