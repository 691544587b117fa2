import type { SeaworthyError } from '@seaworthy/errors/define';
import { cloningContext } from './cloning.ts';
import { createContext, type ContextParts } from './context.ts';
import { isThenable, startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import { detailOf, isolate } from './isolate.ts';
import type { OpenedPlugin, PluginCode } from './isolation/tier.ts';
import { load } from './load.ts';
import type { Settings } from './options.ts';
import type { Plugin, PluginContext, PluginLogger } from './plugin.ts';
import { placeOf, timesOf } from './policy.ts';
import type { Owner, Registry } from './registry.ts';
import type { ResolvedPlugin } from './resolve.ts';
import { createScope, type Scope } from './scope.ts';
import { Keeper } from './state.ts';
import { typed } from './typed.ts';

// (1) Time is counted from when this plugin runs, for start and for end.
// (2) onStop runs only after a complete start, onDestroy only after a complete onInit; the undos and the end of what its
//     tier has opened always.
// (3) What a tier opens too late is closed on the spot.
// start -> end     start fails: -> end

type Hook = 'onMigrateConfig' | 'onMigrate' | 'onInit' | 'onStart' | 'onConfigChange' | 'onStop' | 'onDestroy';

/** What a plugin is given, and the `configVersion` it was written for. */
export interface Config {
  readonly value: unknown;
  readonly version: number;
}

export interface LifeParts {
  readonly plugin: ResolvedPlugin;
  readonly owner: Owner;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly logger: PluginLogger;
  readonly config: Config;
  /** Told of the config in its new form. */
  readonly onConfig: (config: Config) => void;
  readonly onCrash: (error: Error) => void;
  readonly onCallbackFailure: (what: string, error: unknown) => void;
  /** Its hooks, when its code is loaded already and is not to be loaded again. */
  readonly loaded?: Plugin | undefined;
}

/** One run of a plugin, from the loading of its code to the last undo. */
export class Life {
  readonly #parts: LifeParts;
  readonly #scope: Scope;
  readonly #contextParts: ContextParts;
  readonly #context: PluginContext;
  #keeper: Keeper | undefined;
  #plugin: Plugin | undefined;
  #opened: OpenedPlugin | undefined;
  #phase: Hook | 'load' = 'load';
  #startedAt = 0;
  #done: 'nothing' | 'init' | 'start' = 'nothing';

  constructor(parts: LifeParts) {
    const { plugin, owner, registry, logger, onCallbackFailure, loaded } = parts;
    this.#parts = parts;
    this.#plugin = loaded ?? plugin.plugin;
    this.#scope = createScope((error) => onCallbackFailure('undo', error));
    this.#contextParts = {
      owner,
      config: parts.config.value,
      state: () => this.#state(),
      logger,
      scope: this.#scope,
      registry,
      declared: plugin.after,
      permissions: plugin.manifest.permissions,
      onCallbackFailure,
    };
    const context = createContext(this.#contextParts);
    const { clone, policy } = parts.settings;
    const isElsewhere = plugin.code !== undefined && placeOf(plugin.manifest, policy) !== 'inline';
    this.#context = clone && !isElsewhere && !plugin.manifest.inlineOnly ? cloningContext(context) : context;
  }

  /** What is running, or ran last. */
  get phase(): string {
    return this.#phase;
  }

  /** Its hooks, once its code is loaded. */
  get loaded(): Plugin | undefined {
    return this.#plugin;
  }

  /** Loads its code and runs nothing of it yet. @throws what went wrong; `end` has to be called even so */
  async open(signal: AbortSignal): Promise<void> {
    const { code } = this.#parts.plugin;
    this.#startedAt = performance.now();
    if (code && !this.#plugin) await this.#inTime(() => this.#load(code, signal), signal);
  }

  /** Loads the plugin, unless it is, and runs its hooks. @throws what went wrong; `end` has to be called even so */
  async start(signal: AbortSignal): Promise<void> {
    const { plugin } = this.#parts;
    // Of most plugins the application has the code already: nothing is to be awaited for them.
    if (plugin.code) await this.open(signal);
    else this.#startedAt = performance.now();
    const { stateVersion, configVersion = 1 } = plugin.manifest;
    if (this.#parts.config.version !== configVersion) await this.#migrateConfig(configVersion, signal);
    if (stateVersion !== undefined) await this.#migrateState(stateVersion, signal);
    this.#phase = 'onInit';
    // What has answered already needs no promise and no timer: most hooks of most plugins do.
    const initialised = this.#call('onInit');
    if (isThenable(initialised)) await this.#inTime(() => initialised, signal);
    this.#done = 'init';
    this.#phase = 'onStart';
    const started = this.#call('onStart');
    if (isThenable(started)) await this.#inTime(() => started, signal);
    this.#checkPromisedServices();
    this.#done = 'start';
  }

  /** Gives it another config while it runs; answers false when it has no hook for that. @throws what the hook throws */
  async configure(value: unknown, signal: AbortSignal): Promise<boolean> {
    if (!this.#plugin?.onConfigChange) return false;
    const previous = this.#contextParts.config;
    this.#contextParts.config = value;
    this.#startedAt = performance.now();
    this.#phase = 'onConfigChange';
    try {
      await this.#inTime(() => this.#call('onConfigChange', previous), signal);
    } catch (failure) {
      this.#contextParts.config = previous;
      throw this.describe(failure, this.#phase);
    }
    return true;
  }

  async #migrateConfig(version: number, signal: AbortSignal): Promise<void> {
    const { config, owner, settings, onConfig } = this.#parts;
    const { id: plugin } = owner;
    this.#phase = 'onMigrateConfig';
    if (config.version > version) throw new PluginErrors.CONFIG_NEWER({ plugin, found: config.version, version });
    if (!this.#plugin?.onMigrateConfig) {
      throw new PluginErrors.CONFIG_OLDER({ plugin, found: config.version, version });
    }
    await this.#inTime(async () => {
      const value = await this.#call('onMigrateConfig', config.version);
      await settings.onConfigMigrated?.({ plugin, config: value, version });
      this.#contextParts.config = value;
      onConfig({ value, version });
    }, signal);
  }

  async #migrateState(version: number, signal: AbortSignal): Promise<void> {
    const { id: plugin } = this.#parts.owner;
    this.#phase = 'onMigrate';
    const state = this.#state();
    const found = await state.olderVersion();
    if (found === undefined) return;
    if (!this.#plugin?.onMigrate) throw new PluginErrors.STATE_OLDER({ plugin, found, version });
    await state.migrate(found, () => this.#inTime(() => this.#call('onMigrate', found), signal));
  }

  #state(): Keeper {
    const { owner, plugin, settings } = this.#parts;
    const version = plugin.manifest.stateVersion ?? 1;
    this.#keeper ??= new Keeper({ store: settings.state, plugin: owner.id, version });
    return this.#keeper;
  }

  #inTime<T>(work: () => T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
    const { plugin, settings } = this.#parts;
    const { startTimeoutMs: timeoutMs } = timesOf(plugin.manifest, plugin.code, settings);
    const late = (): Error => this.#late('START_TIMEOUT', this.#phase, timeoutMs);
    return within(work, { deadline: startDeadline(timeoutMs, this.#startedAt), signal, late });
  }

  /** Undoes everything, whatever fails, and returns what went wrong. A plugin that `isLost` has no hooks left to run. */
  async end(why: unknown, { isLost = false }: { readonly isLost?: boolean } = {}): Promise<readonly SeaworthyError[]> {
    const { plugin, settings } = this.#parts;
    const deadline = startDeadline(timesOf(plugin.manifest, plugin.code, settings).stopTimeoutMs);
    const failures: SeaworthyError[] = [];
    const attempt = async (phase: string, task: () => unknown): Promise<void> => {
      const late = (): Error => this.#late('STOP_TIMEOUT', phase, deadline.timeoutMs);
      await within(task, { deadline, late }).catch((error: unknown) => failures.push(this.describe(error, phase)));
    };
    this.#scope.abort(why);
    if (!isLost && this.#done === 'start') await attempt('onStop', () => this.#call('onStop'));
    if (!isLost && this.#done !== 'nothing') await attempt('onDestroy', () => this.#call('onDestroy'));
    const lateUndo = (): Error => this.#late('STOP_TIMEOUT', 'an undo', deadline.timeoutMs);
    const undone = await this.#scope.close(deadline, lateUndo);
    for (const error of undone) failures.push(this.describe(error, 'an undo'));
    if (this.#keeper) await attempt('its state', () => this.#keeper?.settled());
    await attempt('close', () => this.#opened?.close());
    return failures;
  }

  health(signal: AbortSignal): unknown {
    return this.#plugin?.health?.(signal);
  }

  /** Names the plugin and the phase, unless the error already does. */
  describe(failure: unknown, phase: string): SeaworthyError {
    const { id: plugin } = this.#parts.owner;
    for (const code of named) {
      const known = PluginErrors[code];
      if (known.is(failure) && failure.params.plugin === plugin) return failure;
    }
    return new PluginErrors.HOOK_FAILED({ plugin, phase, detail: detailOf(failure) }, { cause: failure });
  }

  async #load(code: PluginCode, cancel: AbortSignal): Promise<void> {
    const { settings, logger, onCrash, onCallbackFailure } = this.#parts;
    const signal = AbortSignal.any([cancel, this.#scope.signal]);
    const opened = await load(code, settings, { signal, logger, onCrash });
    if (this.#scope.isAborted) {
      isolate(
        () => opened.close(),
        (error) => onCallbackFailure('close', error),
      );
    } else {
      this.#opened = opened;
      this.#plugin = opened.plugin;
    }
  }

  #call(hook: Hook, ...args: readonly unknown[]): unknown {
    const own = typed<((context: PluginContext, ...more: readonly unknown[]) => unknown) | undefined>(
      this.#plugin?.[hook],
    );
    return own?.call(this.#plugin, this.#context, ...args);
  }

  #checkPromisedServices(): void {
    const { plugin, owner, registry } = this.#parts;
    for (const service of plugin.manifest.provides ?? []) {
      const provided = registry.service(service);
      if (provided?.owner === owner && !provided.isPromised) continue;
      throw new PluginErrors.SERVICE_NOT_PROVIDED({ plugin: owner.id, service });
    }
  }

  #late(code: 'START_TIMEOUT' | 'STOP_TIMEOUT', phase: string, timeoutMs: number): Error {
    const awaits = Array.from(this.#contextParts.pending ?? [], ({ what }) => what).join(', ') || 'its own work';
    return new PluginErrors[code]({ plugin: this.#parts.owner.id, phase, timeoutMs, awaits });
  }
}

/** Errors that already say which plugin and what part of its life. */
const named = [
  'START_TIMEOUT',
  'STOP_TIMEOUT',
  'SERVICE_NOT_PROVIDED',
  'TIER_MISSING',
  'TIER_REFUSED',
  'ENTRY_MISSING',
  'ENTRY_OUTSIDE',
  'NOT_A_PLUGIN',
  'CODE_CHANGED',
  'INDEX_STALE',
  'STATE_NEWER',
  'STATE_OLDER',
  'STATE_UNREADABLE',
  'STATE_LOCKED',
  'STATE_CHANGED',
  'CONFIG_NEWER',
  'CONFIG_OLDER',
] as const;
