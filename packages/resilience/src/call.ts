import type { Clock } from './clock.ts';
import { Scope, type ScopeListener } from './scope.ts';

/** What a task gets to know of its call. */
export interface TaskContext {
  /** Aborts when the result is not wanted any more. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** The work that is protected. */
export type Task<T> = (context: TaskContext) => T | Promise<T>;

/** One attempt at a task, on its way through the layers. */
export interface Call<T> {
  readonly task: Task<T>;
  /** `undefined` when nothing can end the call: it has no signal, no time limit and no registry. */
  readonly scope: Scope | undefined;
  readonly attempt: number;
  /** Whether the task must not run a second time. */
  readonly isOnce: boolean;
}

/** Does a call. */
export type Run = <T>(call: Call<T>) => Promise<T>;

/** Adds one kind of protection to a run. */
export type Layer = (next: Run) => Run;

class LazyContext implements TaskContext {
  // V8 forgets the hidden class of objects of which none is left at a full collection, and then all code that was compiled for it.
  static readonly kept: TaskContext = new LazyContext(undefined, 1);
  readonly attempt: number;
  #scope: Scope | undefined;

  constructor(scope: Scope | undefined, attempt: number) {
    this.#scope = scope;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    return (this.#scope ??= new Scope()).signal;
  }

  end(reason: unknown): void {
    this.#scope?.end(reason);
  }
}

/** Aborts the signal that a task got, also after its result has come: what is bound to it, such as the body of a response, goes. */
export function endContext(context: TaskContext, reason: unknown): void {
  if (context instanceof LazyContext) context.end(reason);
}

/** The innermost run: starts the task, and stops waiting for it when the scope ends. */
export function runTask<T>({ task, scope, attempt }: Call<T>): Promise<T> {
  try {
    scope?.throwIfOver();
    return untilOver(scope, task(new LazyContext(scope, attempt)));
  } catch (error) {
    return Promise.reject(error);
  }
}

// Not async functions, and no promise of their own if it can be helped: every call goes through here.
/** Settles like the work, or rejects at once when the scope ends; what the work does after that is nobody's concern. */
export function untilOver<T>(scope: Scope | undefined, work: T | Promise<T>): Promise<T> {
  if (scope === undefined || !isThenable(work)) return Promise.resolve(work);
  return new Promise<T>((resolve, reject) => {
    const listener: ScopeListener = { scopeEnded: reject };
    scope.add(listener);
    const succeed = (value: T): void => {
      scope.remove(listener);
      resolve(value);
    };
    const fail = (error: unknown): void => {
      scope.remove(listener);
      reject(error);
    };
    Promise.resolve(work).then(succeed, fail);
  });
}

// Functions too: builders of queries and requests are often called, and awaited, as one thing.
function isThenable(value: unknown): boolean {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && 'then' in value;
}

/** Waits, and rejects at once when the scope ends. */
export async function pause(scope: Scope | undefined, clock: Clock, delayMs: number): Promise<void> {
  scope?.throwIfOver();
  return new Promise((resolve, reject) => {
    const listener: ScopeListener = {
      scopeEnded: (reason) => {
        cancel();
        reject(reason);
      },
    };
    const cancel = clock.schedule(delayMs, () => {
      scope?.remove(listener);
      resolve();
    });
    scope?.add(listener);
  });
}
