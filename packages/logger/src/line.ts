import { latestMs } from './clock.ts';
import type { Info } from './encode/info.ts';
import { error } from './levels/vocabulary.ts';

/** A record on its way to a transport. */
export interface Waiting {
  readonly info: Info;
  /** The length of its line. */
  readonly length: number;
  readonly severity: number;
}

interface Place {
  readonly record: Waiting;
  readonly bytes: number;
  readonly number: number;
  readonly sinceMs: number;
}

// A record that has waited so long shows that the transport is behind.
const behindMs = 1000;

/** Records in the order they came; while the transport is behind, errors come first. */
export class Line {
  readonly #errors = new Queue();
  readonly #others = new Queue();
  #number = 0;
  /** Bytes waiting. */
  bytes = 0;

  /** Records waiting. */
  get count(): number {
    return this.#errors.count + this.#others.count;
  }

  add(record: Waiting, bytes: number): void {
    this.#number += 1;
    this.bytes += bytes;
    const queue = record.severity >= error.severity ? this.#errors : this.#others;
    queue.add({ record, bytes, number: this.#number, sinceMs: latestMs() });
  }

  /** The record whose turn it is; `isBehind` when errors must not wait for the others. */
  take(isBehind: boolean = false): Waiting | undefined {
    const place = this.#next(isBehind).take();
    if (place) this.bytes -= place.bytes;
    return place?.record;
  }

  #next(isBehind: boolean): Queue {
    const { first: firstError } = this.#errors;
    const { first: firstOther } = this.#others;
    if (!firstError) return this.#others;
    if (!firstOther || firstError.number < firstOther.number) return this.#errors;
    return isBehind || Date.now() - firstOther.sinceMs > behindMs ? this.#errors : this.#others;
  }
}

/** First in, first out, without moving what waits for each that is taken. */
class Queue {
  #places: (Place | undefined)[] = [];
  #head = 0;

  get count(): number {
    return this.#places.length - this.#head;
  }

  get first(): Place | undefined {
    return this.#places[this.#head];
  }

  add(place: Place): void {
    this.#places.push(place);
  }

  take(): Place | undefined {
    const place = this.first;
    if (!place) return undefined;
    // Not held on to: a lane may go on for days without ever being empty.
    this.#places[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#places.length || this.#head > 10_000) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return place;
  }
}
