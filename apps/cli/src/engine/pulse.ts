// A thread that is busy cannot answer, but it leaves two numbers in shared memory: a count that grows as long as its event
// loop turns, and the place of the rule that was active last.

const beatEveryMs = 50;
const longestStepMs = 500;
const turns = 0;
const active = 1;
const nobody = -1;

/** The side of the thread that works. */
export interface Heart {
  /** Notes the rule that is active now, by its place in a list that the other side knows. */
  touch(place: number): void;
  /** Begins to count turns; returns the undo. */
  beat(): () => void;
}

/** The side of the thread that watches. */
export interface Pulse {
  readonly memory: SharedArrayBuffer;
  /** How long the other side has not turned, in milliseconds; it begins to count with the first turn. */
  stillMs(now: number): number;
  /** The place of the rule that was active last; undefined before the first. */
  lastActive(): number | undefined;
}

export function createPulse(): Pulse {
  const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const numbers = new Int32Array(memory);
  Atomics.store(numbers, active, nobody);
  let seen = 0;
  let last = 0;
  let still = 0;
  return {
    memory,
    stillMs(now) {
      const count = Atomics.load(numbers, turns);
      // A machine that slept for an hour was not an hour without a turn: neither side was awake.
      still = count === seen ? still + Math.min(now - last, longestStepMs) : 0;
      [seen, last] = [count, now];
      return count === 0 ? 0 : still;
    },
    lastActive() {
      const place = Atomics.load(numbers, active);
      return place === nobody ? undefined : place;
    },
  };
}

export function createHeart(memory: SharedArrayBuffer): Heart {
  const numbers = new Int32Array(memory);
  return {
    touch: (place) => void Atomics.store(numbers, active, place),
    beat() {
      Atomics.add(numbers, turns, 1);
      const timer = setInterval(() => Atomics.add(numbers, turns, 1), beatEveryMs);
      return () => clearInterval(timer);
    },
  };
}
