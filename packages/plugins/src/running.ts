import { createActivation, eagerIds, type Activation } from './activation.ts';
import { boot, isRequired, missingNeed, requiredFailed, startUnits, stopUnits } from './boot.ts';
import { closeTiers } from './close-tiers.ts';
import { affectedBy, blameDependants, heldBehind, reasonIn } from './dependants.ts';
import { PluginErrors } from './errors.ts';
import { tellPluginReloaded } from './events.ts';
import { isolate, messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import { createRegistry, type Registry } from './registry.ts';
import { renew } from './reload.ts';
import type { Resolution, ResolvedPlugin } from './resolve.ts';
import { createSupervision, type Supervision } from './supervise.ts';
import { Unit, type Prepared, type Surroundings } from './unit.ts';
import { watchCode } from './watch-code.ts';

// (1) start, unload, reload, the loss of a plugin, its restart and close never overlap; close cancels a start and then waits for it.
// (2) After a failed start and after close, no plugin runs and nothing is registered.
// (3) The failure of a plugin stops the host only if the plugin is required, and does not come back.
// (4) Plugins that are asked for start outside of the turns: whoever asks may have the turn.

/** The plugins of one host, and what happens to them. */
export class Running {
  readonly units: ReadonlyMap<string, Unit>;
  readonly registry: Registry;
  readonly #resolution: Resolution;
  readonly #settings: Settings;
  readonly #cancel = new AbortController();
  readonly #gone = new AbortController();
  readonly #eager: ReadonlySet<string>;
  readonly #activation: Activation;
  readonly #supervision: Supervision;
  #isUp = false;
  #revision = 0;
  #stopWatching: () => void = () => {};
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(resolution: Resolution, settings: Settings) {
    const { plugins } = resolution;
    this.#resolution = resolution;
    this.#settings = settings;
    this.registry = createRegistry((owner, event, error) => this.units.get(owner.id)?.noteCallback(event, error));
    const surroundings: Surroundings = {
      registry: this.registry,
      settings,
      onCrash: (unit, error) =>
        this.#isolate(() => this.#inTurn(() => this.#lose(unit, error)), 'Undoing a lost plugin'),
      onFailed: (unit, error) => this.#supervision.failed(unit, error),
    };
    this.units = new Map(plugins.map((plugin, index) => [plugin.id, new Unit(plugin, index, surroundings)]));
    this.#eager = eagerIds(plugins);
    this.#activation = createActivation(this.units, this.registry, this.#cancel.signal);
    this.#supervision = createSupervision({
      onRetry: (unit) => this.#isolate(() => this.#inTurn(() => this.#revive(unit)), 'Starting a plugin again'),
      onLost: (unit) => this.#giveUp(unit),
    });
    settings.signal?.addEventListener('abort', this.#abort, { once: true });
    if (settings.signal?.aborted) this.#abort();
  }

  /** Aborts when the host closes. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  start(): Promise<void> {
    if (this.#closing) return Promise.reject(new PluginErrors.HOST_CLOSED());
    this.#starting ??= this.#inTurn(() => this.#bootOrClose());
    return this.#starting;
  }

  unload(id: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#find(id);
      const blame = blameDependants(id, 'was unloaded', this.units);
      for (const unit of affectedBy(blame, this.units)) this.#supervision.forget(unit);
      await this.#stop(blame, { isHeld: false });
    });
  }

  reload(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const unit = this.#find(id);
      if (this.#closing || !this.#isUp) throw new PluginErrors.HOST_CLOSED();
      const startedAt = performance.now();
      const plugins = Array.from(this.units.values(), ({ plugin }) => plugin);
      // Counted for attempts, too: Node also keeps modules that could not be loaded.
      this.#revision += 1;
      const next = await renew(unit.plugin, plugins, { revision: this.#revision, signal: this.#cancel.signal });
      this.#supervision.forget(unit);
      const failure = unit.state === 'dormant' ? this.#renewDormant(unit, next) : await this.#replace(unit, next);
      const outcome = failure === undefined ? 'ok' : unit.isThere ? 'kept' : 'error';
      const { version } = unit.plugin;
      tellPluginReloaded({ plugin: id, version, durationMs: performance.now() - startedAt, outcome });
      if (failure) throw failure;
    });
  }

  configure(id: string, config: unknown): Promise<void> {
    return this.#inTurn(async () => {
      const unit = this.#find(id);
      if (this.#closing) throw new PluginErrors.HOST_CLOSED();
      if (await unit.configure(config, this.#cancel.signal)) return;
      await this.#stop(blameDependants(id, 'gets another config', this.units), { isHeld: true });
      await this.#startAgain([unit, ...heldBehind(unit, this.units)]);
      if (unit.error) throw unit.error;
    });
  }

  close(reason: Error = new PluginErrors.HOST_CLOSED()): Promise<void> {
    this.#closing ??= this.#shutDown(reason);
    return this.#closing;
  }

  async #bootOrClose(): Promise<void> {
    const parts = {
      settings: this.#settings,
      cancel: this.#cancel,
      eager: this.#eager,
      rest: (unit: Unit) => this.#activation.rest(unit),
    };
    const failure = await boot(this.units, this.#resolution.problems, parts);
    this.#isUp = failure === undefined;
    if (!failure) return this.#watch();
    // The reason of the failed start is worth more than how the clean-up went; that is logged.
    if (!this.#closing) await this.#stopAll('the host failed to start').catch(() => {});
    throw failure;
  }

  #shutDown(reason: Error): Promise<void> {
    this.#cancel.abort(new PluginErrors.HOST_CLOSED());
    this.#gone.abort(reason);
    return this.#inTurn(() => this.#stopAll('the host was closed'));
  }

  async #stopAll(reason: string): Promise<void> {
    this.#settings.signal?.removeEventListener('abort', this.#abort);
    this.#supervision.close();
    this.#stopWatching();
    await this.#activation.hold(this.units.keys());
    try {
      await stopUnits(this.units, [...this.units.values()], () => ({ reason, isHeld: false }), this.#settings);
    } finally {
      await closeTiers(this.#settings);
    }
  }

  /** Stops those that are blamed, in reverse dependency order; none of them is woken meanwhile. */
  async #stop(blame: ReadonlyMap<string, string>, { isHeld }: { readonly isHeld: boolean }): Promise<void> {
    const release = await this.#activation.hold(blame.keys());
    try {
      await stopUnits(this.units, affectedBy(blame, this.units), reasonIn(blame, isHeld), this.#settings);
    } finally {
      release();
    }
  }

  /** Stops those that need a plugin that was lost, then undoes what it had registered. */
  async #lose(lost: Unit, error: Error): Promise<void> {
    if (lost.state !== 'started') return;
    const { id } = lost.plugin;
    const blame = new Map(blameDependants(id, 'was lost', this.units));
    blame.delete(id);
    try {
      await this.#stop(blame, { isHeld: true });
    } finally {
      await lost.lose(error);
    }
  }

  /** Starts a plugin again that failed, and then those that were only waiting for it. */
  async #revive(unit: Unit): Promise<void> {
    if (this.#closing || unit.state !== 'failed') return;
    unit.breaker.tryAgain();
    await this.#startAgain([unit]);
    if (unit.isThere) await this.#startAgain(heldBehind(unit, this.units));
  }

  async #startAgain(units: readonly Unit[]): Promise<void> {
    const { signal } = this.#cancel;
    const isEager = ({ plugin }: Unit): boolean => this.#eager.has(plugin.id);
    for (const unit of units) if (!isEager(unit)) this.#activation.rest(unit);
    const eager = units.filter(isEager);
    await Promise.all(eager.map((unit) => unit.examine(signal)));
    const fit = eager.filter(({ breaker }) => breaker.status()?.state !== 'open');
    await startUnits(this.units, fit, this.#settings, signal);
  }

  #renewDormant(unit: Unit, next: ResolvedPlugin): undefined {
    unit.renew(next);
    this.#activation.rest(unit);
  }

  /** Puts the next version of a plugin into its place; answers with what went wrong. */
  async #replace(unit: Unit, next: ResolvedPlugin): Promise<Error | undefined> {
    const { signal } = this.#cancel;
    const { id: plugin } = next;
    const failed = (cause: unknown, outcome: string): Error =>
      new PluginErrors.RELOAD_FAILED({ plugin, reason: messageOf(cause).replace(/\.$/, ''), outcome }, { cause });
    let prepared: Prepared;
    try {
      prepared = await unit.prepare(next, signal);
    } catch (error) {
      return failed(error, unit.state === 'started' ? 'The old one runs on.' : 'It does not run.');
    }
    const old = unit.remember();
    const stopping = this.#stop(blameDependants(plugin, 'is reloaded', this.units), { isHeld: true });
    await stopping.catch((error: unknown) =>
      this.#settings.logger.error({ err: error, plugin }, 'The old plugin failed to stop'),
    );
    const missing = missingNeed(unit, this.units);
    if (missing === undefined) await unit.start(signal, prepared);
    else await prepared.life.end(new Error(missing));
    const failure = unit.isThere ? undefined : (unit.error ?? new Error(missing ?? unit.reason));
    if (failure && old && missing === undefined && !signal.aborted) {
      this.#supervision.forget(unit);
      await unit.start(signal, old);
    }
    if (unit.isThere) await this.#startAgain(heldBehind(unit, this.units));
    return failure && failed(failure, unit.isThere ? 'The old one was started again.' : 'It does not run.');
  }

  #watch(): void {
    const { watch, logger } = this.#settings;
    if (!watch) return;
    this.#stopWatching = watchCode({
      codes: Array.from(this.units.values(), ({ plugin }) => plugin.code).filter((code) => code !== undefined),
      debounceMs: watch.debounceMs,
      onChange: (id) => this.#isolate(() => this.reload(id), `Reloading plugin "${id}"`),
      onFailure: (id, error) => logger.error({ err: error, plugin: id }, 'The files of a plugin are not watched'),
    });
  }

  #giveUp(unit: Unit): void {
    if (!this.#isUp) return;
    const required = [unit, ...heldBehind(unit, this.units)].find(isRequired);
    if (required) this.#isolate(() => this.close(requiredFailed(required)), 'Closing the host');
  }

  #find(id: string): Unit {
    const unit = this.units.get(id);
    if (unit) return unit;
    throw new PluginErrors.UNKNOWN_PLUGIN({ plugin: id, known: [...this.units.keys()].join(', ') || 'none' });
  }

  readonly #abort = (): void => this.#isolate(() => this.close(), 'Closing the host');

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }

  #isolate(task: () => unknown, what: string): void {
    isolate(task, (error) => this.#settings.logger.error({ err: error }, `${what} failed`));
  }
}
