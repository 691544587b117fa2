import { circuitBreaker, createResilience, retry, timeout, type Resilience } from '@seaworthy/resilience';
import type { Call, Comparison } from './harness.ts';
import {
  cockatielBreaker,
  cockatielConsecutiveBreaker,
  cockatielCountBreaker,
  cockatielFour,
  cockatielRetry,
  cockatielThree,
  cockatielTimeout,
  opossum,
  pRetryCall,
  type OpossumBreaker,
} from './peers.ts';

const task = async (): Promise<number> => 1;

interface Executes {
  execute(task: () => Promise<number>): Promise<unknown>;
}

function through(policy: Executes): Call {
  return async () => policy.execute(task);
}

/** What a call that succeeds pays; `close` lets go of what the sides hold. */
export interface Speed {
  readonly comparisons: readonly Comparison[];
  close(): Promise<void>;
}

export function speed(): Speed {
  const r = createResilience();
  const breakers = [opossum(task, { timeout: false }), opossum(task, { timeout: 800 })];
  return {
    comparisons: [three(r), four(r), sampling(breakers[0]), counting(), limits(breakers[1]), retries(), nothing(r)],
    async close() {
      for (const breaker of breakers) breaker.shutdown();
      await r.close();
    },
  };
}

function three(r: Resilience): Comparison {
  const options = { retry: { max: 3 }, breaker: {}, attemptTimeoutMs: 800 };
  const gives = 'budget, full jitter, rate and slow calls over a window of time, deadline, counters, lazy signal';
  return {
    name: 'retry + breaker + time limit',
    ours: { name: 'a pipeline', call: through(r.pipeline('three', options)), gives },
    peers: [
      {
        name: 'cockatiel',
        call: through(cockatielThree()),
        gives: 'jitter, rate over a window of time, deadline, a signal for each call',
        target: 0.2,
      },
    ],
  };
}

function four(r: Resilience): Comparison {
  const options = { totalTimeoutMs: 3_000, retry: { max: 3 }, breaker: {}, attemptTimeoutMs: 800 };
  return {
    name: 'total limit + retry + breaker + attempt limit',
    ours: { name: 'a pipeline', call: through(r.pipeline('four', options)), gives: 'the same and a total limit' },
    peers: [{ name: 'cockatiel', call: through(cockatielFour()), gives: 'the same and a total limit', target: 0.2 }],
  };
}

function sampling(peer: OpossumBreaker | undefined): Comparison {
  return {
    name: 'breaker, window of time',
    ours: { name: 'circuitBreaker', call: through(circuitBreaker()), gives: 'rate and slow calls, exact minimum' },
    peers: [
      {
        name: 'cockatiel SamplingBreaker',
        call: through(cockatielBreaker()),
        gives: 'rate; the window does not pass while nobody calls',
        target: 1,
      },
      {
        name: 'cockatiel ConsecutiveBreaker',
        call: through(cockatielConsecutiveBreaker()),
        gives: 'failures in a row, no window',
      },
      {
        name: 'opossum',
        call: async () => peer?.fire(),
        gives: 'rate, percentiles of the latency; a timer for each breaker',
      },
    ],
  };
}

function counting(): Comparison {
  const ours = circuitBreaker({ window: { calls: 100 } });
  return {
    name: 'breaker, window of calls',
    ours: { name: 'circuitBreaker', call: through(ours), gives: 'rate and slow calls' },
    peers: [{ name: 'cockatiel CountBreaker', call: through(cockatielCountBreaker()), gives: 'rate', target: 1 }],
  };
}

function limits(peer: OpossumBreaker | undefined): Comparison {
  return {
    name: 'time limit',
    ours: { name: 'timeout', call: through(timeout(800)), gives: 'rejects in time, lazy signal, one timer for all' },
    peers: [
      { name: 'cockatiel', call: through(cockatielTimeout(800)), gives: 'rejects in time, a signal', target: 0.2 },
      { name: 'opossum', call: async () => peer?.fire(), gives: 'rejects in time, and is a breaker', target: 1 },
    ],
  };
}

function retries(): Comparison {
  return {
    name: 'retry',
    ours: { name: 'retry', call: through(retry()), gives: 'budget, full jitter, abort during the wait' },
    peers: [
      { name: 'p-retry', call: pRetryCall(task, 100), gives: 'jitter, abort, no budget', target: 1 },
      { name: 'cockatiel', call: through(cockatielRetry(100)), gives: 'jitter, no budget, waits through an abort' },
    ],
  };
}

function nothing(r: Resilience): Comparison {
  return {
    name: 'a pipeline without layers',
    ours: { name: 'a pipeline', call: through(r.pipeline('empty')), gives: 'counters, abort' },
    peers: [{ name: 'a plain async call', call: task, gives: 'nothing' }],
  };
}
