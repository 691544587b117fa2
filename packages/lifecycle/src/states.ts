import { tellStateChanged } from './events.ts';
import type { LifecycleState } from './types.ts';

/** Holds the one state of a lifecycle. */
export interface States {
  readonly current: LifecycleState;
  /** True once everything had started, also while it stops again. */
  readonly wasReady: boolean;
  move(to: LifecycleState): void;
}

/** Starts in `idle` and tells every move. */
export function createStates(onMove: (to: LifecycleState) => void): States {
  let current: LifecycleState = 'idle';
  let wasReady = false;
  return {
    get current() {
      return current;
    },
    get wasReady() {
      return wasReady;
    },
    move(to) {
      if (to === current) return;
      const from = current;
      current = to;
      wasReady ||= to === 'ready';
      tellStateChanged({ from, to });
      onMove(to);
    },
  };
}
