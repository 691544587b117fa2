import { badOption, expectAboveZero, expectWhole } from './options.ts';

/** The calls a breaker looks at: those of the last milliseconds, or the last calls whenever they were. */
export type WindowOptions = { readonly ms: number } | { readonly calls: number };

/** How many calls there were, and how many of them failed or were slow. */
export interface Totals {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
}

/** Counts outcomes, and forgets the old ones. */
export interface OutcomeWindow extends Totals {
  /** Whether `add` looks at the time. */
  readonly needsTime: boolean;
  add(failed: boolean, slow: boolean, now: number): void;
  /** Forgets what is too old by now. */
  forget(now: number): void;
  clear(): void;
}

// A place for each call is made at once.
const mostCalls = 16_777_216;

export function createWindow(options: WindowOptions): OutcomeWindow {
  if ('calls' in options) {
    expectWhole('breaker.window.calls', options.calls, 1);
    if (options.calls > mostCalls)
      throw badOption('breaker.window.calls', `a whole number of at most ${mostCalls}`, options.calls);
    return new CountWindow(options.calls);
  }
  expectAboveZero('breaker.window.ms', options.ms);
  return new TimeWindow(options.ms);
}

const slots = 10;

/** Ten slots, of which the oldest is emptied when its time comes: at most a tenth of the window is forgotten at once. */
class TimeWindow implements OutcomeWindow {
  readonly needsTime = true;
  total = 0;
  failed = 0;
  slow = 0;
  readonly #slotMs: number;
  /** For each slot the calls, the failed and the slow ones: plain numbers, which are smaller than a typed array of this size. */
  readonly #counts: number[] = Array.from({ length: slots * 3 }, () => 0);
  #slot = Number.NaN;
  #slotEnds = -Infinity;
  #place = 0;

  constructor(ms: number) {
    this.#slotMs = ms / slots;
  }

  add(failed: boolean, slow: boolean, now: number): void {
    if (now >= this.#slotEnds) this.#turnTo(now);
    const counts = this.#counts;
    const at = this.#place * 3;
    this.total += 1;
    counts[at] = (counts[at] ?? 0) + 1;
    if (failed) {
      this.failed += 1;
      counts[at + 1] = (counts[at + 1] ?? 0) + 1;
    }
    if (slow) {
      this.slow += 1;
      counts[at + 2] = (counts[at + 2] ?? 0) + 1;
    }
  }

  forget(now: number): void {
    if (now >= this.#slotEnds) this.#turnTo(now);
  }

  clear(): void {
    this.#counts.fill(0);
    this.total = this.failed = this.slow = 0;
  }

  #turnTo(now: number): void {
    const current = Math.floor(now / this.#slotMs);
    // Not a number before the first call: nothing has passed then.
    const passed = Math.min(slots, current - this.#slot);
    for (let step = 1; step <= passed; step += 1) {
      this.#place = (this.#place + 1) % slots;
      this.#empty(this.#place * 3);
    }
    this.#slot = current;
    this.#slotEnds = (current + 1) * this.#slotMs;
  }

  #empty(at: number): void {
    const counts = this.#counts;
    this.total -= counts[at] ?? 0;
    this.failed -= counts[at + 1] ?? 0;
    this.slow -= counts[at + 2] ?? 0;
    counts.fill(0, at, at + 3);
  }
}

const failedBit = 1;
const slowBit = 2;

class CountWindow implements OutcomeWindow {
  readonly needsTime = false;
  total = 0;
  failed = 0;
  slow = 0;
  readonly #outcomes: Uint8Array;
  #next = 0;

  constructor(calls: number) {
    this.#outcomes = new Uint8Array(calls);
  }

  add(failed: boolean, slow: boolean): void {
    const outcomes = this.#outcomes;
    if (this.total === outcomes.length) this.#count(outcomes[this.#next] ?? 0, -1);
    const outcome = (failed ? failedBit : 0) | (slow ? slowBit : 0);
    outcomes[this.#next] = outcome;
    this.#next = this.#next + 1 === outcomes.length ? 0 : this.#next + 1;
    this.#count(outcome, 1);
  }

  forget(): void {}

  clear(): void {
    this.#next = this.total = this.failed = this.slow = 0;
  }

  #count(outcome: number, change: 1 | -1): void {
    this.total += change;
    if ((outcome & failedBit) !== 0) this.failed += change;
    if ((outcome & slowBit) !== 0) this.slow += change;
  }
}
