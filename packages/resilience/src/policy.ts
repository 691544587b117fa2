import { runTask, type Layer, type Task } from './call.ts';
import { Scope } from './scope.ts';

export interface ExecuteOptions {
  /** Ends the call when it aborts, wherever the call is. */
  readonly signal?: AbortSignal;
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
    async execute(task, options) {
      const scope = new Scope();
      const unfollow = followSignal(scope, options);
      try {
        return await run({ task, scope, attempt: 1 });
      } finally {
        unfollow?.();
      }
    },
  };
}

/** Ties a scope to the signal a caller gave, if any. */
export function followSignal(
  scope: Scope,
  options: ExecuteOptions | AbortSignal | undefined,
): (() => void) | undefined {
  const signal = options instanceof AbortSignal ? options : options?.signal;
  return signal === undefined ? undefined : scope.follow(signal);
}
