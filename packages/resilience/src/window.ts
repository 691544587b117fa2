import { expectAboveZero, expectWhole } from './options.ts';
import { SlidingCounts } from './sliding-counts.ts';

/** The calls a breaker looks at: those of the last milliseconds, or the last calls whenever they were. */
export type WindowOptions = { readonly ms: number } | { readonly calls: number };

/** Counts outcomes, and forgets the old ones. */
export interface OutcomeWindow {
  add(failed: boolean, slow: boolean, now: number): Totals;
  clear(): void;
}

/** What is in a window. */
export interface Totals {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
}

export function createWindow(options: WindowOptions): OutcomeWindow {
  if ('calls' in options) {
    expectWhole('breaker.window.calls', options.calls, 1);
    return new CountWindow(options.calls);
  }
  expectAboveZero('breaker.window.ms', options.ms);
  return new TimeWindow(options.ms);
}

class TimeWindow implements OutcomeWindow {
  readonly #counts: SlidingCounts;

  constructor(ms: number) {
    this.#counts = new SlidingCounts(ms, 3);
  }

  add(failed: boolean, slow: boolean, now: number): Totals {
    const counts = this.#counts;
    counts.add(0, now);
    if (failed) counts.add(1, now);
    if (slow) counts.add(2, now);
    return { total: counts.total(0, now), failed: counts.total(1, now), slow: counts.total(2, now) };
  }

  clear(): void {
    this.#counts.clear();
  }
}

const failedBit = 1;
const slowBit = 2;

class CountWindow implements OutcomeWindow {
  readonly #outcomes: Uint8Array;
  #next = 0;
  #total = 0;
  #failed = 0;
  #slow = 0;

  constructor(calls: number) {
    this.#outcomes = new Uint8Array(calls);
  }

  add(failed: boolean, slow: boolean): Totals {
    if (this.#total === this.#outcomes.length) this.#count(this.#outcomes[this.#next] ?? 0, -1);
    const outcome = (failed ? failedBit : 0) | (slow ? slowBit : 0);
    this.#outcomes[this.#next] = outcome;
    this.#next = (this.#next + 1) % this.#outcomes.length;
    this.#count(outcome, 1);
    return { total: this.#total, failed: this.#failed, slow: this.#slow };
  }

  clear(): void {
    this.#next = this.#total = this.#failed = this.#slow = 0;
  }

  #count(outcome: number, change: 1 | -1): void {
    this.#total += change;
    if ((outcome & failedBit) !== 0) this.#failed += change;
    if ((outcome & slowBit) !== 0) this.#slow += change;
  }
}
