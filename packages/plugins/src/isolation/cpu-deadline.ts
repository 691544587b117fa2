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
  let looksAt = Infinity;
  let endsAt = Infinity;
  let cpuBefore: NodeJS.CpuUsage | undefined;
  let wasOver = false;
  const start = (cpuMs: number): void => {
    limitMs = cpuMs;
    const now = performance.now();
    looksAt = now + cpuMs * unseen;
    endsAt = now + cpuMs;
    cpuBefore = undefined;
  };
  return {
    start,
    isOver() {
      const now = performance.now();
      if (now < looksAt) return false;
      if (cpuBefore === undefined) {
        // When nobody asked until it was over, the machine stood still, or a single operation let nobody ask.
        if (now >= endsAt) start(limitMs);
        cpuBefore = process.cpuUsage();
      }
      if (now < endsAt) return false;
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
/** To ask for the time that was computed takes longer than most calls; those are over before anybody asks. */
const unseen = 0.05;
