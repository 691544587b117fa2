import { runTask } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { Target, type HealthOptions, type TargetStatus } from './health.ts';
import { expectWhole } from './options.ts';
import { createPick, type Strategy } from './pick.ts';
import { followSignal, type ExecuteOptions } from './policy.ts';
import { Scope } from './scope.ts';

/** What a task gets to know of its call to one of several targets. */
export interface TargetContext<T> {
  readonly target: T;
  readonly signal: AbortSignal;
}

/** Work that one of several targets does. */
export type TargetTask<T, R> = (context: TargetContext<T>) => R | Promise<R>;

export interface BalancerOptions {
  /** @default 'round-robin' */
  readonly strategy?: Strategy;
  /** For `weighted`: a share for each target. */
  readonly weights?: readonly number[];
  readonly health?: HealthOptions;
  /** Names the balancer in errors and events. @default 'balancer' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** Spreads calls over targets, and leaves out those that keep failing. */
export interface Balancer<T> {
  /** @throws seaworthy.resilience.NO_TARGET when all targets are out. */
  execute<R>(task: TargetTask<T, R>, options?: ExecuteOptions | AbortSignal): Promise<R>;
  status(): readonly TargetStatus[];
}

/** Makes a balancer over targets; `home` ends all its calls. */
export function createBalancer<T>(
  values: readonly T[],
  options: BalancerOptions = {},
  home: Scope = new Scope(),
): Balancer<T> {
  const { strategy = 'round-robin', weights, health = {}, name = 'balancer', clock = systemClock } = options;
  expectWhole('targets.length', values.length, 1);
  const targets = values.map((value, index) => new Target(value, index, name, health, clock));
  const pick = createPick(strategy, targets, weights);
  return {
    async execute(task, callOptions) {
      const target = pick(targets.filter((each) => each.isAvailable));
      if (target === undefined) throw new ResilienceErrors.NO_TARGET({ group: name, targets: targets.length });
      return callTarget(target, task, home, callOptions);
    },
    status: () => targets.map((target) => target.status()),
  };
}

/** Calls one target, and learns from it how the target is. */
export async function callTarget<T, R>(
  target: Target<T>,
  task: TargetTask<T, R>,
  home: Scope,
  options: ExecuteOptions | AbortSignal | undefined,
): Promise<R> {
  const scope = new Scope(home);
  const unfollow = followSignal(scope, options);
  let outcome: 'ok' | 'failed' | 'unknown' = 'ok';
  target.begin();
  try {
    const withTarget = (context: { readonly signal: AbortSignal }): R | Promise<R> =>
      task({
        target: target.value,
        get signal() {
          return context.signal;
        },
      });
    return await runTask({ task: withTarget, scope, attempt: 1 });
  } catch (error) {
    outcome = scope.isOver ? 'unknown' : 'failed';
    throw error;
  } finally {
    target.end(outcome);
    unfollow?.();
    scope.close();
  }
}
