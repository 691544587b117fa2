import { vi } from 'vitest';
import { createLifecycle, type Lifecycle, type LifecycleOptions, type Resource } from '../src/index.ts';

/** Touches neither the process nor the clock. */
export const quiet: LifecycleOptions = { lameDuckMs: 0, signals: [], onUncaught: 'off', exit: () => {} };
/** Something that does not end. */
export const never = (): Promise<void> => new Promise(() => {});
/** Ends after a time. */
export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A lifecycle whose parts write down their starts and stops. */
export function recording(): {
  life: Lifecycle;
  log: string[];
  part: (name: string, more?: Partial<Resource>) => void;
} {
  const life = createLifecycle({ ...quiet, graceMs: 1_000 });
  const log: string[] = [];
  return {
    life,
    log,
    part: (name, more) =>
      life.add(name, { start: () => void log.push(`+${name}`), stop: () => void log.push(`-${name}`), ...more }),
  };
}

/** Runs until every timer that is due, now or later, has fired. */
export async function settle<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await vi.runAllTimersAsync();
  return promise;
}
