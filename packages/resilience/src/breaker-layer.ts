import { Breaker, type BreakerOptions, type BreakerState, type Permit } from './breaker.ts';
import type { Call, Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellCallRefused } from './events.ts';
import { createPolicy, type Policy } from './policy.ts';

export interface StandaloneBreakerOptions extends BreakerOptions {
  /** Names the breaker in errors and events. @default 'breaker' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** What can be seen and done by hand with a breaker. */
export interface BreakerControl {
  readonly state: BreakerState;
  /** Refuses everything until `reset`. */
  forceOpen(): void;
  /** Lets everything through until `reset`. */
  disable(): void;
  /** Closes, and forgets all outcomes. */
  reset(): void;
}

/** A breaker on its own. */
export interface BreakerPolicy extends Policy {
  readonly breaker: BreakerControl;
}

/**
 * Stops calling what keeps failing, and tries again carefully.
 *
 * @throws seaworthy.resilience.BREAKER_OPEN from `execute`.
 */
export function circuitBreaker(options: StandaloneBreakerOptions = {}): BreakerPolicy {
  const { name = 'breaker', clock = systemClock } = options;
  const breaker = new Breaker(name, options, clock);
  return { breaker, ...createPolicy(breakerLayer(name, breaker, options)) };
}

/** Asks the breaker before each attempt, and tells it how the attempt ended. */
export function breakerLayer(name: string, breaker: Breaker, options: BreakerOptions, onRefused?: () => void): Layer {
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const permit = enter(name, breaker, onRefused);
      const { attempt } = call;
      try {
        const result = await next(call);
        breaker.record(permit, options.isFailure?.({ ok: true, result, attempt }) ?? false);
        return result;
      } catch (error) {
        // A caller that gave up says nothing about the other side; a time limit that was passed does.
        if (call.scope.isOver && !ResilienceErrors.TIMED_OUT.is(error)) breaker.release(permit);
        else breaker.record(permit, options.isFailure?.({ ok: false, error, attempt }) ?? true);
        throw error;
      }
    };
}

function enter(pipeline: string, breaker: Breaker, onRefused: (() => void) | undefined): Permit {
  try {
    return breaker.enter();
  } catch (error) {
    onRefused?.();
    tellCallRefused({ pipeline, by: 'breaker' });
    throw error;
  }
}
