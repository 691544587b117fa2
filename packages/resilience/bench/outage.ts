// What an outage costs the other side, and what is left when everything is over.
import { createResilience, circuitBreaker, type Pipeline } from '@seaworthy/resilience';
import { cockatielRetry, pRetryCall } from './peers.ts';
import { turn } from './harness.ts';

const retry = { max: 3, firstMs: 1, maxMs: 1 };

/** How often the other side is called for each call of ours while all of them fail. */
export async function attemptsInOutage(
  calls: number,
): Promise<Readonly<Record<'ours' | 'cockatiel' | 'pRetry', number>>> {
  await using r = createResilience();
  const ours = r.pipeline('outage', { retry });
  const cockatiel = cockatielRetry(1);
  return {
    ours: await counted(calls, async (down) => ours.execute(down)),
    cockatiel: await counted(calls, async (down) => cockatiel.execute(down)),
    pRetry: await counted(calls, async (down) => pRetryCall(down, 1)()),
  };
}

type Attempt = () => Promise<never>;

async function counted(calls: number, side: (down: Attempt) => Promise<unknown>): Promise<number> {
  let attempts = 0;
  const down: Attempt = async () => {
    attempts += 1;
    throw new Error('down');
  };
  await Promise.allSettled(Array.from({ length: calls }, async () => side(down)));
  return attempts / calls;
}

const never = async (): Promise<never> => new Promise<never>(() => {});
const down = async (): Promise<never> => Promise.reject(new Error('down'));

interface Waiting {
  readonly where: string;
  readonly pipeline: Pipeline;
  readonly task: () => Promise<never>;
}

/** How long an abort takes to settle a call, at worst, for each place where a call can wait. */
export async function abortLatency(times: number): Promise<readonly (readonly [where: string, ms: number])[]> {
  await using r = createResilience();
  const full = r.pipeline('full queue', { bulkhead: { concurrency: 1, queue: 1_000 } });
  const holder = Promise.allSettled([full.execute(never)]);
  const limits = { totalTimeoutMs: 60_000, attemptTimeoutMs: 60_000 };
  const places: readonly Waiting[] = [
    { where: 'the task', pipeline: r.pipeline('task', { ...limits, retry: {}, breaker: {} }), task: never },
    {
      where: 'the back-off',
      pipeline: r.pipeline('wait', { ...limits, retry: { firstMs: 60_000, jitter: 'none', budget: false } }),
      task: down,
    },
    { where: 'the hedge', pipeline: r.pipeline('hedge', { ...limits, hedge: { afterMs: 60_000 } }), task: never },
    { where: 'the queue', pipeline: full, task: never },
  ];
  const worst: (readonly [where: string, ms: number])[] = [];
  for (const place of places) worst.push([place.where, await worstAbort(place, times)]);
  await r.close();
  await holder;
  return worst;
}

async function worstAbort({ pipeline, task }: Waiting, times: number): Promise<number> {
  let worst = 0;
  for (let time = 0; time < times; time += 1) {
    const caller = new AbortController();
    const call = Promise.allSettled([pipeline.execute(task, caller.signal)]);
    await turn();
    const startedAt = performance.now();
    caller.abort();
    await call;
    worst = Math.max(worst, performance.now() - startedAt);
  }
  return worst;
}

/** What one breaker keeps of memory, in bytes: in the heap and in buffers beside it. */
export async function bytesOf(make: () => unknown, count: number): Promise<number> {
  const used = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  make();
  await turn();
  const before = used();
  const kept = Array.from({ length: count }, make);
  await turn();
  const bytes = (used() - before) / count;
  return kept.length === count ? bytes : Number.NaN;
}

export const makeBreaker = (): unknown => circuitBreaker();

/** Timers and handles that are left after calls of every kind and the end of their registry. */
export async function handlesLeft(): Promise<number> {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap').length;
  await turn();
  const before = count();
  const r = createResilience();
  const limits = {
    totalTimeoutMs: 60_000,
    attemptTimeoutMs: 60_000,
    hedge: { afterMs: 60_000 },
    retry: { firstMs: 60_000 },
  };
  const pipeline = r.pipeline('p', { ...limits, breaker: {}, bulkhead: { concurrency: 2, queue: 10 } });
  const calls = Array.from({ length: 10 }, async (_, index) => pipeline.execute(index % 2 === 0 ? never : down));
  const settled = Promise.allSettled(calls);
  await turn();
  await r.close();
  await settled;
  await turn();
  return count() - before;
}
