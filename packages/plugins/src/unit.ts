import type { SeaworthyError } from '@seaworthy/errors/define';
import { createContext } from './context.ts';
import { startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import {
  tellCallbackFailed,
  tellPluginFailed,
  tellPluginSkipped,
  tellPluginStarted,
  tellPluginStopped,
} from './events.ts';
import { messageOf } from './isolate.ts';
import { boundLogger, type Settings } from './options.ts';
import type { PluginContext, PluginLogger } from './plugin.ts';
import type { Owner, Registry } from './registry.ts';
import type { ResolvedPlugin } from './resolve.ts';
import { createScope, type Scope } from './scope.ts';
import type { PendingCalls } from './service-access.ts';

// (1) start() and stop() never reject: what went wrong is in `error` and `teardownFailures`.
// (2) A start that fails undoes everything it had registered before it is reported.
// (3) onStop runs only after a complete start, onDestroy only after a complete onInit, the undos always.
// (4) Time is counted from when this plugin runs, for start and for stop.
// waiting -> starting -> started -> stopping -> stopped     waiting -> skipped     starting -> failed | stopped

export type PluginState = 'waiting' | 'starting' | 'started' | 'failed' | 'skipped' | 'stopping' | 'stopped';

type Hook = 'onInit' | 'onStart' | 'onStop' | 'onDestroy';

/** One plugin at run time. */
export class Unit {
  readonly plugin: ResolvedPlugin;
  readonly #settings: Settings;
  readonly #registry: Registry;
  readonly #owner: Owner;
  readonly #logger: PluginLogger;
  readonly #scope: Scope;
  readonly #context: PluginContext;
  readonly #pending: PendingCalls = new Set();
  readonly #teardownFailures: SeaworthyError[] = [];
  #state: PluginState = 'waiting';
  #phase: Hook = 'onInit';
  #isInitialised = false;
  #error: SeaworthyError | undefined;
  #reason: string | undefined;

  constructor(plugin: ResolvedPlugin, index: number, registry: Registry, settings: Settings) {
    const { id, version, entry, after: declared } = plugin;
    const onCallbackFailure = (what: string, error: unknown): void => this.#noteCallback(what, error);
    this.plugin = plugin;
    this.#settings = settings;
    this.#registry = registry;
    this.#owner = { id, version, index };
    this.#logger = boundLogger(settings.logger, { plugin: id });
    this.#scope = createScope((error) => onCallbackFailure('undo', error));
    this.#context = createContext({
      owner: this.#owner,
      config: entry.config,
      logger: this.#logger,
      scope: this.#scope,
      registry,
      pending: this.#pending,
      declared,
      onCallbackFailure,
    });
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Why it failed. */
  get error(): SeaworthyError | undefined {
    return this.#error;
  }

  /** Why it was skipped or stopped. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** What went wrong while undoing, of a failed start or of a stop. */
  get teardownFailures(): readonly SeaworthyError[] {
    return this.#teardownFailures;
  }

  skip(reason: string): void {
    const { id: plugin, version } = this.#owner;
    this.#state = 'skipped';
    this.#reason = reason;
    this.#logger.warn({ reason }, 'The plugin is skipped');
    tellPluginSkipped({ plugin, version, reason });
  }

  async start(cancel: AbortSignal): Promise<void> {
    const { id: plugin, version } = this.#owner;
    const startedAt = performance.now();
    this.#state = 'starting';
    try {
      await this.#runStartHooks(cancel);
      this.#checkPromisedServices();
    } catch (failure) {
      if (cancel.aborted && failure === cancel.reason) await this.#giveUp(failure);
      else await this.#fail(failure, startedAt);
      return;
    }
    this.#state = 'started';
    tellPluginStarted({ plugin, version, durationMs: performance.now() - startedAt });
  }

  /** Does nothing unless the plugin has started. */
  async stop(reason: string): Promise<void> {
    if (this.#state !== 'started') return;
    const { id: plugin, version } = this.#owner;
    const stoppedAt = performance.now();
    this.#state = 'stopping';
    await this.#undo(new DOMException(`The plugin is stopped: ${reason}.`, 'AbortError'), ['onStop', 'onDestroy']);
    this.#state = 'stopped';
    this.#reason = reason;
    const isHung = this.#teardownFailures.some((failure) => PluginErrors.STOP_TIMEOUT.is(failure));
    const outcome = isHung ? 'hung' : this.#teardownFailures.length > 0 ? 'error' : 'ok';
    tellPluginStopped({ plugin, version, durationMs: performance.now() - stoppedAt, outcome });
  }

  async #runStartHooks(signal: AbortSignal): Promise<void> {
    const deadline = startDeadline(this.plugin.entry.manifest.startTimeoutMs ?? this.#settings.startTimeoutMs);
    const { timeoutMs } = deadline;
    for (const phase of ['onInit', 'onStart'] as const) {
      this.#phase = phase;
      const late = (): Error =>
        new PluginErrors.START_TIMEOUT({ plugin: this.#owner.id, phase, timeoutMs, awaits: this.#awaits() });
      await within(() => this.#call(phase), { deadline, signal, late });
      this.#isInitialised = true;
    }
  }

  #checkPromisedServices(): void {
    for (const service of this.plugin.entry.manifest.provides ?? []) {
      if (this.#registry.service(service)?.owner === this.#owner) continue;
      throw new PluginErrors.SERVICE_NOT_PROVIDED({ plugin: this.#owner.id, service });
    }
  }

  async #giveUp(reason: unknown): Promise<void> {
    this.#reason = messageOf(reason);
    await this.#undo(reason, this.#isInitialised ? ['onDestroy'] : []);
    this.#state = 'stopped';
  }

  async #fail(failure: unknown, startedAt: number): Promise<void> {
    const { id: plugin, version } = this.#owner;
    const phase = this.#phase;
    const error = this.#describe(phase, failure);
    this.#error = error;
    await this.#undo(error, this.#isInitialised ? ['onDestroy'] : []);
    this.#state = 'failed';
    this.#logger.error({ err: error, phase }, 'The plugin failed to start and is left out');
    const { code, message } = error;
    tellPluginFailed({ plugin, version, phase, code, message, durationMs: performance.now() - startedAt });
  }

  async #undo(why: unknown, hooks: readonly Hook[]): Promise<void> {
    const deadline = startDeadline(this.plugin.entry.manifest.stopTimeoutMs ?? this.#settings.stopTimeoutMs);
    const { timeoutMs } = deadline;
    const lateIn = (phase: string) => (): Error =>
      new PluginErrors.STOP_TIMEOUT({ plugin: this.#owner.id, phase, timeoutMs, awaits: this.#awaits() });
    this.#scope.abort(why);
    for (const hook of hooks) {
      const task = within(() => this.#call(hook), { deadline, late: lateIn(hook) });
      await task.catch((failure: unknown) => this.#noteTeardown(hook, failure));
    }
    const failures = await this.#scope.close(deadline, lateIn('an undo'));
    for (const failure of failures) this.#noteTeardown('an undo', failure);
  }

  #call(hook: Hook): unknown {
    return this.plugin.entry.plugin[hook]?.(this.#context);
  }

  #awaits(): string {
    return Array.from(this.#pending, ({ what }) => what).join(', ') || 'its own work';
  }

  #noteTeardown(phase: string, failure: unknown): void {
    const error = this.#describe(phase, failure);
    this.#teardownFailures.push(error);
    this.#logger.error({ err: error, phase }, 'The plugin failed to stop cleanly');
  }

  #noteCallback(what: string, error: unknown): void {
    this.#logger.error({ err: error, what }, 'A callback of the plugin failed');
    tellCallbackFailed({ plugin: this.#owner.id, what, message: messageOf(error) });
  }

  /** Names the plugin and the phase, unless the error already does. */
  #describe(phase: string, failure: unknown): SeaworthyError {
    const { START_TIMEOUT, STOP_TIMEOUT, SERVICE_NOT_PROVIDED, HOOK_FAILED } = PluginErrors;
    const { id: plugin } = this.#owner;
    for (const known of [START_TIMEOUT, STOP_TIMEOUT, SERVICE_NOT_PROVIDED]) {
      if (known.is(failure) && failure.params.plugin === plugin) return failure;
    }
    return new HOOK_FAILED({ plugin, phase, detail: messageOf(failure) }, { cause: failure });
  }
}
