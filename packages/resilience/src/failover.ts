// (1) Targets are tried in their order; a call goes on to the next when one fails, and each is tried at most once. An error
//     that is not the fault of the target ends the call: the next one would answer the same. So does any error of a task
//     that must run once.
// (2) A target that keeps failing is passed over, and gets a trial call after its interval: the primary comes back by itself.
import { targetRun, callTarget, type TargetTask } from './call-target.ts';
import type { Run } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { Target, type HealthOptions, type TargetStatus } from './health.ts';
import { expectList, expectOptions, type OptionNames } from './options.ts';
import { asked, type ExecuteOptions } from './policy.ts';
import { Scope } from './scope.ts';

export interface FailoverOptions<T> {
  readonly primary: T;
  /** In the order to try them. */
  readonly fallbacks: readonly T[];
  readonly health?: HealthOptions;
  /** Goes on to the next target when one does not answer for this long. By default it waits. */
  readonly attemptTimeoutMs?: number;
  /** Names the failover in errors and events. @default 'failover' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** Uses the first target that works. */
export interface Failover<T> {
  /**
   * Rejects with the error of the last target that was tried.
   * @throws seaworthy.resilience.NO_TARGET when all targets are out.
   */
  execute<R>(task: TargetTask<T, R>, options?: ExecuteOptions | AbortSignal): Promise<R>;
  /** The primary first. */
  status(): readonly TargetStatus[];
}

const failoverOptions: OptionNames<FailoverOptions<unknown>> = {
  primary: true,
  fallbacks: true,
  health: true,
  attemptTimeoutMs: true,
  name: true,
  clock: true,
};

/** Makes a failover; `home` ends all its calls. */
export function createFailover<T>(options: FailoverOptions<T>, home: Scope = new Scope()): Failover<T> {
  expectOptions('options', options, failoverOptions);
  const { primary, fallbacks, health = {}, name = 'failover', clock = systemClock } = options;
  expectList('fallbacks', fallbacks);
  const targets = [primary, ...fallbacks].map((value, index) => new Target(value, index, name, health, clock));
  const run = targetRun(name, options.attemptTimeoutMs, clock);
  return {
    async execute(task, callOptions) {
      const { signal, isOnce } = asked('task', task, callOptions);
      const caller = new Scope(home);
      const unfollow = signal && caller.follow(signal);
      try {
        return await tryInOrder({ group: name, targets, run, caller, isOnce }, task);
      } finally {
        unfollow?.();
        caller.close();
      }
    },
    status: () => targets.map((target) => target.status()),
  };
}

interface Order<T> {
  readonly group: string;
  readonly targets: readonly Target<T>[];
  readonly run: Run;
  readonly caller: Scope;
  readonly isOnce: boolean;
}

async function tryInOrder<T, R>(order: Order<T>, task: TargetTask<T, R>): Promise<R> {
  const { group, targets, run, caller } = order;
  caller.throwIfOver();
  let last: unknown = new ResilienceErrors.NO_TARGET({ group, targets: targets.length });
  for (const target of targets) {
    if (!target.isAvailable) continue;
    try {
      return await callTarget(target, run, task, caller, undefined);
    } catch (error) {
      last = error;
      if (order.isOnce || caller.isOver || !target.isToBlameFor(error)) break;
    }
  }
  throw last;
}
