// For development: what crosses between a plugin and its host is cloned as it would be on its way to another tier, so that a
// plugin that works in process works there too.
import { PluginErrors } from './errors.ts';
import type { CallOptions, Listen } from './hooks.ts';
import { messageOf } from './isolate.ts';
import { methodsOf } from './isolation/methods.ts';
import { takeSignals } from './isolation/signals.ts';
import type { Command, FetchOptions, ListenerOrder, PluginContext, PluginLogger, PluginResponse } from './plugin.ts';
import type { ContributionPoint, EventRef, HookRef, Service, ServiceRef } from './refs.ts';
import type { PluginStore } from './state.ts';
import { typed } from './typed.ts';

/** A `ctx` that clones whatever passes through it. Values that cannot be cloned throw NOT_CLONEABLE. */
export function cloningContext(ctx: PluginContext): PluginContext {
  return new Cloning(ctx);
}

type Callable = (...args: unknown[]) => unknown;

class Cloning implements PluginContext {
  readonly #ctx: PluginContext;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
  }

  get id(): string {
    return this.#ctx.id;
  }

  get config(): unknown {
    return clone('config', this.#ctx.config);
  }

  get logger(): PluginLogger {
    return this.#ctx.logger;
  }

  get state(): PluginStore {
    return this.#ctx.state;
  }

  get signal(): AbortSignal {
    return this.#ctx.signal;
  }

  provide<T>(ref: ServiceRef<T>, implementation: NoInfer<T>): Disposable {
    const own = typed<Record<string, Callable>>(implementation);
    const names = methodsOf(own);
    const methods = names.map(
      (name) => [name, crossing(`${ref.id}.${name}`, (...args) => own[name]?.(...args))] as const,
    );
    return this.#ctx.provide(ref, typed<NoInfer<T>>(Object.fromEntries(methods)));
  }

  use<T>(ref: ServiceRef<T>, range?: string): Service<T> {
    const found = typed<Record<string, Callable | undefined>>(this.#ctx.use(ref, range));
    const get = (_target: object, name: string | symbol): unknown => {
      const method = typeof name === 'string' ? found[name] : undefined;
      return method && crossing(`${ref.id}.${String(name)}`, method);
    };
    return typed<Service<T>>(new Proxy(Object.freeze({}), { get }));
  }

  has<T>(ref: ServiceRef<T>, range?: string): boolean {
    return this.#ctx.has(ref, range);
  }

  contribute<T>(point: ContributionPoint<T>, value: NoInfer<T>): Disposable {
    return this.#ctx.contribute(point, clone(`contribute ${point.id}`, value));
  }

  contributions(): never {
    throw new PluginErrors.INLINE_ONLY({ method: 'contributions' });
  }

  command(command: Command): Disposable {
    const { id, title } = command;
    const run = crossing(`command ${id}`, (args, options) =>
      command.run(args, typed<{ signal: AbortSignal }>(options)),
    );
    return this.#ctx.command({ id, run, ...(title !== undefined && { title }) });
  }

  on(ref: { readonly id: string }, listener: Listen, options?: { readonly order?: ListenerOrder }): Disposable {
    return this.#ctx.on(typed<EventRef<unknown>>(ref), crossing(ref.id, listener), options);
  }

  emit<T>(ref: EventRef<T>, payload: NoInfer<T>): void {
    this.#ctx.emit(ref, clone(`emit ${ref.id}`, payload));
  }

  async call<Payload, Answer>(
    ref: HookRef<Payload, Answer>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Answer> {
    return clone(`call ${ref.id}`, await this.#ctx.call(ref, clone(`call ${ref.id}`, payload), options));
  }

  fetch(url: string | URL, options?: FetchOptions): Promise<PluginResponse> {
    return this.#ctx.fetch(url, options);
  }

  defer(undo: () => unknown): Disposable {
    return this.#ctx.defer(undo);
  }

  setTimeout(task: () => unknown, delayMs: number): Disposable {
    return this.#ctx.setTimeout(task, delayMs);
  }

  setInterval(task: () => unknown, everyMs: number): Disposable {
    return this.#ctx.setInterval(task, everyMs);
  }
}

/** A function whose arguments and answer are cloned; it answers later, as it would from elsewhere. */
function crossing(what: string, run: Callable): (...args: unknown[]) => Promise<unknown> {
  return async (...args) => {
    const { args: plain, places, signals } = takeSignals(args);
    const given = clone(what, plain) as unknown[];
    for (const [at, [argument, key]] of places.entries()) {
      if (key === null) given[argument] = signals[at];
      else typed<Record<string, unknown>>(given[argument])[key] = signals[at];
    }
    return clone(what, await run(...given));
  };
}

function clone<T>(method: string, value: T): T {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new PluginErrors.NOT_CLONEABLE({ method, detail: messageOf(cause) }, { cause });
  }
}
