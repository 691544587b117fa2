// (1) Never more than `concurrency` tasks at the same time, never more than `maxRetries` + 1 attempts of one.
// (2) There is a result for every task, in the order of the tasks, whatever happens.
// (3) After the first failure (`fail_fast`) or an abort no task starts, and those running are ended.
import { pause, runTask } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import {
  expectAtLeastZero,
  expectList,
  expectOneOf,
  expectOptions,
  expectSignal,
  expectWhole,
  type OptionNames,
} from './options.ts';
import { Scope } from './scope.ts';
import type { Task } from './call.ts';

export interface BatchOptions {
  /** Whether a failed task ends the batch. @default 'continue_on_error' */
  readonly mode?: 'continue_on_error' | 'fail_fast';
  /** How often to try a failed task again. @default 0 */
  readonly maxRetries?: number;
  /** Waits this long before it tries again. @default 0 */
  readonly retryDelayMs?: number;
  /** How many tasks run at the same time. @default 4 */
  readonly concurrency?: number;
  /** Ends the batch when it aborts; what is done until then is in the report. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** How one task ended: `skipped` was never started, or was ended with the batch. */
export type TaskResult<T> =
  | { readonly status: 'ok'; readonly value: T; readonly attempts: number }
  | { readonly status: 'failed'; readonly error: unknown; readonly attempts: number }
  | { readonly status: 'skipped'; readonly attempts: number };

/** How a batch ended. */
export interface BatchReport<T> {
  /** True when every task succeeded. */
  readonly ok: boolean;
  /** One for each task, in their order. */
  readonly results: readonly TaskResult<T>[];
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs many tasks and always answers with a report, also when tasks fail or the batch is ended. */
export async function runAll<T>(tasks: readonly Task<T>[], options: BatchOptions = {}): Promise<BatchReport<T>> {
  return runBatch(tasks, options, new Scope());
}

const batchOptions: OptionNames<BatchOptions> = {
  mode: true,
  maxRetries: true,
  retryDelayMs: true,
  concurrency: true,
  signal: true,
  clock: true,
};

/** Runs many tasks; `home` ends the batch. */
export async function runBatch<T>(
  tasks: readonly Task<T>[],
  options: BatchOptions,
  home: Scope,
): Promise<BatchReport<T>> {
  expectOptions('options', options, batchOptions);
  const { mode = 'continue_on_error', concurrency = 4, signal } = options;
  expectList('tasks', tasks);
  expectOneOf('mode', mode, ['continue_on_error', 'fail_fast']);
  expectWhole('concurrency', concurrency, 1);
  if (signal !== undefined) expectSignal('signal', signal);
  const runOne = createRunner(options);
  const batch = new Scope(home);
  const unfollow = signal && batch.follow(signal);
  const results: TaskResult<T>[] = tasks.map(() => ({ status: 'skipped', attempts: 0 }));
  const open = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of open) {
      if (batch.isOver) return;
      const result = await runOne(task, batch);
      results[index] = result;
      if (result.status === 'failed' && mode === 'fail_fast') batch.end(new ResilienceErrors.BATCH_ENDED());
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, work));
  } finally {
    unfollow?.();
    batch.close();
  }
  return report(results);
}

function createRunner(options: BatchOptions): <T>(task: Task<T>, batch: Scope) => Promise<TaskResult<T>> {
  const { maxRetries = 0, retryDelayMs = 0, clock = systemClock } = options;
  expectWhole('maxRetries', maxRetries, 0);
  expectAtLeastZero('retryDelayMs', retryDelayMs);
  return async <T>(task: Task<T>, batch: Scope): Promise<TaskResult<T>> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return {
          status: 'ok',
          value: await runTask({ task, scope: batch, attempt, isOnce: false }),
          attempts: attempt,
        };
      } catch (error) {
        if (batch.isOver) return { status: 'skipped', attempts: attempt };
        if (attempt > maxRetries) return { status: 'failed', error, attempts: attempt };
      }
      const isOver = await pause(batch, clock, retryDelayMs).then(
        () => false,
        () => true,
      );
      if (isOver) return { status: 'skipped', attempts: attempt };
    }
  };
}

function report<T>(results: readonly TaskResult<T>[]): BatchReport<T> {
  const count = (status: TaskResult<T>['status']): number =>
    results.filter((result) => result.status === status).length;
  const succeeded = count('ok');
  return {
    ok: succeeded === results.length,
    results,
    succeeded,
    failed: count('failed'),
    skipped: count('skipped'),
  };
}
