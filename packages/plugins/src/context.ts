import { PluginErrors } from './errors.ts';
import type { CallOptions, Listen } from './hooks.ts';
import { isolate } from './isolate.ts';
import type { Contribution, ListenerOrder, PluginContext, PluginLogger } from './plugin.ts';
import type { ContributionPoint, HookRef, Service, ServiceRef } from './refs.ts';
import type { Owner, Provided, Registry } from './registry.ts';
import type { Scope } from './scope.ts';
import { accessService, type PendingCalls } from './service-access.ts';
import { typed } from './typed.ts';

export interface ContextParts {
  readonly owner: Owner;
  readonly config: unknown;
  readonly logger: PluginLogger;
  readonly scope: Scope;
  readonly registry: Registry;
  readonly pending: PendingCalls;
  /** Ids of the plugins whose services it may use. */
  readonly declared: readonly string[];
  readonly onCallbackFailure: (what: string, error: unknown) => void;
}

/** The one door between a plugin and its host. */
export function createContext(parts: ContextParts): PluginContext {
  const { owner, config, logger, scope, registry, onCallbackFailure } = parts;
  const open = (method: string): void => {
    if (scope.isClosed) throw new PluginErrors.CONTEXT_CLOSED({ plugin: owner.id, method });
  };
  return {
    id: owner.id,
    config,
    logger,
    signal: scope.signal,
    ...readers(parts, open),
    ...timers(scope, open, onCallbackFailure),
    provide(ref, implementation) {
      open('provide');
      return scope.add(registry.addService(owner, ref.id, implementation));
    },
    contribute(point, value) {
      open('contribute');
      return scope.add(registry.addContribution(owner, point.id, value));
    },
    command(command) {
      open('command');
      return scope.add(registry.addCommand({ owner, command, signal: scope.signal }));
    },
    on(ref: { readonly id: string }, listener: Listen, options: { readonly order?: ListenerOrder } = {}) {
      open('on');
      const { order = 'normal' } = options;
      return scope.add(registry.addListener(ref.id, { owner, order, listener, scope }));
    },
    emit(ref, payload) {
      open('emit');
      registry.hook(ref.id).notify(payload);
    },
    async call<Payload, Answer>(ref: HookRef<Payload, Answer>, payload: Payload, options?: CallOptions) {
      open('call');
      return typed<Answer>(await registry.hook(ref.id)[ref.mode](payload, options));
    },
    defer(undo) {
      // What was opened too late is closed even so; the error comes after.
      const registration = scope.add(undo);
      open('defer');
      return registration;
    },
  };
}

function readers(
  { owner, registry, pending, declared }: ContextParts,
  open: (method: string) => void,
): Pick<PluginContext, 'use' | 'has' | 'contributions'> {
  const allow = ({ owner: provider }: Provided, service: string): void => {
    if (provider.id === owner.id || declared.includes(provider.id)) return;
    throw new PluginErrors.SERVICE_UNDECLARED({ plugin: owner.id, service, provider: provider.id });
  };
  function use<T>(ref: ServiceRef<T>, range?: string): Service<T> {
    open('use');
    return accessService(ref, registry, { range, pending, allow: (provided) => allow(provided, ref.id) });
  }
  return {
    use,
    has(ref, range) {
      open('has');
      try {
        use(ref, range);
        return true;
      } catch (error) {
        if (PluginErrors.SERVICE_MISSING.is(error) || PluginErrors.SERVICE_VERSION.is(error)) return false;
        throw error;
      }
    },
    contributions<T>(point: ContributionPoint<T>) {
      open('contributions');
      return typed<readonly Contribution<T>[]>(registry.contributions(point.id));
    },
  };
}

function timers(
  scope: Scope,
  open: (method: string) => void,
  onCallbackFailure: (what: string, error: unknown) => void,
): Pick<PluginContext, 'setTimeout' | 'setInterval'> {
  return {
    setTimeout(task, delayMs) {
      open('setTimeout');
      const timer = setTimeout(() => {
        registration[Symbol.dispose]();
        isolate(task, (error) => onCallbackFailure('setTimeout', error));
      }, delayMs);
      const registration = scope.add(() => clearTimeout(timer));
      return registration;
    },
    setInterval(task, everyMs) {
      open('setInterval');
      const timer = setInterval(() => isolate(task, (error) => onCallbackFailure('setInterval', error)), everyMs);
      return scope.add(() => clearInterval(timer));
    },
  };
}
