/** When something has happened last. All moments are of the clock of this process, in milliseconds. */
export interface Marks {
  set(name: string, at: number): void;
  /** All of them, also those that were never set. */
  setAll(at: number): void;
  /** `-Infinity` when it has never happened, or was forgotten. */
  of(name: string): number;
  /** What is older is not asked for any more. */
  forgetBefore(at: number): void;
}

/** @param most When there are more, all of them are as new as the newest. */
export function createMarks(most = 100_000): Marks {
  let marks = new Map<string, number>();
  let all = -Infinity;
  const setAll = (at: number): void => {
    all = at;
    marks.clear();
  };
  return {
    set(name, at) {
      marks.set(name, at);
      if (marks.size > most) setAll(at);
    },
    setAll,
    of: (name) => Math.max(all, marks.get(name) ?? -Infinity),
    forgetBefore(at) {
      marks = new Map([...marks].filter(([, each]) => each >= at));
    },
  };
}
