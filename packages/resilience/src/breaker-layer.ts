import type { BreakerState } from './breaker-state.ts';
import { Breaker, type BreakerOptions, type Permit } from './breaker.ts';
import type { Call, Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellCallRefused } from './events.ts';
import { expectFunctions, expectObject } from './options.ts';
import { createPolicy, type Policy } from './policy.ts';
import type { Totals } from './window.ts';

export interface StandaloneBreakerOptions extends BreakerOptions {
  /** Names the breaker in errors and events. @default 'breaker' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** What can be seen and done by hand with a breaker. */
export interface BreakerControl {
  readonly state: BreakerState;
  /** What is in the window, or half-open what the trials said so far. */
  readonly counts: Totals;
  /** Refuses everything until `reset`. */
  forceOpen(): void;
  /** Lets everything through until `reset`, and counts nothing. */
  disable(): void;
  /** Lets everything through until `reset`, and counts: to see what a breaker would do before it does it. */
  observe(): void;
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
  expectObject('breaker', options);
  const { name = 'breaker', clock = systemClock } = options;
  const breaker = new Breaker(name, options, clock);
  return { breaker, ...createPolicy(breakerLayer(name, breaker, options)) };
}

/** Asks the breaker before each attempt, and tells it how the attempt ended. */
export function breakerLayer(name: string, breaker: Breaker, options: BreakerOptions, onRefused?: () => void): Layer {
  const { isFailure = yes, isFailedResult, ignores = no } = options;
  expectFunctions({
    'breaker.isFailure': isFailure,
    'breaker.isFailedResult': isFailedResult,
    'breaker.ignores': ignores,
  });
  const judge = (error: unknown, permit: Permit, startedAt: number): void => {
    // Until it is known better, also by a predicate that throws, an error is a failure: no permit may be lost.
    let verdict: 'failed' | 'succeeded' | 'ignored' = 'failed';
    try {
      verdict = ignores(error) ? 'ignored' : isFailure(error) ? 'failed' : 'succeeded';
    } finally {
      if (verdict === 'ignored') breaker.release(permit);
      else breaker.record(permit, verdict === 'failed', startedAt);
    }
  };
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const permit = enter(name, breaker, onRefused);
      const startedAt = breaker.startsAt;
      try {
        const result = await next(call);
        breaker.record(permit, isFailedResult?.(result) ?? false, startedAt);
        return result;
      } catch (error) {
        // A caller that gave up says nothing about the other side; a time limit that was passed does.
        if (call.scope?.isOver === true && !ResilienceErrors.TIMED_OUT.is(error)) breaker.release(permit);
        else judge(error, permit, startedAt);
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

const yes = (): boolean => true;
const no = (): boolean => false;
