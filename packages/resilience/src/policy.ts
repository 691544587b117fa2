import { runTask, type Layer, type Run, type Task } from './call.ts';
import { badOption, expectObject, expectSignal, isSignal } from './options.ts';
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
    execute: (task, options) =>
      options === undefined && typeof task === 'function'
        ? run({ task, scope: undefined, attempt: 1, isOnce: false })
        : runAsked(run, task, options),
  };
}

async function runAsked<T>(run: Run, task: Task<T>, options: ExecuteOptions | AbortSignal | undefined): Promise<T> {
  const { signal, isOnce } = asked('task', task, options);
  const scope = signal && new Scope();
  const unfollow = signal && scope?.follow(signal);
  try {
    return await run({ task, scope, attempt: 1, isOnce });
  } finally {
    unfollow?.();
  }
}

/** What a caller asks for. */
export interface Asked {
  readonly signal: AbortSignal | undefined;
  /** Whether the call may be made only once. */
  readonly isOnce: boolean;
}

const askedNothing: Asked = { signal: undefined, isOnce: false };

/**
 * Reads what a caller asks for, before anything is begun or counted: a mistake of the caller is no failure of the other side.
 *
 * @throws seaworthy.resilience.BAD_OPTION
 */
export function asked(word: 'task' | 'load', work: unknown, options: ExecuteOptions | AbortSignal | undefined): Asked {
  if (typeof work !== 'function') throw badOption(word, 'a function', work);
  if (options === undefined) return askedNothing;
  if (isSignal(options)) return { signal: options, isOnce: false };
  expectObject('options', options);
  const { signal, idempotent = true } = options;
  // As in the options of `fetch`, null is none.
  if (signal === undefined || signal === null) return { signal: undefined, isOnce: !idempotent };
  expectSignal('signal', signal);
  return { signal, isOnce: !idempotent };
}
