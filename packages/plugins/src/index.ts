export { createPluginHost } from './host.ts';
export type { HostCommand, PluginHost, PluginStatus } from './host.ts';
export type { PluginHostOptions, PluginsLogger } from './options.ts';
export { definePlugin } from './plugin.ts';
export type { Command, Contribution, ListenerOrder, Plugin, PluginContext, PluginLogger } from './plugin.ts';
export { contributionPoint, event, service } from './refs.ts';
export type { ContributionPoint, EventRef, Service, ServiceRef } from './refs.ts';
export { inline } from './sources.ts';
export type { PluginEntry, PluginSource } from './sources.ts';
export { apiVersion } from './manifest.ts';
export type { PluginManifest } from './manifest.ts';
export type { ResolveProblem } from './resolve.ts';
export type { PluginHealth } from './health.ts';
export type { PluginState } from './unit.ts';
export { PluginErrors } from './errors.ts';
export { pluginChannels } from './events.ts';
export type {
  CallbackFailed,
  HostStarted,
  PluginFailed,
  PluginSkipped,
  PluginStarted,
  PluginStopped,
} from './events.ts';
