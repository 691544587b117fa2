import { boot, stopUnits } from './boot.ts';
import { startDeadline, within } from './deadline.ts';
import { discover } from './discover.ts';
import { PluginErrors } from './errors.ts';
import { checkHealth, type PluginHealth } from './health.ts';
import type { CallOptions } from './hooks.ts';
import { isolate, messageOf } from './isolate.ts';
import { checkOptions, type PluginHostOptions, type Settings } from './options.ts';
import type { Contribution } from './plugin.ts';
import type { ContributionPoint, EventRef, HookRef, Service, ServiceRef } from './refs.ts';
import { createRegistry, type OwnedCommand, type Registry } from './registry.ts';
import { resolvePlugins, type Resolution, type ResolveProblem } from './resolve.ts';
import { accessService } from './service-access.ts';
import { typed } from './typed.ts';
import { Unit, type PluginState } from './unit.ts';

// (1) start, unload and close never overlap; close cancels a running start and then waits for it.
// (2) After a failed start and after close, no plugin runs and nothing is registered.
// (3) The failure of a plugin stops the host only if the plugin is required.

/** One line of `host.status()`. */
export interface PluginStatus {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** How many of its listeners, timers and undos have failed; nobody else noticed. */
  readonly callbackFailures: number;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Why it was skipped or stopped. */
  readonly reason?: string;
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
  /** Starts all plugins. Calling it again returns the same promise. @throws REQUIRED_FAILED, HOST_CLOSED */
  start(): Promise<void>;
  /** All plugins in dependency order, then by id. */
  status(): readonly PluginStatus[];
  /** Commands of all plugins, in dependency order, then by id. */
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
  /** Stops all plugins; calling it again returns the same promise. @throws TEARDOWN_FAILED, after all have stopped */
  close(): Promise<void>;
}

/**
 * Discovers plugins and puts them in order; none of their code runs before `start()`.
 *
 * @throws INVALID_OPTION; RESOLVE_FAILED with every problem of the manifests.
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

function openHost({ plugins, problems }: Resolution, settings: Settings): PluginHost {
  const registry = createRegistry((owner, event, error) => units.get(owner.id)?.noteCallback(event, error));
  const onCrash = (unit: Unit, error: Error): void =>
    isolate(
      () => inTurn(() => lose(unit, error, units, settings)),
      (failure) => settings.logger.error({ err: failure, plugin: unit.plugin.id }, 'Undoing a lost plugin failed'),
    );
  const surroundings = { registry, settings, onCrash };
  const units = new Map(plugins.map((plugin, index) => [plugin.id, new Unit(plugin, index, surroundings)]));
  const cancel = new AbortController();
  let starting: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    return turn;
  };
  const abort = (): void => isolate(close, (error) => settings.logger.error({ err: error }, 'Closing the host failed'));

  const stopAll = async (reason: string): Promise<void> => {
    settings.signal?.removeEventListener('abort', abort);
    try {
      await stopUnits(units, [...units.values()], () => reason, settings);
    } finally {
      await closeTiers(settings);
    }
  };

  async function bootOrClose(): Promise<void> {
    const failure = await boot(units, problems, settings, cancel);
    if (!failure) return;
    // The reason of the failed start is worth more than how the clean-up went; that is logged.
    if (!closing) await stopAll('the host failed to start').catch(() => {});
    throw failure;
  }

  function close(): Promise<void> {
    closing ??= shutDown();
    return closing;
  }

  function shutDown(): Promise<void> {
    cancel.abort(new PluginErrors.HOST_CLOSED());
    return inTurn(() => stopAll('the host was closed'));
  }

  settings.signal?.addEventListener('abort', abort, { once: true });
  if (settings.signal?.aborted) abort();
  return {
    problems,
    ...readers(registry, units),
    start() {
      if (closing) return Promise.reject(new PluginErrors.HOST_CLOSED());
      starting ??= inTurn(bootOrClose);
      return starting;
    },
    unload: (id) => inTurn(() => unload(id, units, settings)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readers(
  registry: Registry,
  units: ReadonlyMap<string, Unit>,
): Omit<PluginHost, 'problems' | 'start' | 'unload' | 'close' | typeof Symbol.asyncDispose> {
  return {
    status: () => Array.from(units.values(), statusOf),
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
    health: (options) => checkHealth([...units.values()], options),
  };
}

function statusOf({ plugin, state, error, reason, callbackFailures }: Unit): PluginStatus {
  return {
    id: plugin.id,
    version: plugin.version,
    state,
    callbackFailures,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(reason !== undefined && { reason }),
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

function unload(id: string, units: Units, settings: Settings): Promise<void> {
  if (!units.has(id)) {
    throw new PluginErrors.UNKNOWN_PLUGIN({ plugin: id, known: [...units.keys()].join(', ') || 'none' });
  }
  const blame = blameDependants(id, 'was unloaded', units);
  return stopUnits(units, affectedBy(blame, units), reasonIn(blame, 'it was unloaded'), settings);
}

/** Stops those that need a plugin that was lost, then undoes what it had registered. */
async function lose(lost: Unit, error: Error, units: Units, settings: Settings): Promise<void> {
  if (lost.state !== 'started') return;
  const blame = blameDependants(lost.plugin.id, 'was lost', units);
  const dependants = affectedBy(blame, units).filter((unit) => unit !== lost);
  try {
    await stopUnits(units, dependants, reasonIn(blame, 'it was lost'), settings);
  } finally {
    await lost.lose(error);
  }
}

type Units = ReadonlyMap<string, Unit>;

/** Why each plugin has to stop that cannot run without the given one; units are in dependency order. */
function blameDependants(id: string, what: string, units: Units): ReadonlyMap<string, string> {
  const blame = new Map([[id, `it ${what}`]]);
  for (const { plugin } of units.values()) {
    const gone = plugin.needs.find((other) => blame.has(other));
    if (gone !== undefined && !blame.has(plugin.id)) blame.set(plugin.id, `it needs "${gone}", which ${what}`);
  }
  return blame;
}

function affectedBy(blame: ReadonlyMap<string, string>, units: Units): readonly Unit[] {
  return [...units.values()].filter(({ plugin }) => blame.has(plugin.id));
}

function reasonIn(blame: ReadonlyMap<string, string>, otherwise: string): (unit: Unit) => string {
  return ({ plugin }) => blame.get(plugin.id) ?? otherwise;
}

/** @throws TEARDOWN_FAILED, after all have been closed */
async function closeTiers({ tiers, stopTimeoutMs }: Settings): Promise<void> {
  const failures: string[] = [];
  const closing = Array.from(tiers.values(), async (tier) => {
    const late = (): Error => new DOMException(`it did not end within ${stopTimeoutMs} ms`, 'TimeoutError');
    const task = within(() => tier.close?.(), { deadline: startDeadline(stopTimeoutMs), late });
    await task.catch((error: unknown) =>
      failures.push(`- The tier "${tier.name}" failed to close: ${messageOf(error)}`),
    );
  });
  await Promise.all(closing);
  if (failures.length === 0) return;
  throw new PluginErrors.TEARDOWN_FAILED({ count: failures.length, list: failures.join('\n') });
}
