// (1) At most `max` + 1 attempts.
// (2) No attempt starts after the scope of the call is over; a wait ends at once when it ends.
// (3) The error of the last attempt is thrown as it is.
import { isSeaworthyError } from '@seaworthy/errors';
import { backoff, type BackoffOptions } from './backoff.ts';
import { createBudget, type Budget, type BudgetOptions } from './budget.ts';
import { pause, type Call, type Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { tellRetryRefused, tellRetryScheduled } from './events.ts';
import { expectAtLeastZero, expectWhole } from './options.ts';
import { createPolicy, type Policy } from './policy.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Scope } from './scope.ts';

/** How an attempt ended. */
export type Outcome =
  | { readonly ok: true; readonly result: unknown; readonly attempt: number }
  | { readonly ok: false; readonly error: unknown; readonly attempt: number };

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
   * Whether to try again. By default an error of a catalogue says so itself (`retryable`), any other error is retried,
   * and a result is not.
   */
  readonly when?: (outcome: Outcome) => boolean;
}

export interface StandaloneRetryOptions extends RetryOptions {
  /** Names the policy in events. @default 'retry' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** Tries again, with exponential back-off. */
export function retry(options: StandaloneRetryOptions = {}): Policy {
  const { name = 'retry', clock = systemClock } = options;
  return createPolicy(retryLayer(name, options, clock));
}

/** Runs what is inside until it succeeds, or there is a reason to stop. */
export function retryLayer(name: string, options: RetryOptions, clock: Clock, onRetry?: () => void): Layer {
  const { max = 3, when = isWorthRetrying } = options;
  expectWhole('retry.max', max, 0);
  const nextWait = planWait(name, options, clock);
  const budget = options.budget === false ? undefined : createBudget(options.budget ?? {}, clock);
  /** Waits if it makes sense to try again, and says whether it did. */
  const waitToRetry = async (outcome: Outcome, scope: Scope): Promise<boolean> => {
    const { attempt } = outcome;
    if (attempt > max || scope.isOver || !when(outcome)) return false;
    const waitMs = nextWait(outcome, scope.deadline);
    if (waitMs === undefined || !hasBudget(budget, name, attempt)) return false;
    tellRetryScheduled({ pipeline: name, attempt, waitMs });
    await pause(scope, clock, waitMs);
    onRetry?.();
    return true;
  };
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const { task, scope } = call;
      budget?.deposit();
      for (let attempt = 1; ; attempt += 1) {
        let outcome: OutcomeOf<T>;
        try {
          const result = await next({ task, scope, attempt });
          if (options.when === undefined) return result;
          outcome = { ok: true, result, attempt };
        } catch (error) {
          outcome = { ok: false, error, attempt };
        }
        if (!(await waitToRetry(outcome, scope))) return unwrap(outcome);
      }
    };
}

type OutcomeOf<T> = { ok: true; result: T; attempt: number } | { ok: false; error: unknown; attempt: number };

function unwrap<T>(outcome: OutcomeOf<T>): T {
  if (outcome.ok) return outcome.result;
  throw outcome.error;
}

function isWorthRetrying(outcome: Outcome): boolean {
  if (outcome.ok) return false;
  return isSeaworthyError(outcome.error) ? outcome.error.meta.retryable === true : true;
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
): (outcome: Outcome, deadline: number) => number | undefined {
  const { retryAfter = false, maxRetryAfterMs = 60_000 } = options;
  expectAtLeastZero('retry.maxRetryAfterMs', maxRetryAfterMs);
  const delay = backoff(options);
  return (outcome, deadline) => {
    const { attempt } = outcome;
    const asked = retryAfter ? (retryAfterMs(outcome.ok ? outcome.result : outcome.error, clock.date()) ?? 0) : 0;
    const waitMs = Math.max(asked, delay(attempt));
    const reason = asked > maxRetryAfterMs ? 'wait' : clock.now() + waitMs >= deadline ? 'deadline' : undefined;
    if (reason === undefined) return waitMs;
    tellRetryRefused({ pipeline, attempt, reason });
    return undefined;
  };
}
