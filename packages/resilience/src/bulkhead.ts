// (1) Never more calls are let in than the limit allows, never more than `queue` wait.
// (2) Who waits longest goes first; who gives up leaves the queue at once.
import { adaptiveLimit, fixedLimit, type AdaptiveOptions, type Limit } from './adaptive.ts';
import type { Call, Layer } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellCallRefused } from './events.ts';
import { badOption, expectObject, expectOptions, expectWhole } from './options.ts';
import { createPolicy, type Policy } from './policy.ts';
import type { Scope, ScopeListener } from './scope.ts';

export interface BulkheadOptions {
  /** How many calls may run at the same time; an adaptive limit follows how long the answers take. */
  readonly concurrency: number | 'adaptive' | AdaptiveOptions;
  /** How many more may wait for a place. @default 0 */
  readonly queue?: number;
}

/** How full a bulkhead is. */
export interface BulkheadStatus {
  /** How many calls may run at the same time: of an adaptive limit, now. */
  readonly limit: number;
  readonly running: number;
  readonly waiting: number;
}

export interface StandaloneBulkheadOptions extends BulkheadOptions {
  /** Names the bulkhead in errors and events. @default 'bulkhead' */
  readonly name?: string;
  readonly clock?: Clock;
}

/**
 * Limits how many calls run at the same time, so that one slow dependency cannot take everything.
 *
 * @throws seaworthy.resilience.BULKHEAD_FULL from `execute`.
 */
export function bulkhead(options: StandaloneBulkheadOptions): Policy {
  expectObject('bulkhead', options);
  const { name = 'bulkhead', clock = systemClock } = options;
  return createPolicy(bulkheadLayer(new Places(name, options), clock));
}

/** Takes a place before the call and gives it back after. */
export function bulkheadLayer(places: Places, clock: Clock, onRefused?: () => void): Layer {
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      try {
        await places.take(call.scope);
      } catch (error) {
        if (ResilienceErrors.BULKHEAD_FULL.is(error)) onRefused?.();
        throw error;
      }
      const startedAt = clock.now();
      let isAnswer = false;
      try {
        const result = await next(call);
        isAnswer = true;
        return result;
      } finally {
        places.giveBack(Math.max(0, clock.now() - startedAt), isAnswer);
      }
    };
}

/** The places of a bulkhead, and the line before it. */
export class Places {
  readonly #pipeline: string;
  readonly #limit: Limit;
  readonly #queue: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(pipeline: string, options: BulkheadOptions) {
    expectOptions<StandaloneBulkheadOptions>('bulkhead', options, {
      concurrency: true,
      queue: true,
      name: true,
      clock: true,
    });
    const { concurrency, queue = 0 } = options;
    expectWhole('bulkhead.queue', queue, 0);
    this.#pipeline = pipeline;
    this.#limit = createLimit(concurrency);
    this.#queue = queue;
  }

  status(): BulkheadStatus {
    return { limit: this.#limit.value, running: this.#running, waiting: this.#waiting.size };
  }

  async take(scope: Scope | undefined): Promise<void> {
    if (this.#running < this.#limit.value) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.size >= this.#queue) {
      const [pipeline, running, queue] = [this.#pipeline, this.#running, this.#waiting.size];
      tellCallRefused({ pipeline, by: 'bulkhead' });
      throw new ResilienceErrors.BULKHEAD_FULL({ pipeline, running, queue });
    }
    await this.#wait(scope);
  }

  giveBack(durationMs: number, isAnswer: boolean): void {
    this.#limit.record(durationMs, this.#running, isAnswer);
    this.#running -= 1;
    for (const enter of this.#waiting) {
      if (this.#running >= this.#limit.value) return;
      enter();
    }
  }

  /** Waits in line; the place is taken for who enters, so that nobody can slip in between. */
  async #wait(scope: Scope | undefined): Promise<void> {
    scope?.throwIfOver();
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        this.#running += 1;
        this.#waiting.delete(enter);
        scope?.remove(listener);
        resolve();
      };
      const listener: ScopeListener = {
        scopeEnded: (reason) => {
          this.#waiting.delete(enter);
          reject(reason);
        },
      };
      this.#waiting.add(enter);
      scope?.add(listener);
    });
  }
}

function createLimit(concurrency: BulkheadOptions['concurrency']): Limit {
  if (concurrency === 'adaptive') return adaptiveLimit();
  if (typeof concurrency === 'object' && concurrency !== null) return adaptiveLimit(concurrency);
  if (typeof concurrency !== 'number')
    throw badOption('bulkhead.concurrency', "a whole number, 'adaptive', or an object with options", concurrency);
  expectWhole('bulkhead.concurrency', concurrency, 1);
  return fixedLimit(concurrency);
}
