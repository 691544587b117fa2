import { ResilienceErrors, type PipelineOptions } from '@seaworthy/resilience';
import type { Kysely } from 'kysely';
import { ServerErrors } from '../errors.ts';
import { answering } from './database.ts';
import type { Replicas, StaleQuestion } from './replicas/replicas.ts';
import type { Tables } from './schema.ts';

/**
 * How the store is called: what locks it for a moment, another process that writes or a backup, is waited out. While it stays
 * locked each attempt holds the event loop until it gives up, so when most of twenty have failed, one attempt a second is made.
 * That is the second after which a sender that was refused comes again: a lock that is gone keeps nobody out for longer.
 */
export const storePipeline = {
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
    isFailure: (error: unknown) =>
      ServerErrors.STORE_UNAVAILABLE.is(error) ||
      ServerErrors.STORE_UNCERTAIN.is(error) ||
      ResilienceErrors.TIMED_OUT.is(error),
  },
} satisfies PipelineOptions;

/** The part of a resilience pipeline that the store runs in. */
export interface StorePipeline {
  execute<Result>(task: () => Promise<Result>): Promise<Result>;
}

/** One each: a lock that keeps writers out leaves readers in, and neither is to be judged by the other. */
export interface StorePipelines {
  readonly reads: StorePipeline;
  readonly writes: StorePipeline;
  /** What may be a little old is asked here before it is read. @default it is read */
  readonly replicas?: (() => Pick<Replicas, 'read' | 'changed'> | undefined) | undefined;
}

/**
 * Both, by whatever makes pipelines: one that takes too long does not answer either, and perhaps it has written.
 * @param synced Resolves when the disk has what was written before.
 */
export function storePipelines(
  pipeline: (name: string, options: PipelineOptions) => StorePipeline,
  synced: () => Promise<void>,
): StorePipelines {
  const named = (name: string, slow: (reason: string, cause: unknown) => Error): StorePipeline => {
    const own = pipeline(name, storePipeline);
    return {
      async execute(task) {
        try {
          return await own.execute(task);
        } catch (cause) {
          if (!ResilienceErrors.TIMED_OUT.is(cause)) throw cause;
          throw slow(`no answer within ${storePipeline.totalTimeoutMs} ms`, cause);
        }
      },
    };
  };
  const writes = named('store-writes', (reason, cause) => new ServerErrors.STORE_UNCERTAIN({ reason }, { cause }));
  return {
    reads: named('store-reads', (reason, cause) => new ServerErrors.STORE_UNAVAILABLE({ reason }, { cause })),
    writes: synchronised(writes, synced),
  };
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

/** Reads what may be a little old: from a replica, if there is one that will do. */
export function readStale<Result>(
  db: Kysely<Tables>,
  { reads, replicas }: StorePipelines,
  question: StaleQuestion<Result>,
): Promise<Result> {
  const fromPrimary = () => runThrough(reads, () => answering(() => question.ask(db)));
  return replicas?.()?.read(question, fromPrimary) ?? fromPrimary();
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
