import satisfies from 'semver/functions/satisfies.js';
import { PluginErrors } from './errors.ts';
import { isThenable } from './deadline.ts';
import type { Service, ServiceRef } from './refs.ts';
import type { Provided, Registry } from './registry.ts';
import { typed } from './typed.ts';

/** The calls a plugin has made and not had answered: what it awaits when it is late. */
export type PendingCalls = Set<{ readonly what: string }>;

interface AccessOptions {
  readonly range?: string | undefined;
  /** Says whether the provider may be used; throws if not. */
  readonly allow?: (provided: Provided) => void;
  readonly pending?: PendingCalls;
}

/** Finds a service and wraps it, or throws why it cannot be used. */
export function accessService<T>(ref: ServiceRef<T>, registry: Registry, options: AccessOptions = {}): Service<T> {
  const { range, allow, pending = new Set() } = options;
  const provided = registry.service(ref.id);
  if (!provided) throw new PluginErrors.SERVICE_MISSING({ service: ref.id });
  allow?.(provided);
  const { id, version } = provided.owner;
  if (range !== undefined && !satisfies(version, range)) {
    throw new PluginErrors.SERVICE_VERSION({ service: ref.id, provider: id, version, range });
  }
  return typed<Service<T>>(wrap(ref.id, provided, pending));
}

function wrap(serviceId: string, provided: Provided, pending: PendingCalls): object {
  const implementation = typed<Record<string, (...args: unknown[]) => unknown>>(provided.implementation);
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  return new Proxy(Object.freeze({}), {
    get(_target, name) {
      // A wrapper with `then` would be mistaken for a promise.
      if (typeof name !== 'string' || name === 'then' || typeof implementation[name] !== 'function') return undefined;
      const existing = methods.get(name);
      if (existing) return existing;
      const what = `${serviceId}.${name}() of plugin "${provided.owner.id}"`;
      const method = (...args: unknown[]): Promise<unknown> =>
        track(pending, what, () => call(provided, () => implementation[name]?.(...args)));
      methods.set(name, method);
      return method;
    },
  });
}

async function track(pending: PendingCalls, what: string, run: () => Promise<unknown>): Promise<unknown> {
  const entry = { what };
  pending.add(entry);
  try {
    return await run();
  } finally {
    pending.delete(entry);
  }
}

/** Answers as the service does, or rejects when it is withdrawn meanwhile. */
async function call({ withdrawn }: Provided, run: () => unknown): Promise<unknown> {
  withdrawn.throwIfAborted();
  const answer = run();
  if (!isThenable(answer)) return answer;
  const answered = new AbortController();
  const gone = new Promise<never>((_resolve, reject) => {
    withdrawn.addEventListener('abort', () => reject(withdrawn.reason), { signal: answered.signal });
  });
  try {
    return await Promise.race([answer, gone]);
  } finally {
    answered.abort();
  }
}
