/** Ends computing that takes too long. */
export interface Deadline {
  /** Counts anew from now. */
  start(cpuMs: number): void;
  /** Whether the time is up; remembered in `wasOver`. */
  isOver(): boolean;
  readonly wasOver: boolean;
}

/** Time counts only while this process computed, too: a machine that stood still does not make anything late. */
export function createDeadline(): Deadline {
  let limitMs = 0;
  let endsAt = Infinity;
  let cpuBefore = process.cpuUsage();
  let wasOver = false;
  return {
    start(cpuMs) {
      limitMs = cpuMs;
      endsAt = performance.now() + cpuMs;
      cpuBefore = process.cpuUsage();
    },
    isOver() {
      if (performance.now() < endsAt) return false;
      const { user, system } = process.cpuUsage(cpuBefore);
      wasOver ||= user + system >= limitMs * 1_000 * share;
      return wasOver;
    },
    get wasOver() {
      return wasOver;
    },
  };
}

/** A busy machine gives a process only a part of the time. */
const share = 0.5;
