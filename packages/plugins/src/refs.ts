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
