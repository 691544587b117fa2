import { coarseNow, type Clock } from './clock.ts';
import { expectAtLeastZero, expectOptions } from './options.ts';
import { SlidingCounts } from './sliding-counts.ts';

export interface BudgetOptions {
  /** Retries allowed for each call, over the last ten seconds. @default 0.2 */
  readonly ratio?: number;
  /** Retries a second that are always allowed, so that a quiet service still retries. @default 10 */
  readonly minPerSec?: number;
}

/** Limits retries to a share of the calls: in an outage they would multiply the load. */
export interface Budget {
  /** Counts a call. */
  deposit(): void;
  /** Takes one retry, if there is one left. */
  withdraw(): boolean;
}

const spanMs = 10_000;
const calls = 0;
const retries = 1;

/** A retry budget over the last ten seconds. */
export function createBudget(options: BudgetOptions, clock: Clock): Budget {
  expectOptions<BudgetOptions>('retry.budget', options, { ratio: true, minPerSec: true });
  const { ratio = 0.2, minPerSec = 10 } = options;
  expectAtLeastZero('budget.ratio', ratio);
  expectAtLeastZero('budget.minPerSec', minPerSec);
  const reserve = (minPerSec * spanMs) / 1_000;
  const counts = new SlidingCounts(spanMs, 2);
  return {
    deposit: () => counts.add(calls, coarseNow(clock)),
    withdraw() {
      const now = coarseNow(clock);
      if (counts.total(retries, now) + 1 > counts.total(calls, now) * ratio + reserve) return false;
      counts.add(retries, now);
      return true;
    },
  };
}
