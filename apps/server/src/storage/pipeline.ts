import { ResilienceErrors, type PipelineOptions } from '@seaworthy/resilience';
import { ServerErrors } from '../errors.ts';

/**
 * How the store is called: what locks it for a moment, another process that writes or a backup, is waited out. While it stays
 * locked each attempt holds the event loop until it gives up, so when most of twenty have failed, one attempt a second is made.
 * That is the second after which a sender that was refused comes again: a lock that is gone keeps nobody out for longer.
 */
export const storePipeline: PipelineOptions = {
  totalTimeoutMs: 5_000,
  retry: {
    max: 3,
    firstMs: 20,
    maxMs: 200,
    when: ServerErrors.STORE_UNAVAILABLE.is,
  },
  breaker: {
    window: { ms: 10_000 },
    minCalls: 20,
    failureRate: 0.5,
    openMs: 1_000,
    halfOpen: { calls: 1 },
    // Whatever else goes wrong, the store has answered.
    isFailure: (error) => ServerErrors.STORE_UNAVAILABLE.is(error) || ResilienceErrors.TIMED_OUT.is(error),
  },
};

/** The part of a resilience pipeline that the store runs in. */
export interface StorePipeline {
  execute<Result>(task: () => Promise<Result>): Promise<Result>;
}

/** One each: a lock that keeps writers out leaves readers in, and neither is to be judged by the other. */
export interface StorePipelines {
  readonly reads: StorePipeline;
  readonly writes: StorePipeline;
}

/** Whoever writes through it is answered when the disk has what was written; that is not tried again, as it was written once. */
export function synchronised(through: StorePipeline, synced: () => Promise<void>): StorePipeline {
  return {
    async execute(task) {
      const result = await through.execute(task);
      await synced();
      return result;
    },
  };
}

/** To whoever asked, a store that is not asked is one that does not answer. */
export async function runThrough<Result>(through: StorePipeline, task: () => Promise<Result>): Promise<Result> {
  try {
    return await through.execute(task);
  } catch (cause) {
    if (!ResilienceErrors.BREAKER_OPEN.is(cause)) throw cause;
    const reason = 'it has failed again and again within the last seconds';
    throw new ServerErrors.STORE_UNAVAILABLE({ reason }, { cause });
  }
}
