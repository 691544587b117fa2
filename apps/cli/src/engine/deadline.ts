import { ResilienceErrors, type Resilience } from '@seaworthy/resilience';
import type { Deadline } from './run-rules.ts';

const pipelineName = 'rule';

/** The time one rule may take, kept by a pipeline of the resilience registry. */
export function createDeadline(resilience: Resilience, timeoutMs: number): Deadline {
  const pipeline = resilience.pipeline(pipelineName, { totalTimeoutMs: timeoutMs });
  return {
    timeoutMs,
    run: (task, outer) => pipeline.execute(({ signal }) => task(signal), outer && { signal: outer }),
    // A rule may have time limits of its own: only ours means that the rule was stopped.
    isTimeout: (error) => ResilienceErrors.TIMED_OUT.is(error) && error.params.pipeline === pipelineName,
  };
}
