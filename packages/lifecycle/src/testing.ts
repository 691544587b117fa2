import { createLifecycle } from './lifecycle.ts';
import type { Check } from './health/types.ts';
import type { Lifecycle, LifecycleOptions, Resource } from './types.ts';

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

/** A resource that writes down what happens to it, and fails or hangs when a test says so. */
export interface FakeResource {
  /** Goes to `life.add(name, …)`, alone or spread beside `after` and the timeouts. */
  readonly resource: Required<Pick<Resource, 'start' | 'stop'>>;
  /** What happened so far: `start`, `stop SIGTERM`, in order. */
  readonly calls: readonly string[];
  /** Makes the next `start` or `stop` reject with this message. */
  readonly fail: (step: 'start' | 'stop', message: string) => void;
  /** Makes the next `start` or `stop` wait until its signal aborts, and then reject with the signal's reason. */
  readonly hang: (step: 'start' | 'stop') => void;
}

/** Creates a resource that starts and stops at once until told otherwise. */
export function createFakeResource(): FakeResource {
  const calls: string[] = [];
  const plans = new Map<string, (signal: AbortSignal) => Promise<void>>();
  const act = async (step: string, signal: AbortSignal): Promise<void> => {
    const plan = plans.get(step);
    plans.delete(step);
    await plan?.(signal);
  };
  return {
    calls,
    resource: {
      start({ signal }) {
        calls.push('start');
        return act('start', signal);
      },
      stop({ signal, reason }) {
        calls.push(`stop ${reason}`);
        return act('stop', signal);
      },
    },
    fail: (step, message) => void plans.set(step, () => Promise.reject(new Error(message))),
    hang: (step) => void plans.set(step, untilAborted),
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
