/** Names a service and its type; two references with the same id are the same service. */
export interface ServiceRef<T> {
  readonly kind: 'service';
  readonly id: string;
  readonly '~type'?: T;
}

/** Names a list that plugins add values to. */
export interface ContributionPoint<T> {
  readonly kind: 'contribution-point';
  readonly id: string;
  readonly '~type'?: T;
}

/** Names an event and the type of its payload. */
export interface EventRef<T> {
  readonly kind: 'event';
  readonly id: string;
  readonly '~type'?: T;
}

/** How the listeners of a hook are called. */
export type HookMode = 'series' | 'parallel' | 'waterfall' | 'bail';

/** Names a place where plugins have a say, what their listeners get, and what comes back to the caller. */
export interface HookRef<Payload, Answer> {
  readonly kind: 'hook';
  readonly mode: HookMode;
  readonly id: string;
  readonly '~type'?: (payload: Payload) => Answer;
}

/**
 * A service as its users see it: the methods only, each returning a promise.
 *
 * A call rejects with `SERVICE_GONE` once the providing plugin is unloaded.
 */
export type Service<T> = {
  readonly [Name in keyof T as T[Name] extends (...args: never[]) => unknown ? Name : never]: T[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** Names a service by id, such as `billing.invoices`. */
export function service<T>(id: string): ServiceRef<T> {
  return Object.freeze({ kind: 'service', id });
}

/** Names a contribution point by id, such as `audit.rules`. */
export function contributionPoint<T>(id: string): ContributionPoint<T> {
  return Object.freeze({ kind: 'contribution-point', id });
}

/** Names an event by id, such as `cart.emptied`. */
export function event<T>(id: string): EventRef<T> {
  return Object.freeze({ kind: 'event', id });
}

/** Names hooks by id, such as `order.placed`, each kind with the way in which its listeners are called. */
export const hooks: {
  /** The same as `event`: all are told, none is waited for. */
  notify<Payload>(id: string): EventRef<Payload>;
  /** Each is called when the one before it has ended. */
  series<Payload>(id: string): HookRef<Payload, void>;
  /** All are called at once; the caller waits for all. */
  parallel<Payload>(id: string): HookRef<Payload, void>;
  /** Each gets what the one before it has returned; returning `undefined` leaves it as it is. */
  waterfall<Payload>(id: string): HookRef<Payload, Payload>;
  /** They are asked one after the other until one answers. */
  bail<Payload, Answer>(id: string): HookRef<Payload, Answer | undefined>;
} = {
  notify: event,
  series: (id) => Object.freeze({ kind: 'hook', mode: 'series', id }),
  parallel: (id) => Object.freeze({ kind: 'hook', mode: 'parallel', id }),
  waterfall: (id) => Object.freeze({ kind: 'hook', mode: 'waterfall', id }),
  bail: (id) => Object.freeze({ kind: 'hook', mode: 'bail', id }),
};
