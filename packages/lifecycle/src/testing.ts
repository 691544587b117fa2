import { createLifecycle } from './lifecycle.ts';
import type { Check } from './health/types.ts';
import type { Lifecycle, LifecycleOptions } from './types.ts';

/** A lifecycle for tests, and the exit codes it would have ended the process with. */
export interface TestLifecycle {
  readonly life: Lifecycle;
  readonly exits: readonly number[];
}

/** Creates a lifecycle that listens to no signal, skips the lame-duck time and never ends the process. */
export function createTestLifecycle(options: LifecycleOptions = {}): TestLifecycle {
  const exits: number[] = [];
  const life = createLifecycle({
    graceMs: 2_000,
    lameDuckMs: 0,
    signals: [],
    onUncaught: 'off',
    exit: (code) => void exits.push(code),
    ...options,
  });
  return { life, exits };
}

/** A health check that a test turns off and on. */
export interface SwitchCheck {
  readonly check: Check;
  readonly fail: (message: string) => void;
  readonly pass: () => void;
  /** How often it ran. */
  readonly runs: () => number;
}

/** Creates a health check that is up until told otherwise. */
export function createSwitchCheck(): SwitchCheck {
  let failure: string | undefined;
  let runs = 0;
  return {
    check() {
      runs += 1;
      if (failure !== undefined) throw new Error(failure);
    },
    fail: (message) => void (failure = message),
    pass: () => void (failure = undefined),
    runs: () => runs,
  };
}
