import { runTask, type Run } from './call.ts';
import type { Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import type { Target } from './health.ts';
import { expectAboveZero } from './options.ts';
import { Scope } from './scope.ts';
import { timeoutLayer } from './timeout.ts';

/** What a task gets to know of its call to one of several targets. */
export interface TargetContext<T> {
  readonly target: T;
  readonly signal: AbortSignal;
}

/** Work that one of several targets does. */
export type TargetTask<T, R> = (context: TargetContext<T>) => R | Promise<R>;

/** How a target is called: with a time limit, if there is one. */
export function targetRun(group: string, attemptTimeoutMs: number | undefined, clock: Clock): Run {
  if (attemptTimeoutMs === undefined) return runTask;
  expectAboveZero('attemptTimeoutMs', attemptTimeoutMs);
  return timeoutLayer({ pipeline: group, limit: 'attempt', timeoutMs: attemptTimeoutMs }, clock)(runTask);
}

/** Calls one target, and learns from it how the target is. */
export async function callTarget<T, R>(
  target: Target<T>,
  run: Run,
  task: TargetTask<T, R>,
  home: Scope,
  signal: AbortSignal | undefined,
): Promise<R> {
  const scope = new Scope(home);
  const unfollow = signal && scope.follow(signal);
  let outcome: 'ok' | 'failed' | 'unknown' = 'failed';
  target.begin();
  try {
    const withTarget = (context: { readonly signal: AbortSignal }): R | Promise<R> =>
      task({
        target: target.value,
        get signal() {
          return context.signal;
        },
      });
    const result = await run({ task: withTarget, scope, attempt: 1, isOnce: false });
    outcome = 'ok';
    return result;
  } catch (error) {
    outcome = outcomeOf(error, target, scope);
    throw error;
  } finally {
    target.end(outcome);
    unfollow?.();
    scope.close();
  }
}

// A caller that gave up says nothing about the target; a time limit of a pipeline around it that was passed does: else a
// target that swallows every call would stay in for ever.
function outcomeOf<T>(error: unknown, target: Target<T>, scope: Scope): 'ok' | 'failed' | 'unknown' {
  if (scope.isOver && !isTimeLimit(error)) return 'unknown';
  return target.isToBlameFor(error) ? 'failed' : 'ok';
}

function isTimeLimit(error: unknown): boolean {
  return ResilienceErrors.TIMED_OUT.is(error) || (error instanceof Error && error.name === 'TimeoutError');
}
