import type { PluginBreaker } from './breaker.ts';
import { discover } from './discover.ts';
import { PluginErrors } from './errors.ts';
import { checkHealth, type PluginHealth } from './health.ts';
import type { CallOptions } from './hooks.ts';
import { checkOptions, type PluginHostOptions, type Settings } from './options.ts';
import type { Contribution } from './plugin.ts';
import type { ContributionPoint, EventRef, HookRef, Service, ServiceRef } from './refs.ts';
import type { OwnedCommand } from './registry.ts';
import { resolvePlugins, type Resolution, type ResolveProblem } from './resolve.ts';
import { Running } from './running.ts';
import { accessService } from './service-access.ts';
import { typed } from './typed.ts';
import type { PluginState, Unit } from './unit.ts';

/** One line of `host.status()`. */
export interface PluginStatus {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** How many of its listeners, timers and undos have failed; nobody else noticed. */
  readonly callbackFailures: number;
  /** How long its last start took, also one that failed, or takes until now; not there as long as it was never started. */
  readonly startDurationMs?: number;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Why it was skipped or stopped. */
  readonly reason?: string;
  /** Not there as long as it has never failed, or has run long enough since. */
  readonly breaker?: PluginBreaker;
}

/** A command of a plugin, ready to run. */
export interface HostCommand {
  readonly id: string;
  readonly plugin: string;
  readonly title?: string;
  /** Rejects as the command does; the signal also aborts when the plugin stops. */
  run(args?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
}

export interface PluginHost extends AsyncDisposable {
  /** What did not fit together; empty unless `onProblems` is `'skip'`. */
  readonly problems: readonly ResolveProblem[];
  /** Aborts when the host closes: with REQUIRED_FAILED when a required plugin was lost and did not come back. */
  readonly signal: AbortSignal;
  /** Starts all plugins that do not wait to be asked for (`activation`). Calling it again returns the same promise. @throws REQUIRED_FAILED, HOST_CLOSED */
  start(): Promise<void>;
  /** All plugins in dependency order, then by id. */
  status(): readonly PluginStatus[];
  /** Commands of all plugins, of those that wait too, in dependency order, then by id. */
  commands(): readonly HostCommand[];
  /** Values of a contribution point, in dependency order, then by id. */
  contributions<T>(point: ContributionPoint<T>): readonly Contribution<T>[];
  /** A service of a running plugin. @throws SERVICE_MISSING, SERVICE_VERSION */
  service<T>(ref: ServiceRef<T>, range?: string): Service<T>;
  /** Tells all listeners of an event, without waiting for what they start. */
  emit<T>(ref: EventRef<T>, payload: NoInfer<T>): void;
  /** Calls the listeners of a hook, in the way of that hook. Rejects only when the signal aborts. */
  call<Payload, Answer>(
    ref: HookRef<Payload, Answer>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Answer>;
  /** `emit` for one event, for code that emits it very often: nothing is looked up. */
  emitter<T>(ref: EventRef<T>): (payload: T) => void;
  /** `call` for one hook, for code that calls it very often. */
  caller<Payload, Answer>(ref: HookRef<Payload, Answer>): (payload: Payload, options?: CallOptions) => Promise<Answer>;
  /** Asks every running plugin for its health. */
  health(options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<readonly PluginHealth[]>;
  /** Stops a plugin and those that need it. @throws UNKNOWN_PLUGIN, TEARDOWN_FAILED */
  unload(id: string): Promise<void>;
  /**
   * Reads the manifest and the code of a plugin on disk again, and restarts it and those that need it: for development.
   * Its dependencies may be others than before; of those that come after it the ones whose manifest has changed are reloaded with
   * it. When the manifests do not fit together any more, the error has all problems, and what ran runs on.
   *
   * Its new code is loaded before the old one stops. When that fails the old one runs on; when the new one does not start,
   * the old one is started again in the tier `inline`, and nothing runs elsewhere: the message says which. Node keeps the old
   * modules in memory as long as the process runs; the other tiers start anew.
   *
   * @throws UNKNOWN_PLUGIN, RELOAD_REFUSED, RELOAD_FAILED
   */
  reload(id: string): Promise<void>;
  /**
   * Gives a plugin another config, in the form of its `configVersion`. A running one hears of it by `onConfigChange`, or is stopped
   * and started, with those that need it. When the hook fails the plugin has its former config.
   *
   * @throws UNKNOWN_PLUGIN, HOST_CLOSED, and what the plugin fails with
   */
  configure(id: string, config: unknown): Promise<void>;
  /** Stops all plugins; calling it again returns the same promise. @throws TEARDOWN_FAILED, after all have stopped */
  close(): Promise<void>;
}

/**
 * Discovers plugins and puts them in order; none of their code runs before `start()`.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION; RESOLVE_FAILED with every problem of the manifests.
 */
export async function createPluginHost(options: PluginHostOptions): Promise<PluginHost> {
  const settings = checkOptions(options);
  settings.signal?.throwIfAborted();
  const { entries, problems } = await discover(settings);
  const resolved = resolvePlugins(entries);
  const resolution = { ...resolved, problems: [...problems, ...resolved.problems] };
  if (mustReject(resolution, settings)) {
    const list = resolution.problems.map(({ message }) => `- ${message}`).join('\n');
    throw new PluginErrors.RESOLVE_FAILED({ list, problems: resolution.problems });
  }
  return openHost(resolution, settings);
}

function mustReject({ plugins, problems }: Resolution, { onProblems }: Settings): boolean {
  if (onProblems === 'reject') return problems.length > 0;
  const required = plugins.filter(({ manifest }) => manifest.failure === 'required');
  return problems.some((problem) => required.some(({ id }) => problem.plugins.includes(id)));
}

function openHost(resolution: Resolution, settings: Settings): PluginHost {
  const running = new Running(resolution, settings);
  const close = (): Promise<void> => running.close();
  return {
    problems: resolution.problems,
    signal: running.gone,
    ...readers(running),
    start: () => running.start(),
    unload: (id) => running.unload(id),
    reload: (id) => running.reload(id),
    configure: (id, config) => running.configure(id, config),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readers(
  running: Running,
): Pick<
  PluginHost,
  'status' | 'commands' | 'contributions' | 'service' | 'emit' | 'call' | 'emitter' | 'caller' | 'health'
> {
  const { registry } = running;
  return {
    status: () => Array.from(running.units.values(), statusOf),
    commands: () => registry.commands().map(runnable),
    contributions<T>(point: ContributionPoint<T>) {
      return typed<readonly Contribution<T>[]>(registry.contributions(point.id));
    },
    service: (ref, range) => accessService(ref, registry, { range }),
    emit: (ref, payload) => registry.hook(ref.id).notify(payload),
    async call<Payload, Answer>(ref: HookRef<Payload, Answer>, payload: Payload, options?: CallOptions) {
      return typed<Answer>(await registry.hook(ref.id)[ref.mode](payload, options));
    },
    emitter({ id }) {
      const hook = registry.hook(id);
      return (payload) => hook.notify(payload);
    },
    caller<Payload, Answer>({ id, mode }: HookRef<Payload, Answer>) {
      return typed<(payload: Payload, options?: CallOptions) => Promise<Answer>>(registry.hook(id).caller(mode));
    },
    health: (options) => checkHealth([...running.units.values()], options),
  };
}

function statusOf({ plugin, state, error, reason, callbackFailures, startDurationMs, breaker }: Unit): PluginStatus {
  const broken = breaker.status();
  return {
    id: plugin.id,
    version: plugin.version,
    state,
    callbackFailures,
    ...(startDurationMs !== undefined && { startDurationMs }),
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(reason !== undefined && { reason }),
    ...(broken && { breaker: broken }),
  };
}

function runnable({ owner, command, scope }: OwnedCommand): HostCommand {
  const { id, title } = command;
  return {
    id,
    plugin: owner.id,
    ...(title !== undefined && { title }),
    async run(args, { signal } = {}) {
      const { signal: stopped } = scope;
      const either = signal ? AbortSignal.any([signal, stopped]) : stopped;
      either.throwIfAborted();
      return await command.run(args, { signal: either });
    },
  };
}
