// The gradient rule of TCP Vegas as Netflix's concurrency-limits uses it: while answers take as long as they usually do, the
// limit grows by a few; when they take longer, a queue is building up on the other side, and the limit shrinks in proportion.
import { badOption, expectOptions, expectWhole } from './options.ts';

export interface AdaptiveOptions {
  /** @default 20 */
  readonly initial?: number;
  /** @default 1 */
  readonly min?: number;
  /** @default 200 */
  readonly max?: number;
  /** How many times its usual length an answer may take before the limit shrinks. @default 1.5 */
  readonly tolerance?: number;
}

/** How many calls may run at the same time. */
export interface Limit {
  readonly value: number;
  /**
   * Learns from a call that ended.
   * @param isAnswer Whether it took so long to its answer. A call that failed or was ended says only that an answer takes longer.
   */
  record(durationMs: number, running: number, isAnswer: boolean): void;
}

/** A limit that never changes. */
export function fixedLimit(value: number): Limit {
  return { value, record: () => {} };
}

/** A limit that follows how long the answers take. */
export function adaptiveLimit(options: AdaptiveOptions = {}): Limit {
  expectOptions<AdaptiveOptions>('bulkhead.concurrency', options, {
    initial: true,
    min: true,
    max: true,
    tolerance: true,
  });
  const { initial = 20, min = 1, max = 200, tolerance = 1.5 } = options;
  expectWhole('bulkhead.initial', initial, 1);
  expectWhole('bulkhead.min', min, 1);
  expectWhole('bulkhead.max', max, min);
  if (!(Number.isFinite(tolerance) && tolerance >= 1))
    throw badOption('bulkhead.tolerance', 'a number of at least 1', tolerance);
  return new GradientLimit(Math.min(max, Math.max(min, initial)), min, max, tolerance);
}

const smoothing = 0.2;
const usualOver = 600;

class GradientLimit implements Limit {
  readonly #min: number;
  readonly #max: number;
  readonly #tolerance: number;
  #limit: number;
  #usualMs = 0;
  #samples = 0;

  constructor(initial: number, min: number, max: number, tolerance: number) {
    this.#limit = initial;
    this.#min = min;
    this.#max = max;
    this.#tolerance = tolerance;
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  record(durationMs: number, running: number, isAnswer: boolean): void {
    if (isAnswer) this.#learnUsual(durationMs);
    const longestMs = this.#tolerance * this.#usualMs;
    const isLong = durationMs > longestMs;
    // In an outage calls fail at once: that is no sign of a fast other side, and would make its usual answers look slow.
    if (!isAnswer && (!isLong || this.#samples === 0)) return;
    // With few calls running the length of answers says nothing about the limit.
    if (running < this.#limit / 2) return;
    const gradient = isLong ? Math.max(0.5, longestMs / durationMs) : 1;
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    const next = this.#limit * (1 - smoothing) + wanted * smoothing;
    this.#limit = Math.min(this.#max, Math.max(this.#min, next));
  }

  #learnUsual(durationMs: number): void {
    this.#samples = Math.min(usualOver, this.#samples + 1);
    this.#usualMs += (durationMs - this.#usualMs) / this.#samples;
    // After a slow time the usual is too long, and would take hundreds of answers to come down.
    if (this.#usualMs > 2 * durationMs) this.#usualMs *= 0.95;
  }
}
