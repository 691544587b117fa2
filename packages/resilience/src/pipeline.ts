import type { BreakerControl } from './breaker-layer.ts';
import type { BreakerState } from './breaker-state.ts';
import type { BulkheadStatus } from './bulkhead.ts';
import { untilOver, type Run, type Task } from './call.ts';
import type { Clock } from './clock.ts';
import { createCounters, type Counters, type PipelineCounts } from './counters.ts';
import { ResilienceErrors } from './errors.ts';
import { isCallFinishedHeard, tellCallFinished, type CallOutcome } from './events.ts';
import { composeLayers, type LayerOptions } from './layers.ts';
import { expectFunctions, expectOptions, type OptionNames } from './options.ts';
import { asked, type ExecuteOptions } from './policy.ts';
import { Scope } from './scope.ts';

export interface PipelineOptions<Replacement = never> extends LayerOptions {
  /** Gives the result of a call that failed; not of one that its caller ended. */
  readonly fallback?: (error: unknown) => Replacement | Promise<Replacement>;
}

/** A pipeline in the list of a registry. */
export interface PipelineStatus extends PipelineCounts {
  readonly name: string;
  readonly breaker?: BreakerState;
  readonly bulkhead?: BulkheadStatus;
}

/** Named protection with counters. */
export interface Pipeline<Replacement = never> {
  readonly name: string;
  /** The breaker, if the pipeline has one. */
  readonly breaker: BreakerControl | undefined;
  /** Runs the task; rejects with the reason of the signal as soon as it aborts. */
  execute<T>(task: Task<T>, options?: ExecuteOptions | AbortSignal): Promise<T | Replacement>;
  status(): PipelineStatus;
}

const pipelineOptions: OptionNames<PipelineOptions> = {
  rateLimit: true,
  totalTimeoutMs: true,
  retry: true,
  breaker: true,
  attemptTimeoutMs: true,
  hedge: true,
  bulkhead: true,
  fallback: true,
};

/** Puts the layers together, and counts what happens in them. */
export function createPipeline<Replacement = never>(
  name: string,
  options: PipelineOptions<Replacement>,
  clock: Clock,
  home: Scope,
): Pipeline<Replacement> {
  expectOptions('options', options, pipelineOptions);
  expectFunctions({ fallback: options.fallback });
  const counters = createCounters();
  const { run, breaker, places } = composeLayers(name, options, clock, counters);
  const observed: Observed<Replacement> = { name, clock, counters, home, run, fallback: options.fallback };
  return {
    name,
    breaker,
    status: () => ({
      name,
      ...counters,
      ...(breaker && { breaker: breaker.state }),
      ...(places && { bulkhead: places.status() }),
    }),
    execute: async (task, executeOptions) => observe(observed, task, executeOptions),
  };
}

interface Observed<Replacement> {
  readonly name: string;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly home: Scope;
  readonly run: Run;
  readonly fallback: PipelineOptions<Replacement>['fallback'];
}

/** Runs a call in a scope of its own, counts it and tells how it ended. */
async function observe<T, Replacement>(
  { name, clock, counters, home, run, fallback }: Observed<Replacement>,
  task: Task<T>,
  options: ExecuteOptions | AbortSignal | undefined,
): Promise<T | Replacement> {
  const { signal, isOnce } = asked('task', task, options);
  const scope = new Scope(home);
  const unfollow = signal && scope.follow(signal);
  const startedAt = isCallFinishedHeard() ? clock.now() : undefined;
  let attempts = 0;
  const counted: Task<T> = (context) => {
    attempts += 1;
    return task(context);
  };
  let outcome: CallOutcome = 'ok';
  counters.calls += 1;
  counters.inFlight += 1;
  try {
    return await run({ task: counted, scope, attempt: 1, isOnce });
  } catch (error) {
    outcome = outcomeOf(error, scope);
    if (outcome === 'aborted' || fallback === undefined) throw error;
    const replacement = await untilOver(scope, fallback(error));
    outcome = 'fallback';
    return replacement;
  } finally {
    counters[counterOf[outcome]] += 1;
    counters.inFlight -= 1;
    unfollow?.();
    scope.close();
    if (startedAt !== undefined)
      tellCallFinished({ pipeline: name, outcome, attempts, durationMs: clock.now() - startedAt });
  }
}

const counterOf = {
  ok: 'succeeded',
  error: 'failed',
  timeout: 'failed',
  aborted: 'aborted',
  fallback: 'fallbacks',
} as const satisfies Record<CallOutcome, keyof Counters>;

function outcomeOf(error: unknown, scope: Scope): CallOutcome {
  if (scope.isOver) return 'aborted';
  return ResilienceErrors.TIMED_OUT.is(error) ? 'timeout' : 'error';
}
