import type { CallOptions } from './hooks.ts';
import type { GuestResponse } from './isolation/guest-fetch.ts';
import type { ContributionPoint, EventRef, HookRef, Service, ServiceRef } from './refs.ts';
import type { PluginStore } from './state.ts';

/** What a plugin does in its life; every hook is optional. */
export interface Plugin<Config = unknown> {
  /**
   * Brings `ctx.state` from an older version to `stateVersion` of the manifest; runs before `onInit`. Nothing of it is kept
   * unless all of it succeeds.
   */
  onMigrate?(ctx: PluginContext<Config>, fromVersion: number): unknown;
  /**
   * Answers with the config in the form of `configVersion`; `ctx.config` is the older one. Runs before everything else.
   */
  onMigrateConfig?(ctx: PluginContext, fromVersion: number): unknown;
  /** Registers services, commands, listeners and contributions; all dependencies have started. */
  onInit?(ctx: PluginContext<Config>): unknown;
  /** Begins work. */
  onStart?(ctx: PluginContext<Config>): unknown;
  /** `ctx.config` is another one now. Without this hook the plugin is stopped and started instead. */
  onConfigChange?(ctx: PluginContext<Config>, previous: Config): unknown;
  /** Ends work; runs only if `onStart` finished. All dependants have stopped. */
  onStop?(ctx: PluginContext<Config>): unknown;
  /** Runs last, if `onInit` finished; what was registered is still there. */
  onDestroy?(ctx: PluginContext<Config>): unknown;
  /** Throwing means down; a returned object is shown as details. */
  health?(signal: AbortSignal): unknown;
}

/** Fields first, then the message. */
export interface PluginLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A command that a plugin offers to the application. */
export interface Command {
  readonly id: string;
  /** What it does, in a few words, for lists and help. */
  readonly title?: string;
  run(args: unknown, options: { readonly signal: AbortSignal }): unknown;
}

/** Where a listener stands among the others of the same event. */
export type ListenerOrder = 'pre' | 'normal' | 'post';

/** A value and the plugin it comes from. */
export interface Contribution<T> {
  readonly plugin: string;
  readonly value: T;
}

/** What `ctx.fetch` is given, besides the address. */
export interface FetchOptions {
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** For all of it, redirects and body included. @default 30000 */
  readonly timeoutMs?: number;
}

/** What `ctx.fetch` answers with; the body is there already, at most 32 MB of it. */
export type PluginResponse = GuestResponse;

/**
 * What a plugin may do with its host.
 *
 * Each registration returns its undo, and is undone when the plugin is unloaded. After that every method throws
 * `CONTEXT_CLOSED`.
 */
export interface PluginContext<Config = unknown> {
  readonly id: string;
  readonly config: Config;
  readonly logger: PluginLogger;
  /** What the plugin keeps beyond its own run. */
  readonly state: PluginStore;
  /** Aborted when the plugin begins to stop, or when its start failed. */
  readonly signal: AbortSignal;
  /** Offers a service. @throws SERVICE_TAKEN */
  provide<T>(ref: ServiceRef<T>, implementation: NoInfer<T>): Disposable;
  /**
   * Takes a service of a declared dependency.
   *
   * @param range Semver range that the version of the providing plugin must satisfy.
   * @throws SERVICE_MISSING, SERVICE_UNDECLARED, SERVICE_VERSION
   */
  use<T>(ref: ServiceRef<T>, range?: string): Service<T>;
  /** Whether `use` would find the service: for optional dependencies. */
  has<T>(ref: ServiceRef<T>, range?: string): boolean;
  /** Adds a value to a contribution point. */
  contribute<T>(point: ContributionPoint<T>, value: NoInfer<T>): Disposable;
  /** What all plugins have contributed so far, in dependency order, then by id. */
  contributions<T>(point: ContributionPoint<T>): readonly Contribution<T>[];
  /** Offers a command. @throws COMMAND_TAKEN */
  command(command: Command): Disposable;
  /** Listens to an event; an exception or rejection of the listener reaches nobody else. */
  on<T>(ref: EventRef<T>, listener: (payload: T) => unknown, options?: { readonly order?: ListenerOrder }): Disposable;
  /** Tells all listeners of an event, without waiting for what they start. */
  emit<T>(ref: EventRef<T>, payload: NoInfer<T>): void;
  /** Takes part in a hook; an exception, a rejection or silence of the listener reaches nobody else. */
  on<Payload, Answer>(
    ref: HookRef<Payload, Answer>,
    listener: (payload: Payload) => Answer | undefined | void | Promise<Answer | undefined | void>,
    options?: { readonly order?: ListenerOrder },
  ): Disposable;
  /** Calls the listeners of a hook, in the way of that hook. Rejects only when the signal aborts. */
  call<Payload, Answer>(
    ref: HookRef<Payload, Answer>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Answer>;
  /**
   * Fetches over HTTP what `permissions.net` of the manifest allows, in every tier; also after redirects.
   *
   * @throws FETCH_REFUSED, CALL_TIMEOUT, and what the network fails with
   */
  fetch(url: string | URL, options?: FetchOptions): Promise<PluginResponse>;
  /** Runs when the plugin is unloaded, last in first out. Disposing runs it now. */
  defer(undo: () => unknown): Disposable;
  /** A timer that does not outlive the plugin. */
  setTimeout(task: () => unknown, delayMs: number): Disposable;
  /** A repeating timer that does not outlive the plugin. */
  setInterval(task: () => unknown, everyMs: number): Disposable;
}

/** Types a plugin; it does nothing else. */
export function definePlugin<Config = unknown>(plugin: Plugin<Config>): Plugin<Config> {
  return plugin;
}
