// Over 250 lines: the turns in which the plugins of a host change, which are only safe when they are read together.
import { createActivation, eagerIds, type Activation } from './activation.ts';
import { boot, isRequired, requiredFailed, startUnits, stopUnits } from './boot.ts';
import { closeTiers } from './close-tiers.ts';
import { affectedBy, blameDependants, heldBehind, reasonIn } from './dependants.ts';
import { PluginErrors } from './errors.ts';
import { tellPluginReloaded } from './events.ts';
import { isolate, messageOf } from './isolate.ts';
import type { Settings } from './options.ts';
import { createRegistry, type Registry } from './registry.ts';
import { renew, type Renewal } from './reload.ts';
import type { Resolution, ResolvedPlugin } from './resolve.ts';
import { createSupervision, type Supervision } from './supervise.ts';
import { takeOver } from './take-over.ts';
import { Unit, type Surroundings } from './unit.ts';
import { watchCode } from './watch-code.ts';

// (1) start, unload, reload, the loss of a plugin, its restart and close never overlap; close cancels a start and then waits for it.
// (2) After a failed start and after close, no plugin runs and nothing is registered.
// (3) The failure of a plugin stops the host only if the plugin is required, and does not come back.
// (4) Plugins that are asked for start outside of the turns: whoever asks may have the turn.

/** What there is of each plugin, and what follows from all of them together. */
interface Made {
  readonly units: Map<string, Unit>;
  /** Ids of those that start with the host. */
  eager: ReadonlySet<string>;
  readonly activation: Activation;
}

/** The plugins of one host, and what happens to them. */
export class Running {
  readonly registry: Registry;
  readonly #resolution: Resolution;
  readonly #settings: Settings;
  readonly #cancel = new AbortController();
  readonly #gone = new AbortController();
  readonly #surroundings: Surroundings;
  readonly #supervision: Supervision;
  #made: Made | undefined;
  #isUp = false;
  #revision = 0;
  #stopWatching: () => void = () => {};
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(resolution: Resolution, settings: Settings) {
    this.#resolution = resolution;
    this.#settings = settings;
    this.registry = createRegistry((owner, event, error) => this.units.get(owner.id)?.noteCallback(event, error));
    this.#surroundings = {
      registry: this.registry,
      settings,
      onCrash: (unit, error) =>
        this.#isolate(() => this.#inTurn(() => this.#lose(unit, error)), 'Undoing a lost plugin'),
      onFailed: (unit, error) => this.#supervision.failed(unit, error),
    };
    this.#supervision = createSupervision({
      onRetry: (unit) => this.#isolate(() => this.#inTurn(() => this.#revive(unit)), 'Starting a plugin again'),
      onLost: (unit) => this.#giveUp(unit),
    });
    settings.signal?.addEventListener('abort', this.#abort, { once: true });
    if (settings.signal?.aborted) this.#abort();
  }

  /** In dependency order. */
  get units(): ReadonlyMap<string, Unit> {
    return this.#all.units;
  }

  // Made when they are asked for: to find and to order plugins needs none of it.
  get #all(): Made {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Made {
    const { plugins } = this.#resolution;
    const units = new Map<string, Unit>();
    for (const [index, plugin] of plugins.entries()) units.set(plugin.id, new Unit(plugin, index, this.#surroundings));
    const activation = createActivation(units, this.registry, this.#cancel.signal);
    return { units, eager: eagerIds(plugins), activation };
  }

  get #eager(): ReadonlySet<string> {
    return this.#all.eager;
  }

  get #activation(): Activation {
    return this.#all.activation;
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
      for (const unit of affectedBy(blame, this.units)) {
        this.#supervision.forget(unit);
        unit.letGo();
      }
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
      const renewal = await renew(unit.plugin, plugins, { revision: this.#revision, signal: this.#cancel.signal });
      this.#supervision.forget(unit);
      const failure = await this.#takeOver(unit, renewal);
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
      // A start that is under way has the former config.
      const release = await this.#activation.hold([id]);
      const isTaken = await unit.configure(config, this.#cancel.signal).finally(release);
      if (isTaken) return;
      await this.#stop(blameDependants(id, 'gets another config', this.units), { isHeld: true });
      await this.#startAgain([unit, ...heldBehind([unit], this.units)]);
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
    if (unit.isThere) await this.#startAgain(heldBehind([unit], this.units));
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

  /** Puts the next versions of plugins into their places; answers with what went wrong. */
  async #takeOver(unit: Unit, renewal: Renewal): Promise<Error | undefined> {
    const failure = await takeOver(unit, renewal, {
      units: this.units,
      activation: this.#activation,
      settings: this.#settings,
      signal: this.#cancel.signal,
      isEager: ({ plugin }) => this.#eager.has(plugin.id),
      reorder: (plugins) => this.#reorder(plugins),
      stop: (blame) => this.#stop(blame, { isHeld: true }),
      startAgain: (units) => this.#startAgain(units),
      forget: (each) => this.#supervision.forget(each),
    });
    if (!failure) return undefined;
    const { cause, outcome } = failure;
    const reason = messageOf(cause).replace(/\.$/, '');
    return new PluginErrors.RELOAD_FAILED({ plugin: unit.plugin.id, reason, outcome }, { cause });
  }

  #reorder(plugins: readonly ResolvedPlugin[]): void {
    const all = this.#all;
    const former = new Map(all.units);
    all.units.clear();
    for (const [index, { id }] of plugins.entries()) {
      const unit = former.get(id);
      unit?.moveTo(index);
      if (unit) all.units.set(id, unit);
    }
    all.eager = eagerIds(plugins);
    this.registry.reorder();
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
    const required = [unit, ...heldBehind([unit], this.units)].find(isRequired);
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
