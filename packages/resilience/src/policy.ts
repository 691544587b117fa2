import { runTask, type Call, type Layer, type Run, type Task } from './call.ts';
import { Scope } from './scope.ts';

export interface ExecuteOptions {
  /** Ends the call when it aborts, wherever the call is. */
  readonly signal?: AbortSignal;
  /** `false` for a task that must not run twice: it is not retried, hedged, or given to the next target. @default true */
  readonly idempotent?: boolean;
}

/** Something that runs tasks with protection. */
export interface Policy {
  /** Runs the task; rejects with the reason of the signal as soon as it aborts. */
  execute<T>(task: Task<T>, options?: ExecuteOptions | AbortSignal): Promise<T>;
}

/** A policy of one layer. */
export function createPolicy(layer: Layer): Policy {
  const run = layer(runTask);
  return {
    // Not an async function: most calls have no signal, and would pay for a promise that does nothing.
    execute(task, options) {
      if (options === undefined) return run({ task, scope: undefined, attempt: 1, isOnce: false });
      const signal = signalOf(options);
      const call = { task, scope: signal && new Scope(), attempt: 1, isOnce: isOnce(options) };
      return signal === undefined ? run(call) : runFollowing(run, call, signal);
    },
  };
}

async function runFollowing<T>(run: Run, call: Call<T>, signal: AbortSignal): Promise<T> {
  const unfollow = call.scope?.follow(signal);
  try {
    return await run(call);
  } finally {
    unfollow?.();
  }
}

/** Whether a call may be made only once. */
export function isOnce(options: ExecuteOptions | AbortSignal | undefined): boolean {
  if (options === undefined || isSignal(options)) return false;
  const { idempotent = true } = options;
  return !idempotent;
}

/** Ties a scope to the signal a caller gave, if any. */
export function followSignal(
  scope: Scope,
  options: ExecuteOptions | AbortSignal | undefined,
): (() => void) | undefined {
  const signal = signalOf(options);
  return signal && scope.follow(signal);
}

function signalOf(options: ExecuteOptions | AbortSignal | undefined): AbortSignal | undefined {
  return options !== undefined && isSignal(options) ? options : options?.signal;
}

/** Test environments and polyfills have a class of their own. */
function isSignal(options: ExecuteOptions | AbortSignal): options is AbortSignal {
  return 'aborted' in options;
}
