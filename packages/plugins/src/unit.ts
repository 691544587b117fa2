import type { SeaworthyError } from '@seaworthy/errors/define';
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
import { isolate, messageOf } from './isolate.ts';
import { Life } from './life.ts';
import { boundLogger, type Settings } from './options.ts';
import type { PluginLogger } from './plugin.ts';
import { placeOf, type AuditEntry } from './policy.ts';
import type { Owner, Registry } from './registry.ts';
import type { ResolvedPlugin } from './resolve.ts';

// (1) No method rejects: what went wrong is in `error` and `teardownFailures`.
// (2) A start that fails undoes everything it had registered before it is reported.
// (3) A plugin that was refused never runs.
// waiting -> starting -> started -> stopping -> stopped     waiting -> skipped | failed     starting -> failed | stopped
// started -> stopping -> failed when the plugin was lost

export type PluginState = 'waiting' | 'starting' | 'started' | 'failed' | 'skipped' | 'stopping' | 'stopped';

/** What units share. */
export interface Surroundings {
  readonly registry: Registry;
  readonly settings: Settings;
  /** Told when a running plugin was lost; the host then calls `lose`. */
  readonly onCrash: (unit: Unit, error: Error) => void;
}

/** One plugin at run time. */
export class Unit {
  readonly plugin: ResolvedPlugin;
  readonly #surroundings: Surroundings;
  readonly #owner: Owner;
  readonly #logger: PluginLogger;
  #teardownFailures: readonly SeaworthyError[] = [];
  #life: Life | undefined;
  #state: PluginState = 'waiting';
  #error: SeaworthyError | undefined;
  #reason: string | undefined;
  #callbackFailures = 0;

  constructor(plugin: ResolvedPlugin, index: number, surroundings: Surroundings) {
    const { id, version } = plugin;
    this.plugin = plugin;
    this.#surroundings = surroundings;
    this.#owner = { id, version, index };
    this.#logger = boundLogger(surroundings.settings.logger, { plugin: id });
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

  skip(reason: string): void {
    const { id: plugin, version } = this.#owner;
    this.#state = 'skipped';
    this.#reason = reason;
    this.#logger.warn({ reason }, 'The plugin is skipped');
    this.#audit('skipped', { reason });
    tellPluginSkipped({ plugin, version, reason });
  }

  /** Asks the examiners of the policy; a refusal is a failure. */
  async examine(cancel: AbortSignal): Promise<void> {
    const { settings } = this.#surroundings;
    const { code } = this.plugin;
    const examiners = settings.policy.examiners ?? [];
    if (!code || examiners.length === 0) return;
    const startedAt = performance.now();
    const over = new AbortController();
    const signal = AbortSignal.any([cancel, over.signal]);
    const deadline = startDeadline(this.plugin.manifest.startTimeoutMs ?? settings.startTimeoutMs);
    const { timeoutMs } = deadline;
    const late = (): Error =>
      new PluginErrors.START_TIMEOUT({ plugin: code.id, phase: 'examine', timeoutMs, awaits: 'its examiners' });
    try {
      await within(() => examineCode(code, examiners, signal), { deadline, signal, late });
    } catch (failure) {
      if (cancel.aborted) this.skip(messageOf(cancel.reason));
      else this.#report(describeRefusal(code.id, failure), 'examine', startedAt, 'refused');
    } finally {
      over.abort();
    }
  }

  async start(cancel: AbortSignal): Promise<void> {
    const { id: plugin, version } = this.#owner;
    const startedAt = performance.now();
    const life = new Life({
      ...this.#surroundings,
      plugin: this.plugin,
      owner: this.#owner,
      logger: this.#logger,
      onCrash: (error) => this.#surroundings.onCrash(this, error),
      onCallbackFailure: (what, error) => this.noteCallback(what, error),
    });
    this.#life = life;
    this.#state = 'starting';
    try {
      await life.start(cancel);
    } catch (failure) {
      if (cancel.aborted && failure === cancel.reason) await this.#giveUp(life, failure);
      else await this.#fail(life, failure, startedAt);
      return;
    }
    this.#state = 'started';
    this.#audit('loaded', { tier: this.#tier() });
    tellPluginStarted({ plugin, version, durationMs: performance.now() - startedAt });
  }

  /** Does nothing unless the plugin has started. */
  async stop(reason: string): Promise<void> {
    const life = this.#life;
    if (this.#state !== 'started' || !life) return;
    const { id: plugin, version } = this.#owner;
    const stoppedAt = performance.now();
    this.#state = 'stopping';
    await this.#end(life, new DOMException(`The plugin is stopped: ${reason}.`, 'AbortError'));
    this.#state = 'stopped';
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
    this.#logger.error({ err: error, phase }, 'The plugin failed and is left out');
    this.#audit(event, { phase, code, message, ...causeOf(error) });
    tellPluginFailed({ plugin, version, phase, code, message, durationMs: performance.now() - startedAt });
  }

  #tier(): string {
    const { policy } = this.#surroundings.settings;
    return this.plugin.code ? placeOf(this.plugin.manifest, policy) : 'inline';
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
  return cause instanceof Error && 'code' in cause ? { cause: String(cause.code) } : {};
}

function describeRefusal(plugin: string, failure: unknown): SeaworthyError {
  const { PLUGIN_REFUSED, START_TIMEOUT, HOOK_FAILED } = PluginErrors;
  if (PLUGIN_REFUSED.is(failure) || START_TIMEOUT.is(failure)) return failure;
  return new HOOK_FAILED({ plugin, phase: 'examine', detail: messageOf(failure) }, { cause: failure });
}
