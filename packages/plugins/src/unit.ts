// Over 300 lines: the states of one plugin, whose changes are only safe when they are read together.
import type { SeaworthyError } from '@seaworthy/errors/define';
import { Breaker } from './breaker.ts';
import { startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import {
  tellCallbackFailed,
  tellPluginFailed,
  tellPluginSkipped,
  tellPluginStarted,
  tellPluginStopped,
} from './events.ts';
import { examineCode } from './examine.ts';
import { detailOf, isolate, messageOf } from './isolate.ts';
import { Life, type Config } from './life.ts';
import { boundLogger, type Settings } from './options.ts';
import type { Plugin, PluginLogger } from './plugin.ts';
import { placeOf, timesOf, type AuditEntry } from './policy.ts';
import type { Owner, Registry } from './registry.ts';
import type { ResolvedPlugin } from './resolve.ts';

// (1) No method rejects: what went wrong is in `error` and `teardownFailures`.
// (2) A start that fails undoes everything it had registered before it is reported.
// (3) A plugin that was refused never runs.
// (4) A plugin that is dormant has no code loaded, and nothing registered but what others promise for it.
// waiting -> starting -> started -> stopping -> stopped     waiting -> skipped | failed     starting -> failed | stopped
// started -> stopping -> failed when the plugin was lost    waiting -> dormant -> starting
// failed | skipped | stopped -> starting | dormant when it is started again

/** Where a plugin is in its life; `dormant` waits to be asked for. */
export type PluginState =
  'waiting' | 'dormant' | 'starting' | 'started' | 'failed' | 'skipped' | 'stopping' | 'stopped';

/** What units share. */
export interface Surroundings {
  readonly registry: Registry;
  readonly settings: Settings;
  /** Told when a running plugin was lost; the host then calls `lose`. */
  readonly onCrash: (unit: Unit, error: Error) => void;
  /** Told of each failure, when everything is undone. */
  readonly onFailed: (unit: Unit, error: SeaworthyError) => void;
}

/** A plugin that is loaded and does not run yet. */
export interface Prepared {
  readonly plugin: ResolvedPlugin;
  readonly owner: Owner;
  readonly life: Life;
}

/** One plugin at run time. */
export class Unit {
  readonly #surroundings: Surroundings;
  #breaker: Breaker | undefined;
  #boundLogger: PluginLogger | undefined;
  #plugin: ResolvedPlugin;
  #config: Config | undefined;
  #owner: Owner;
  #teardownFailures: readonly SeaworthyError[] = [];
  #life: Life | undefined;
  #state: PluginState = 'waiting';
  #error: SeaworthyError | undefined;
  #reason: string | undefined;
  #isHeld = false;
  #onAwake: (() => void) | undefined;
  #starting: Promise<void> | undefined;
  #callbackFailures = 0;
  #startedAt: number | undefined;
  #startDurationMs: number | undefined;
  #index: number;

  constructor(plugin: ResolvedPlugin, index: number, surroundings: Surroundings) {
    const { id, version } = plugin;
    this.#plugin = plugin;
    this.#surroundings = surroundings;
    this.#index = index;
    // It is asked through the owner, of which there is one for each version.
    this.#owner = { id, version, place: this };
  }

  /** Its place in the order of all plugins. */
  get index(): number {
    return this.#index;
  }

  /** A reload has changed the order. */
  moveTo(index: number): void {
    this.#index = index;
  }

  get plugin(): ResolvedPlugin {
    return this.#plugin;
  }

  // Of a thousand plugins most never fail and say nothing.
  get breaker(): Breaker {
    this.#breaker ??= new Breaker(this.#surroundings.settings.restart);
    return this.#breaker;
  }

  get #logger(): PluginLogger {
    this.#boundLogger ??= boundLogger(this.#surroundings.settings.logger, { plugin: this.#owner.id });
    return this.#boundLogger;
  }

  get owner(): Owner {
    return this.#owner;
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Whether it runs, or will once it is asked for. */
  get isThere(): boolean {
    return this.#state === 'started' || this.#state === 'dormant';
  }

  /** Whether it does not run only because one that it needs does not. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The start that is going on; it never rejects. */
  get starting(): Promise<void> | undefined {
    return this.#starting;
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

  /** How long its last start took, or takes until now; nothing as long as it was never started. */
  get startDurationMs(): number | undefined {
    return this.#startedAt === undefined ? this.#startDurationMs : performance.now() - this.#startedAt;
  }

  /** How many of its listeners, timers and undos have failed. */
  get callbackFailures(): number {
    return this.#callbackFailures;
  }

  /** A listener, a timer or an undo of the plugin failed; nobody else is to notice. */
  noteCallback(what: string, error: unknown): void {
    this.#callbackFailures += 1;
    this.#logger.error({ err: error, what }, 'A callback of the plugin failed');
    tellCallbackFailed({ plugin: this.#owner.id, what, message: messageOf(error) });
  }

  /** Leaves it out; with `isHeld` only until what it needs is there. */
  skip(reason: string, { isHeld = false }: { readonly isHeld?: boolean } = {}): void {
    const { id: plugin, version } = this.#owner;
    this.#state = 'skipped';
    this.#awake();
    this.#isHeld = isHeld;
    this.#reason = reason;
    this.#logger.warn({ reason }, 'The plugin is skipped');
    this.#audit('skipped', { reason });
    tellPluginSkipped({ plugin, version, reason });
  }

  /** It does not come back with what it needs: it was left out on purpose. */
  letGo(): void {
    this.#isHeld = false;
  }

  /** Lets it wait until it is asked for; `onAwake` is called when that is over, one way or another. */
  rest(onAwake: () => void = () => {}): void {
    this.#state = 'dormant';
    this.#error = undefined;
    this.#reason = undefined;
    this.#isHeld = false;
    this.#onAwake = onAwake;
  }

  #awake(): void {
    const told = this.#onAwake;
    this.#onAwake = undefined;
    told?.();
  }

  /** Asks the examiners of the policy; a refusal is a failure. */
  async examine(cancel: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#ask(this.#plugin, cancel);
    } catch (failure) {
      if (cancel.aborted) this.skip(messageOf(cancel.reason));
      else this.#report(describeRefusal(this.#owner.id, failure), 'examine', startedAt, 'refused');
    }
  }

  async #ask({ code, manifest }: ResolvedPlugin, cancel: AbortSignal): Promise<void> {
    const { settings } = this.#surroundings;
    const examiners = settings.policy.examiners ?? [];
    if (!code || examiners.length === 0) return;
    const over = new AbortController();
    const signal = AbortSignal.any([cancel, over.signal]);
    const { startTimeoutMs: timeoutMs } = timesOf(manifest, code, settings);
    const deadline = startDeadline(timeoutMs);
    const late = (): Error =>
      new PluginErrors.START_TIMEOUT({ plugin: code.id, phase: 'examine', timeoutMs, awaits: 'its examiners' });
    try {
      await within(() => examineCode(code, examiners, signal), { deadline, signal, late });
    } finally {
      over.abort();
    }
  }

  /** Examines and loads the next version of it beside the one that runs. @throws what went wrong; nothing is left of it */
  async prepare(plugin: ResolvedPlugin, cancel: AbortSignal): Promise<Prepared> {
    const owner = { ...this.#owner, version: plugin.version };
    const life = this.#newLife(plugin, owner);
    try {
      await this.#ask(plugin, cancel);
      await life.open(cancel);
      return { plugin, owner, life };
    } catch (failure) {
      await life.end(failure);
      throw PluginErrors.PLUGIN_REFUSED.is(failure) ? failure : life.describe(failure, life.phase);
    }
  }

  /** What runs, to be started once more when the next version does not; only where its code is still there. */
  remember(): Prepared | undefined {
    const [plugin, owner, loaded] = [this.#plugin, this.#owner, this.#life?.loaded];
    if (!loaded || this.#tier() !== 'inline') return undefined;
    return { plugin, owner, life: this.#newLife(plugin, owner, loaded) };
  }

  /** What was given last, by the source or by the application. */
  #configFor({ config: value, configVersion, manifest }: ResolvedPlugin): Config {
    return this.#config ?? { value, version: configVersion ?? manifest.configVersion ?? 1 };
  }

  /** Gives it another config; answers false when it has to be started again for that. @throws what `onConfigChange` throws */
  async configure(value: unknown, cancel: AbortSignal): Promise<boolean> {
    const isTaken = this.#state !== 'started' || (await this.#life?.configure(value, cancel)) === true;
    this.#config = { value, version: this.#plugin.manifest.configVersion ?? 1 };
    return isTaken;
  }

  /** Takes over the manifest of the next version. */
  renew(plugin: ResolvedPlugin): void {
    this.#awake();
    this.#plugin = plugin;
    this.#owner = { ...this.#owner, version: plugin.version };
  }

  /** Starts it, or what was prepared; it does not run yet. */
  start(cancel: AbortSignal, prepared?: Prepared): Promise<void> {
    if (prepared) {
      this.#plugin = prepared.plugin;
      this.#owner = prepared.owner;
    }
    const start = this.#start(cancel, prepared?.life ?? this.#newLife(this.#plugin, this.#owner));
    this.#starting = start;
    return start;
  }

  async #start(cancel: AbortSignal, life: Life): Promise<void> {
    const { id: plugin, version } = this.#owner;
    const startedAt = performance.now();
    this.#startedAt = startedAt;
    this.#life = life;
    this.#state = 'starting';
    this.#error = undefined;
    this.#reason = undefined;
    this.#isHeld = false;
    try {
      await life.start(cancel);
    } catch (failure) {
      if (cancel.aborted && failure === cancel.reason) await this.#giveUp(life, failure);
      else await this.#fail(life, failure, startedAt);
      return;
    } finally {
      this.#starting = undefined;
      this.#startDurationMs = performance.now() - startedAt;
      this.#startedAt = undefined;
    }
    this.#state = 'started';
    this.#awake();
    this.#breaker?.run();
    this.#audit('loaded', { tier: this.#tier() });
    tellPluginStarted({ plugin, version, durationMs: performance.now() - startedAt });
  }

  #newLife(plugin: ResolvedPlugin, owner: Owner, loaded?: Plugin): Life {
    const life: Life = new Life({
      ...this.#surroundings,
      plugin,
      owner,
      logger: this.#logger,
      config: this.#configFor(plugin),
      onConfig: (config) => {
        this.#config = config;
      },
      onCrash: (error) => {
        if (this.#life === life) this.#surroundings.onCrash(this, error);
      },
      onCallbackFailure: (what, error) => this.noteCallback(what, error),
      loaded,
    });
    return life;
  }

  /** Does nothing unless the plugin has started or waits to be asked for. With `isHeld` it stops only until what it needs is back. */
  async stop(reason: string, { isHeld = false }: { readonly isHeld?: boolean } = {}): Promise<void> {
    const life = this.#life;
    if (this.#state === 'dormant') {
      this.#state = 'stopped';
      this.#awake();
      this.#isHeld = isHeld;
      this.#reason = reason;
    }
    if (this.#state !== 'started' || !life) return;
    const { id: plugin, version } = this.#owner;
    const stoppedAt = performance.now();
    this.#state = 'stopping';
    await this.#end(life, new DOMException(`The plugin is stopped: ${reason}.`, 'AbortError'));
    this.#state = 'stopped';
    this.#isHeld = isHeld;
    this.#reason = reason;
    this.#audit('stopped', { reason });
    const isHung = this.#teardownFailures.some((failure) => PluginErrors.STOP_TIMEOUT.is(failure));
    const outcome = isHung ? 'hung' : this.#teardownFailures.length > 0 ? 'error' : 'ok';
    tellPluginStopped({ plugin, version, durationMs: performance.now() - stoppedAt, outcome });
  }

  /** Undoes what a plugin had registered whose thread or process has ended. */
  async lose(cause: Error): Promise<void> {
    const life = this.#life;
    if (this.#state !== 'started' || !life) return;
    const startedAt = performance.now();
    this.#state = 'stopping';
    const error = new PluginErrors.PLUGIN_CRASHED({ plugin: this.#owner.id, detail: messageOf(cause) }, { cause });
    await this.#end(life, error, { isLost: true });
    this.#report(error, 'run', startedAt, 'crashed');
  }

  health(signal: AbortSignal): unknown {
    return this.#life?.health(signal);
  }

  async #giveUp(life: Life, reason: unknown): Promise<void> {
    this.#reason = messageOf(reason);
    await this.#end(life, reason);
    this.#state = 'stopped';
    this.#awake();
  }

  async #fail(life: Life, failure: unknown, startedAt: number): Promise<void> {
    const { phase } = life;
    const error = life.describe(failure, phase);
    await this.#end(life, error);
    this.#report(error, phase, startedAt, 'failed');
  }

  async #end(life: Life, why: unknown, options?: { readonly isLost: boolean }): Promise<void> {
    this.#teardownFailures = await life.end(why, options);
    this.#life = undefined;
    for (const error of this.#teardownFailures) this.#logger.error({ err: error }, 'The plugin failed to stop cleanly');
  }

  #report(error: SeaworthyError, phase: string, startedAt: number, event: AuditEntry['event']): void {
    const { id: plugin, version } = this.#owner;
    const { code, message } = error;
    this.#error = error;
    this.#state = 'failed';
    this.#awake();
    this.#logger.error({ err: error, phase }, 'The plugin failed and is left out');
    this.#audit(event, { phase, code, message, ...causeOf(error) });
    tellPluginFailed({ plugin, version, phase, code, message, durationMs: performance.now() - startedAt });
    this.#surroundings.onFailed(this, error);
  }

  #tier(): string {
    const { policy } = this.#surroundings.settings;
    return this.#plugin.code ? placeOf(this.#plugin.manifest, policy) : 'inline';
  }

  #audit(event: AuditEntry['event'], details: AuditEntry['details']): void {
    const { id: plugin, version } = this.#owner;
    const { audit } = this.#surroundings.settings.policy;
    if (!audit) return;
    isolate(
      () => audit.record({ event, plugin, version, details }),
      (error) => this.#logger.error({ err: error, event }, 'The audit trail could not be written'),
    );
  }
}

/** The code of what is behind an error, such as that of an examiner behind a refusal. */
function causeOf({ cause }: SeaworthyError): { readonly cause?: string } {
  try {
    return cause instanceof Error && 'code' in cause ? { cause: String(cause.code) } : {};
  } catch {
    // A plugin can throw an object that throws when it is looked at.
    return {};
  }
}

function describeRefusal(plugin: string, failure: unknown): SeaworthyError {
  const { PLUGIN_REFUSED, START_TIMEOUT, HOOK_FAILED } = PluginErrors;
  if (PLUGIN_REFUSED.is(failure) || START_TIMEOUT.is(failure)) return failure;
  return new HOOK_FAILED({ plugin, phase: 'examine', detail: detailOf(failure) }, { cause: failure });
}
