import type { Asker, Askers } from '../askers.ts';
import type { Notices } from '../notices.ts';
import { createMarks } from './marks.ts';

/** How new an answer has to be for somebody. */
export interface Needs extends Disposable {
  /**
   * What was committed before this moment has to be there.
   * @param isAway With the primary away a replica gets no further, and whoever has changed something would wait for as long.
   */
  since(asker: Asker, about: string | undefined, isAway: boolean): number;
  /** The request that is being answered has changed something. */
  wrote(): void;
  /** It has changed here, and nobody has announced it yet. */
  changed(about: string): void;
  /** No answer is older than this. */
  forgetBefore(at: number): void;
}

export function createNeeds(askers: Askers, notices: Notices): Needs {
  const [changes, announced] = [createMarks(), createMarks()];
  const announce = (about: string): void => {
    const at = performance.now();
    announced.set(about, at);
    announced.set(about.split(' ', 1)[0] as string, at);
  };
  const listening = notices.subscribe({
    changed: (topic, subject) => announce(`${topic} ${subject}`),
    missed: () => announced.setAll(performance.now()),
  });
  return {
    since({ who }, about, isAway) {
      // While nobody hears what changes, nothing is remembered.
      const noticed = about !== undefined && notices.isHeard ? announced.of(about) : -Infinity;
      return isAway ? noticed : Math.max(noticed, ...[...who].map((each) => changes.of(each)));
    },
    wrote() {
      const asker = askers.current();
      if (asker === undefined || asker.isLooking) return;
      const at = performance.now();
      for (const each of asker.who) changes.set(each, at);
    },
    changed: announce,
    forgetBefore(at) {
      changes.forgetBefore(at);
      announced.forgetBefore(at);
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}
