const slots = 10;

/** Several counters over the same span of time: what is older than the span is forgotten, slot by slot, without a timer. */
export class SlidingCounts {
  readonly #slotMs: number;
  readonly #columns: number;
  readonly #counts: Uint32Array;
  /** The sum of each column, kept up to date: it is asked for much more often than a slot passes. */
  readonly #totals: Uint32Array;
  #slot = Number.NaN;
  #place = 0;

  constructor(spanMs: number, columns: number) {
    this.#slotMs = spanMs / slots;
    this.#columns = columns;
    this.#counts = new Uint32Array(slots * columns);
    this.#totals = new Uint32Array(columns);
  }

  add(column: number, now: number): void {
    this.#forget(now);
    const index = this.#place * this.#columns + column;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#totals[column] = (this.#totals[column] ?? 0) + 1;
  }

  total(column: number, now: number): number {
    this.#forget(now);
    return this.#totals[column] ?? 0;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#totals.fill(0);
  }

  #forget(now: number): void {
    const current = Math.floor(now / this.#slotMs);
    if (current === this.#slot) return;
    // Not a number before the first count: nothing has passed then.
    const passed = Math.min(slots, current - this.#slot);
    for (let step = 1; step <= passed; step += 1) {
      this.#place = (this.#place + 1) % slots;
      this.#empty(this.#place);
    }
    this.#slot = current;
  }

  #empty(slot: number): void {
    for (let column = 0; column < this.#columns; column += 1) {
      const index = slot * this.#columns + column;
      this.#totals[column] = (this.#totals[column] ?? 0) - (this.#counts[index] ?? 0);
      this.#counts[index] = 0;
    }
  }
}
