import { targetRun, callTarget, type TargetTask } from './call-target.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { Target, type HealthOptions, type TargetStatus } from './health.ts';
import { expectList, expectOptions, expectWhole, type OptionNames } from './options.ts';
import { createPick, type Strategy } from './pick.ts';
import { asked, type ExecuteOptions } from './policy.ts';
import { Scope } from './scope.ts';

export interface BalancerOptions {
  /** @default 'round-robin' */
  readonly strategy?: Strategy;
  /** For `weighted`: a share for each target. */
  readonly weights?: readonly number[];
  readonly health?: HealthOptions;
  /** Ends a call to a target after this long, which is a failure of the target. By default none is. */
  readonly attemptTimeoutMs?: number;
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

const balancerOptions: OptionNames<BalancerOptions> = {
  strategy: true,
  weights: true,
  health: true,
  attemptTimeoutMs: true,
  name: true,
  clock: true,
};

/** Makes a balancer over targets; `home` ends all its calls. */
export function createBalancer<T>(
  values: readonly T[],
  options: BalancerOptions = {},
  home: Scope = new Scope(),
): Balancer<T> {
  expectOptions('options', options, balancerOptions);
  const { strategy = 'round-robin', weights, health = {}, name = 'balancer', clock = systemClock } = options;
  expectList('targets', values);
  expectWhole('targets.length', values.length, 1);
  const run = targetRun(name, options.attemptTimeoutMs, clock);
  const targets = values.map((value, index) => new Target(value, index, name, health, clock));
  const pick = createPick(strategy, targets, weights);
  return {
    async execute(task, callOptions) {
      const { signal } = asked('task', task, callOptions);
      const target = pick(targets.filter((each) => each.isAvailable));
      if (target === undefined) throw new ResilienceErrors.NO_TARGET({ group: name, targets: targets.length });
      return callTarget(target, run, task, home, signal);
    },
    status: () => targets.map((target) => target.status()),
  };
}
