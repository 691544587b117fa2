import { missingNeed } from './boot.ts';
import { PluginErrors } from './errors.ts';
import { messageOf } from './isolate.ts';
import type { Registry } from './registry.ts';
import type { ResolvedPlugin } from './resolve.ts';
import { accessService } from './service-access.ts';
import type { Unit } from './unit.ts';

// (1) A plugin that waits is started by the first that asks for it; whoever asks meanwhile gets the same start.
// (2) Each asker hears of a failure. Nobody waits longer than the starting times of the plugin and of what it needs.
// (3) What is promised for a plugin is there only while it waits or starts.
// (4) Nothing is woken that is about to stop, or that needs what is about to stop.

type Units = ReadonlyMap<string, Unit>;

/** Wakes the plugins that wait. */
export interface Activation {
  /** Lets a plugin wait, and promises what wakes it. */
  rest(unit: Unit): void;
  /** Starts a plugin that waits, with what it needs. @throws PLUGIN_UNAVAILABLE */
  wake(unit: Unit): Promise<void>;
  /** Keeps plugins from being woken, with those that need them, until the returned function is called; waits for those under way. */
  hold(ids: Iterable<string>): Promise<() => void>;
}

/** Ids of the plugins that start with the host: those that do not say otherwise, and what they need. */
export function eagerIds(plugins: readonly ResolvedPlugin[]): ReadonlySet<string> {
  const eager = new Set<string>();
  // Dependants stand behind what they need.
  for (const plugin of plugins.toReversed()) {
    if (isLazy(plugin) && !eager.has(plugin.id)) continue;
    eager.add(plugin.id);
    for (const id of plugin.needs) eager.add(id);
  }
  return eager;
}

/** A required plugin stops the host when it fails: that has to show at the start. */
function isLazy({ manifest: { activation, failure } }: ResolvedPlugin): boolean {
  return failure !== 'required' && activation !== undefined && !activation.includes('start');
}

export function createActivation(units: Units, registry: Registry, cancel: AbortSignal): Activation {
  return new Waker(units, registry, cancel);
}

class Waker implements Activation {
  readonly #units: Units;
  readonly #registry: Registry;
  readonly #cancel: AbortSignal;
  readonly #under = new Map<Unit, Promise<void>>();
  readonly #held = new Set<string>();

  constructor(units: Units, registry: Registry, cancel: AbortSignal) {
    this.#units = units;
    this.#registry = registry;
    this.#cancel = cancel;
  }

  rest(unit: Unit): void {
    const promises: (() => void)[] = [];
    // Before the promises: they show a plugin that waits.
    unit.rest(() => {
      for (const undo of promises) undo();
    });
    for (const wish of unit.plugin.manifest.activation ?? []) {
      const [kind, id] = split(wish);
      try {
        promises.push(this.#promise(unit, kind, id));
      } catch (error) {
        unit.noteCallback(wish, error);
      }
    }
  }

  wake(unit: Unit): Promise<void> {
    return this.#wake(unit);
  }

  async hold(ids: Iterable<string>): Promise<() => void> {
    const held = [...ids].filter((id) => !this.#held.has(id));
    for (const id of held) this.#held.add(id);
    const touched = Array.from(this.#under).filter(([unit]) => this.#heldIn(unit) !== undefined);
    await Promise.allSettled(touched.map(([, starting]) => starting));
    return () => {
      for (const id of held) this.#held.delete(id);
    };
  }

  #promise(unit: Unit, kind: string, id: string): () => void {
    const { owner, plugin } = unit;
    const scope = { signal: this.#cancel };
    if (kind === 'event') return this.#registry.hook(id).addStandIn(owner, scope, () => this.#wake(unit));
    if (kind === 'service') return this.#registry.promiseService(owner, id, this.#promisedService(unit, id));
    const title = plugin.manifest.contributes?.commands?.find((each) => each.id === id)?.title;
    const run = async (args: unknown, options: { readonly signal: AbortSignal }): Promise<unknown> => {
      await this.#wake(unit, options.signal);
      const offered = this.#registry.command(id);
      if (offered?.owner.id === owner.id && !offered.isPromised) return await offered.command.run(args, options);
      throw new PluginErrors.COMMAND_NOT_OFFERED({ plugin: owner.id, command: id });
    };
    const command = { id, run, ...(title !== undefined && { title }) };
    return this.#registry.addCommand({ owner, command, scope, isPromised: true });
  }

  /** What it has is not known yet: every name is a method. */
  #promisedService(unit: Unit, service: string): object {
    const method =
      (name: string) =>
      async (...args: unknown[]): Promise<unknown> => {
        await this.#wake(unit);
        const found = accessService<Record<string, (...given: unknown[]) => unknown>>(
          { kind: 'service', id: service },
          this.#registry,
        );
        const own = found[name];
        if (own) return await own(...args);
        throw new PluginErrors.SERVICE_METHOD_MISSING({ service, plugin: unit.plugin.id, method: name });
      };
    return new Proxy(Object.freeze({}), {
      get: (_target, name) => (typeof name === 'string' ? method(name) : undefined),
    });
  }

  /** @throws PLUGIN_UNAVAILABLE, and what the signal aborts with */
  async #wake(unit: Unit, signal?: AbortSignal): Promise<void> {
    if (unit.state === 'started') return;
    signal?.throwIfAborted();
    await (signal ? orAborted(this.#start(unit), signal) : this.#start(unit));
    const { state, error: cause, reason: why = `it is ${state}` } = unit;
    if (isRunning(unit)) return;
    const { id: plugin } = unit.plugin;
    const reason = (cause?.message ?? why).replace(/\.$/, '');
    throw new PluginErrors.PLUGIN_UNAVAILABLE({ plugin, reason }, cause && { cause });
  }

  #start(unit: Unit): Promise<void> {
    const known = this.#under.get(unit) ?? unit.starting;
    if (known) return known;
    if (unit.state !== 'dormant') return Promise.resolve();
    const starting = this.#startWithNeeds(unit).finally(() => this.#under.delete(unit));
    this.#under.set(unit, starting);
    starting.catch(() => {});
    return starting;
  }

  async #startWithNeeds(unit: Unit): Promise<void> {
    const { plugin } = unit;
    const unavailable = (reason: string): Error =>
      new PluginErrors.PLUGIN_UNAVAILABLE({ plugin: plugin.id, reason: reason.replace(/\.$/, '') });
    this.#cancel.throwIfAborted();
    const held = this.#heldIn(unit);
    if (held !== undefined) throw unavailable(`"${held}" is about to stop`);
    const needs = plugin.needs.flatMap((id) => this.#units.get(id) ?? []);
    await Promise.all(needs.map((need) => this.#start(need).catch((error: unknown) => void messageOf(error))));
    const missing = missingNeed(unit, this.#units);
    if (missing !== undefined) throw unavailable(missing);
    // It may have waited for long: what was examined at the start of the host need not be what lies there now.
    await unit.examine(this.#cancel);
    if (unit.state === 'dormant') await unit.start(this.#cancel);
  }

  /** The plugin itself or one that it needs, if that is held. */
  #heldIn({ plugin }: Unit): string | undefined {
    if (this.#held.size === 0) return undefined;
    if (this.#held.has(plugin.id)) return plugin.id;
    const needs = plugin.needs.flatMap((id) => this.#units.get(id) ?? []);
    return needs.map((need) => this.#heldIn(need)).find((id) => id !== undefined);
  }
}

function isRunning({ state }: Unit): boolean {
  return state === 'started';
}

function split(wish: string): readonly [kind: string, id: string] {
  const at = wish.indexOf(':');
  return [wish.slice(0, at), wish.slice(at + 1)];
}

async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}
