// (1) At most `max` + 1 attempts.
// (2) No attempt starts after the scope of the call is over, and no second one of a task that must run once; a wait ends at
//     once when the scope ends.
// (3) The error of the last attempt is thrown as it is.
// (4) The signal of a result that is thrown away aborts: an unread response would keep its connection.
import { isSeaworthyError } from '@seaworthy/errors/define';
import { delaysOf, type BackoffOptions } from './backoff.ts';
import { createBudget, type Budget, type BudgetOptions } from './budget.ts';
import { endContext, pause, type Call, type Layer, type TaskContext } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellRetryRefused, tellRetryScheduled } from './events.ts';
import {
  expectAtLeastZero,
  expectFunctions,
  expectObject,
  expectOptions,
  expectWhole,
  type OptionNames,
} from './options.ts';
import { createPolicy, type Policy } from './policy.ts';
import { retryAfterMs } from './retry-after.ts';
import { Scope } from './scope.ts';

export interface RetryOptions extends BackoffOptions {
  /** How often to try again after the first attempt. @default 3 */
  readonly max?: number;
  /** Waits as long as the error or the result asks by Retry-After, if that is longer than the back-off. @default false */
  readonly retryAfter?: boolean;
  /** Gives up when Retry-After asks for more than this. @default 60000 */
  readonly maxRetryAfterMs?: number;
  /** Limits retries to a share of the calls; `false` does not. @default { ratio: 0.2, minPerSec: 10 } */
  readonly budget?: BudgetOptions | false;
  /**
   * Whether to try again after an error, such as `ShopErrors.BUSY.is`. By default an error of a catalogue says so itself
   * (`retryable`), and any other error is retried.
   */
  readonly when?: (error: unknown, attempt: number) => boolean;
  /** Whether to try again after a result, such as a response with status 503. By default no result is retried. */
  readonly whenResult?: (result: unknown, attempt: number) => boolean;
}

export interface StandaloneRetryOptions extends RetryOptions {
  /** Names the policy in events. @default 'retry' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** Tries again, with exponential back-off. */
export function retry(options: StandaloneRetryOptions = {}): Policy {
  expectObject('retry', options);
  const { name = 'retry', clock = systemClock } = options;
  return createPolicy(retryLayer(name, options, clock, createRetryBudget(options, clock)));
}

/** The budget of the options, or the usual one; `undefined` when there is to be none. */
export function createRetryBudget({ budget }: RetryOptions, clock: Clock): Budget | undefined {
  return budget === false ? undefined : createBudget(budget ?? {}, clock);
}

const retryOptions: OptionNames<StandaloneRetryOptions> = {
  max: true,
  firstMs: true,
  maxMs: true,
  factor: true,
  jitter: true,
  random: true,
  retryAfter: true,
  maxRetryAfterMs: true,
  budget: true,
  when: true,
  whenResult: true,
  name: true,
  clock: true,
};

/** Runs what is inside until it succeeds, or there is a reason to stop. */
export function retryLayer(
  name: string,
  options: RetryOptions,
  clock: Clock,
  budget: Budget | undefined,
  onRetry?: () => void,
): Layer {
  expectOptions('retry', options, retryOptions);
  const { max = 3, when = isWorthRetrying, whenResult } = options;
  expectWhole('retry.max', max, 0);
  expectFunctions({ 'retry.when': when, 'retry.whenResult': whenResult });
  const nextWait = planWait(name, options, clock);
  /** How long to wait before the next attempt, if it makes sense to try again. */
  const planRetry = ({ scope, isOnce }: Call<unknown>, attempt: number, outcome: unknown): number | undefined => {
    if (attempt > max || isOnce || scope?.isOver === true) return undefined;
    const waitMs = nextWait(outcome, attempt, scope?.deadline ?? Infinity);
    if (waitMs === undefined || !hasBudget(budget, name, attempt)) return undefined;
    tellRetryScheduled({ pipeline: name, attempt, waitMs });
    return waitMs;
  };
  const waitToRetry = async (scope: Scope | undefined, waitMs: number): Promise<void> => {
    await pause(scope, clock, waitMs);
    onRetry?.();
  };
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const { task, scope, isOnce } = call;
      budget?.deposit();
      for (let attempt = 1; ; attempt += 1) {
        const given = attempt === 1 ? call : { task, scope, attempt, isOnce };
        const kept = whenResult && new Kept(given);
        let result: T;
        try {
          result = await next(kept?.call ?? given);
        } catch (error) {
          const waitMs = when(error, attempt) ? planRetry(call, attempt, error) : undefined;
          if (waitMs === undefined) throw error;
          await waitToRetry(scope, waitMs);
          continue;
        } finally {
          kept?.close();
        }
        if (whenResult === undefined || !whenResult(result, attempt)) return result;
        const waitMs = planRetry(call, attempt, result);
        if (waitMs === undefined) return result;
        kept?.throwAway(new ResilienceErrors.DISCARDED({ pipeline: name }));
        await waitToRetry(scope, waitMs);
      }
    };
}

/** An attempt whose result may be thrown away. With hedges it has several tasks. */
class Kept<T> {
  readonly call: Call<T>;
  readonly #scope: Scope;
  readonly #contexts: TaskContext[] = [];

  constructor(call: Call<T>) {
    this.#scope = new Scope(call.scope);
    const task = (context: TaskContext): T | Promise<T> => {
      this.#contexts.push(context);
      return call.task(context);
    };
    this.call = { ...call, task, scope: this.#scope };
  }

  close(): void {
    this.#scope.close();
  }

  throwAway(reason: unknown): void {
    for (const context of this.#contexts) endContext(context, reason);
  }
}

function isWorthRetrying(error: unknown): boolean {
  return isSeaworthyError(error) ? error.meta.retryable === true : true;
}

function hasBudget(budget: Budget | undefined, pipeline: string, attempt: number): boolean {
  if (budget === undefined || budget.withdraw()) return true;
  tellRetryRefused({ pipeline, attempt, reason: 'budget' });
  return false;
}

/** The wait before the next attempt, or `undefined` when there is no point in waiting. */
function planWait(
  pipeline: string,
  options: RetryOptions,
  clock: Clock,
): (outcome: unknown, attempt: number, deadline: number) => number | undefined {
  const { retryAfter = false, maxRetryAfterMs = 60_000 } = options;
  expectAtLeastZero('retry.maxRetryAfterMs', maxRetryAfterMs);
  const delay = delaysOf(options);
  return (outcome, attempt, deadline) => {
    const asked = retryAfter ? (retryAfterMs(outcome, clock.date()) ?? 0) : 0;
    const waitMs = Math.max(asked, delay(attempt));
    const reason = asked > maxRetryAfterMs ? 'wait' : clock.now() + waitMs >= deadline ? 'deadline' : undefined;
    if (reason === undefined) return waitMs;
    tellRetryRefused({ pipeline, attempt, reason });
    return undefined;
  };
}
