// (1) Deadlines of one length pass in the order they were set, so one timer, for the first of them, is enough.
// (2) When none is left the timer goes too, at the end of the turn of the event loop at the latest: calls that follow each
//     other in the same turn share it.
import { scheduleLimit, type Clock } from './clock.ts';

/** Something that has to be over at a moment. */
export interface Deadline {
  readonly at: number;
  pass(): void;
}

/** Many deadlines of the same length with a single timer: making a timer costs more than all the rest of a call. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #cancel: (() => void) | undefined;
  #isTidying = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(deadline: Deadline): void {
    this.#open.add(deadline);
    if (this.#cancel === undefined) this.#wait(deadline);
  }

  /** @param isEnding The call was ended, so that there will hardly be another: nothing is kept for it. */
  remove(deadline: Deadline, isEnding: boolean): void {
    if (!this.#open.delete(deadline) || this.#open.size > 0) return;
    if (isEnding) this.#tidy();
    else if (!this.#isTidying) {
      this.#isTidying = true;
      setImmediate(() => this.#tidy());
    }
  }

  #tidy(): void {
    this.#isTidying = false;
    if (this.#open.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(first: Deadline): void {
    this.#cancel = scheduleLimit(this.#clock, Math.max(0, first.at - this.#clock.now()), () => this.#passDue());
  }

  #passDue(): void {
    this.#cancel = undefined;
    for (const deadline of this.#open) {
      if (deadline.at > this.#clock.now()) {
        this.#wait(deadline);
        return;
      }
      this.#open.delete(deadline);
      deadline.pass();
    }
  }
}
