export { createPluginHost } from './host.ts';
export type { HostCommand, PluginHost, PluginStatus } from './host.ts';
export type { MigratedConfig, PluginHostOptions, PluginsLogger } from './options.ts';
export type { BreakerState, PluginBreaker, RestartOptions } from './breaker.ts';
export { definePlugin } from './plugin.ts';
export type {
  Command,
  Contribution,
  FetchOptions,
  ListenerOrder,
  Plugin,
  PluginContext,
  PluginLogger,
  PluginResponse,
} from './plugin.ts';
export { folderState, memoryState } from './state-store.ts';
export type { FolderStateOptions, KeptState, StateChange, StateStore } from './state-store.ts';
export type { PluginStore } from './state.ts';
export { contributionPoint, event, hooks, service } from './refs.ts';
export type { CallOptions } from './hooks.ts';
export type { ContributionPoint, EventRef, HookMode, HookRef, Service, ServiceRef } from './refs.ts';
export { inline } from './sources.ts';
export type { Discovery, PluginEntry, PluginPackage, PluginSource } from './sources.ts';
export { folder, indexFolder } from './folder.ts';
export type { FolderOptions } from './folder.ts';
export { apiVersion } from './manifest.ts';
export type { PluginLimits, PluginManifest, PluginOffers, PluginPermissions } from './manifest.ts';
export type { AuditEntry, AuditTrail, PluginPolicy } from './policy.ts';
export type { Examiner } from './examine.ts';
export type { GrantLimits } from './isolation/limits.ts';
export type { OpenedPlugin, OpenOptions, PluginCode, Tier, TierName } from './isolation/tier.ts';
export { workerTier } from './isolation/worker.ts';
export type { WorkerTierOptions } from './isolation/worker.ts';
export { processTier } from './isolation/process.ts';
export type { ProcessTierOptions } from './isolation/process.ts';
export { wasmTier } from './isolation/wasm.ts';
export type { WasmTierOptions } from './isolation/wasm.ts';
export type { ResolveProblem } from './resolve.ts';
export type { WatchOptions } from './watch-code.ts';
export type { PluginHealth } from './health.ts';
export type { PluginState } from './unit.ts';
export { PluginErrors } from './errors.ts';
export { pluginChannels } from './events.ts';
export type {
  AttemptRefused,
  CallbackFailed,
  GuestLost,
  HostStarted,
  PluginFailed,
  PluginReloaded,
  PluginSkipped,
  PluginStarted,
  PluginStopped,
} from './events.ts';
