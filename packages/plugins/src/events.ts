import { channel } from 'node:diagnostics_channel';

/** A plugin has started. */
export interface PluginStarted {
  readonly plugin: string;
  readonly version: string;
  readonly durationMs: number;
}

/** A plugin could not start; it is isolated and its registrations are undone. */
export interface PluginFailed {
  readonly plugin: string;
  readonly version: string;
  readonly phase: string;
  readonly code: string;
  readonly message: string;
  readonly durationMs: number;
}

/** A plugin was not started. */
export interface PluginSkipped {
  readonly plugin: string;
  readonly version: string;
  readonly reason: string;
}

/** A plugin has stopped and all its registrations are undone. */
export interface PluginStopped {
  readonly plugin: string;
  readonly version: string;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'error' | 'hung';
}

/** A plugin was asked to be reloaded. */
export interface PluginReloaded {
  readonly plugin: string;
  /** Of what runs now. */
  readonly version: string;
  readonly durationMs: number;
  /** `kept`: the old one runs on, or again; `error`: nothing runs. */
  readonly outcome: 'ok' | 'kept' | 'error';
}

/** A listener or a timer of a plugin threw or rejected. */
export interface CallbackFailed {
  readonly plugin: string;
  /** The event, or the timer. */
  readonly what: string;
  readonly message: string;
}

/** A plugin tried what it is not granted, and its tier refused it. */
export interface AttemptRefused {
  readonly plugin: string;
  readonly tier: string;
  /** The import, or the thing of Node. */
  readonly what: string;
}

/** A thread or process of plugins is over without having been asked to end. */
export interface GuestLost {
  readonly tier: string;
  readonly plugins: readonly string[];
  readonly reason: string;
}

/** All plugins have had their turn. */
export interface HostStarted {
  readonly started: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
}

const pluginStarted = channel('seaworthy:plugins:plugin-started');
const pluginFailed = channel('seaworthy:plugins:plugin-failed');
const pluginSkipped = channel('seaworthy:plugins:plugin-skipped');
const pluginStopped = channel('seaworthy:plugins:plugin-stopped');
const pluginReloaded = channel('seaworthy:plugins:plugin-reloaded');
const callbackFailed = channel('seaworthy:plugins:callback-failed');
const attemptRefused = channel('seaworthy:plugins:attempt-refused');
const guestLost = channel('seaworthy:plugins:guest-lost');
const hostStarted = channel('seaworthy:plugins:host-started');

/** The names of all channels this package publishes on. */
export const pluginChannels: readonly string[] = [
  'seaworthy:plugins:plugin-started',
  'seaworthy:plugins:plugin-failed',
  'seaworthy:plugins:plugin-skipped',
  'seaworthy:plugins:plugin-stopped',
  'seaworthy:plugins:plugin-reloaded',
  'seaworthy:plugins:callback-failed',
  'seaworthy:plugins:attempt-refused',
  'seaworthy:plugins:guest-lost',
  'seaworthy:plugins:host-started',
];

export function tellPluginStarted(event: PluginStarted): void {
  if (pluginStarted.hasSubscribers) pluginStarted.publish(event);
}

export function tellPluginFailed(event: PluginFailed): void {
  if (pluginFailed.hasSubscribers) pluginFailed.publish(event);
}

export function tellPluginSkipped(event: PluginSkipped): void {
  if (pluginSkipped.hasSubscribers) pluginSkipped.publish(event);
}

export function tellPluginStopped(event: PluginStopped): void {
  if (pluginStopped.hasSubscribers) pluginStopped.publish(event);
}

export function tellPluginReloaded(event: PluginReloaded): void {
  if (pluginReloaded.hasSubscribers) pluginReloaded.publish(event);
}

export function tellCallbackFailed(event: CallbackFailed): void {
  if (callbackFailed.hasSubscribers) callbackFailed.publish(event);
}

export function tellHostStarted(event: HostStarted): void {
  if (hostStarted.hasSubscribers) hostStarted.publish(event);
}

export function tellAttemptRefused(event: AttemptRefused): void {
  if (attemptRefused.hasSubscribers) attemptRefused.publish(event);
}

export function tellGuestLost(event: GuestLost): void {
  if (guestLost.hasSubscribers) guestLost.publish(event);
}
