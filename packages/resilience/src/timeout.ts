import type { Call, Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { Deadlines, type Deadline } from './deadlines.ts';
import { ResilienceErrors } from './errors.ts';
import { tellLimitPassed, type LimitPassed } from './events.ts';
import { expectAboveZero, expectOptions } from './options.ts';
import { createPolicy, type Policy } from './policy.ts';
import { Scope } from './scope.ts';

export interface TimeoutOptions {
  /** Names the policy in errors and events. @default 'timeout' */
  readonly name?: string;
  readonly clock?: Clock;
}

/**
 * Ends a call that takes longer.
 *
 * @throws seaworthy.resilience.TIMED_OUT from `execute`.
 */
export function timeout(timeoutMs: number, options: TimeoutOptions = {}): Policy {
  expectOptions<TimeoutOptions>('options', options, { name: true, clock: true });
  const { name = 'timeout', clock = systemClock } = options;
  expectAboveZero('timeoutMs', timeoutMs);
  return createPolicy(timeoutLayer({ pipeline: name, limit: 'total', timeoutMs }, clock));
}

/** Ends the scope of what is inside when the time is up; no timer outlives the last call. */
export function timeoutLayer(limit: LimitPassed, clock: Clock, onTimeout?: () => void): Layer {
  const deadlines = new Deadlines(clock);
  const pass = (scope: Scope): void => {
    onTimeout?.();
    tellLimitPassed(limit);
    scope.end(new ResilienceErrors.TIMED_OUT({ ...limit }));
  };
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const at = clock.now() + limit.timeoutMs;
      const scope = new Scope(call.scope, at);
      const deadline: Deadline = { at, pass: () => pass(scope) };
      deadlines.add(deadline);
      try {
        return await next({ task: call.task, scope, attempt: call.attempt, isOnce: call.isOnce });
      } finally {
        deadlines.remove(deadline, call.scope?.isOver === true);
        scope.close();
      }
    };
}
