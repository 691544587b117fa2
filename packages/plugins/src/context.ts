import { PluginErrors } from './errors.ts';
import type { CallOptions, Listen } from './hooks.ts';
import { isolate } from './isolate.ts';
import { guestResponse } from './isolation/guest-fetch.ts';
import { fetchFor } from './isolation/mediated-fetch.ts';
import type { PluginPermissions } from './manifest.ts';
import type {
  Command,
  Contribution,
  FetchOptions,
  ListenerOrder,
  PluginContext,
  PluginLogger,
  PluginResponse,
} from './plugin.ts';
import type { ContributionPoint, EventRef, HookRef, Service, ServiceRef } from './refs.ts';
import type { Owner, Provided, Registry } from './registry.ts';
import type { Scope } from './scope.ts';
import { accessService, type PendingCalls } from './service-access.ts';
import type { PluginStore } from './state.ts';
import { typed } from './typed.ts';

export interface ContextParts {
  readonly owner: Owner;
  /** Changes when the application gives it another one. */
  config: unknown;
  /** Made when it is asked for: most plugins keep nothing. */
  readonly state: () => PluginStore;
  readonly logger: PluginLogger;
  readonly scope: Scope;
  readonly registry: Registry;
  /** Made by the first call of a service: most plugins use none. */
  pending?: PendingCalls;
  /** Ids of the plugins whose services it may use. */
  readonly declared: readonly string[];
  /** Of its manifest. */
  readonly permissions: PluginPermissions | undefined;
  readonly onCallbackFailure: (what: string, error: unknown) => void;
}

/** The one door between a plugin and its host. A class, because a thousand plugins would make a thousand closures of each method. */
class Context implements PluginContext {
  readonly #parts: ContextParts;

  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  get id(): string {
    return this.#parts.owner.id;
  }

  get config(): unknown {
    return this.#parts.config;
  }

  get logger(): PluginLogger {
    return this.#parts.logger;
  }

  get state(): PluginStore {
    return this.#open('state').state();
  }

  get signal(): AbortSignal {
    return this.#parts.scope.signal;
  }

  provide<T>(ref: ServiceRef<T>, implementation: NoInfer<T>): Disposable {
    const { scope, registry, owner } = this.#open('provide');
    return scope.add(registry.addService(owner, ref.id, implementation));
  }

  use<T>(ref: ServiceRef<T>, range?: string): Service<T> {
    const parts = this.#open('use');
    parts.pending ??= new Set();
    const { registry, pending } = parts;
    return accessService(ref, registry, { range, pending, allow: (provided) => this.#allow(provided, ref.id) });
  }

  has<T>(ref: ServiceRef<T>, range?: string): boolean {
    this.#open('has');
    try {
      this.use(ref, range);
      return true;
    } catch (error) {
      if (PluginErrors.SERVICE_MISSING.is(error) || PluginErrors.SERVICE_VERSION.is(error)) return false;
      throw error;
    }
  }

  contribute<T>(point: ContributionPoint<T>, value: NoInfer<T>): Disposable {
    const { scope, registry, owner } = this.#open('contribute');
    return scope.add(registry.addContribution(owner, point.id, value));
  }

  contributions<T>(point: ContributionPoint<T>): readonly Contribution<T>[] {
    const { registry } = this.#open('contributions');
    return typed<readonly Contribution<T>[]>(registry.contributions(point.id));
  }

  command(command: Command): Disposable {
    const { scope, registry, owner } = this.#open('command');
    return scope.add(registry.addCommand({ owner, command, scope }));
  }

  on(ref: { readonly id: string }, listener: Listen, options: { readonly order?: ListenerOrder } = {}): Disposable {
    const { scope, registry, owner } = this.#open('on');
    const { order = 'normal' } = options;
    return scope.add(registry.addListener(ref.id, { owner, order, listener, scope }));
  }

  emit<T>(ref: EventRef<T>, payload: NoInfer<T>): void {
    this.#open('emit').registry.hook(ref.id).notify(payload);
  }

  async call<Payload, Answer>(
    ref: HookRef<Payload, Answer>,
    payload: NoInfer<Payload>,
    options?: CallOptions,
  ): Promise<Answer> {
    const { registry } = this.#open('call');
    return typed<Answer>(await registry.hook(ref.id)[ref.mode](payload, options));
  }

  async fetch(url: string | URL, options: FetchOptions = {}): Promise<PluginResponse> {
    const { owner, permissions, scope } = this.#open('fetch');
    const { signal } = options;
    const own = { id: owner.id, manifest: permissions ? { permissions } : {} };
    return guestResponse(await fetchFor(own, String(url), options, signal ? [signal, scope.signal] : [scope.signal]));
  }

  defer(undo: () => unknown): Disposable {
    // What was opened too late is closed even so; the error comes after.
    const registration = this.#parts.scope.add(undo);
    this.#open('defer');
    return registration;
  }

  setTimeout(task: () => unknown, delayMs: number): Disposable {
    const { scope, onCallbackFailure } = this.#open('setTimeout');
    const timer = setTimeout(() => {
      registration[Symbol.dispose]();
      isolate(task, (error) => onCallbackFailure('setTimeout', error));
    }, delayMs);
    const registration = scope.add(() => clearTimeout(timer));
    return registration;
  }

  setInterval(task: () => unknown, everyMs: number): Disposable {
    const { scope, onCallbackFailure } = this.#open('setInterval');
    const timer = setInterval(() => isolate(task, (error) => onCallbackFailure('setInterval', error)), everyMs);
    return scope.add(() => clearInterval(timer));
  }

  #open(method: string): ContextParts {
    const parts = this.#parts;
    if (parts.scope.isClosed) throw new PluginErrors.CONTEXT_CLOSED({ plugin: parts.owner.id, method });
    return parts;
  }

  #allow({ owner: provider }: Provided, service: string): void {
    const { owner, declared } = this.#parts;
    if (provider.id === owner.id || declared.includes(provider.id)) return;
    throw new PluginErrors.SERVICE_UNDECLARED({ plugin: owner.id, service, provider: provider.id });
  }
}

export function createContext(parts: ContextParts): PluginContext {
  return new Context(parts);
}
