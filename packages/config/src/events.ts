import { node } from './node.ts';

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

/** The names of the channels this package publishes on. */
export const configChannels: readonly string[] = [
  'seaworthy:config:changed',
  'seaworthy:config:rejected',
  'seaworthy:config:listener-failed',
];

export function tellChanged(event: ConfigChanged): void {
  tell('seaworthy:config:changed', event);
}

export function tellRejected(event: ConfigRejected): void {
  tell('seaworthy:config:rejected', event);
}

export function tellListenerFailed(event: ListenerFailed): void {
  tell('seaworthy:config:listener-failed', event);
}

/** Channels are found by name when something happens, which is seldom: an import makes none. */
function tell(name: string, event: ConfigChanged | ConfigRejected | ListenerFailed): void {
  const { diagnostics } = node;
  if (diagnostics.hasSubscribers(name)) diagnostics.channel(name).publish(event);
}
