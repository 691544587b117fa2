import { expect, vi } from 'vitest';
import { circuitBreaker, type BreakerOptions, type BreakerPolicy, type BreakerState } from '../../src/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing.ts';

/** One thing that happens to a breaker. A call that begins may end later, by its name; a step may also look. */
export type Step =
  | { readonly call: 'ok' | 'fail' | 'ignored'; readonly takesMs?: number; readonly refused?: boolean }
  | { readonly begin: string }
  | { readonly end: string; readonly with: 'ok' | 'fail' }
  | { readonly waitMs: number }
  | { readonly is: BreakerState }
  | { readonly counts: readonly [total: number, failed: number, slow: number] }
  | { readonly by: 'forceOpen' | 'disable' | 'observe' | 'reset' };

/** A published rule, what happens, and the state in which the breaker then is. */
export interface Vector {
  readonly rule: string;
  readonly options: BreakerOptions;
  readonly steps: readonly Step[];
  readonly state: BreakerState;
}

export const ok: Step = { call: 'ok' };
export const fail: Step = { call: 'fail' };
export const ignored: Step = { call: 'ignored' };
export const refused: Step = { call: 'ok', refused: true };

export function slow(takesMs: number): Step {
  return { call: 'ok', takesMs };
}

export function times(count: number, ...steps: readonly Step[]): readonly Step[] {
  return Array.from({ length: count }, () => steps).flat();
}

/** Plays steps from the first to the last, and answers with the state in which the breaker then is. */
export async function playSteps(options: BreakerOptions, steps: readonly Step[]): Promise<BreakerState> {
  const table = createTable(options);
  for (const step of steps) await table.play(step);
  const { state } = table.policy.breaker;
  expect(table.clock.pending).toBe(0);
  return state;
}

export interface Table {
  readonly policy: BreakerPolicy;
  readonly clock: FakeClock;
  readonly play: (step: Step) => Promise<void>;
}

export class Ignored extends Error {}

/** A breaker whose time and whose calls are in the hands of the test. */
export function createTable(options: BreakerOptions): Table {
  const clock = createFakeClock();
  const policy = circuitBreaker({ ignores: (error) => error instanceof Ignored, ...options, clock });
  const running = new Map<string, (how: 'ok' | 'fail') => Promise<void>>();
  const { breaker } = policy;

  const call = async ({ call: how, takesMs = 0, refused: isRefused = false }: Extract<Step, { call: string }>) => {
    const settled = Promise.allSettled([
      policy.execute(async () => {
        if (takesMs > 0) await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
        if (how === 'ok') return 'ok';
        throw how === 'fail' ? new Error('no') : new Ignored('not its fault');
      }),
    ]);
    if (takesMs > 0) await clock.advance(takesMs);
    const [result] = await settled;
    const wasRefused = result.status === 'rejected' && result.reason.code === 'seaworthy.resilience.BREAKER_OPEN';
    expect(wasRefused).toBe(isRefused);
  };

  const begin = async (name: string): Promise<void> => {
    const answer = Promise.withResolvers<string>();
    const task = vi.fn<() => Promise<string>>(async () => answer.promise);
    const settled = Promise.allSettled([policy.execute(task)]);
    await clock.advance(0);
    expect(task).toHaveBeenCalledOnce();
    running.set(name, async (how) => {
      if (how === 'ok') answer.resolve('ok');
      else answer.reject(new Error('no'));
      await settled;
    });
  };

  const endOf = (name: string): ((how: 'ok' | 'fail') => Promise<void>) => {
    const end = running.get(name);
    if (end === undefined) throw new Error(`No call began as "${name}".`);
    return end;
  };

  const play = async (step: Step): Promise<void> => {
    if ('call' in step) await call(step);
    else if ('begin' in step) await begin(step.begin);
    else if ('end' in step) await endOf(step.end)(step.with);
    else if ('waitMs' in step) await clock.advance(step.waitMs);
    else if ('is' in step) expect(breaker.state).toBe(step.is);
    else if ('by' in step) breaker[step.by]();
    else expect(Object.values(breaker.counts)).toEqual(step.counts);
  };
  return { policy, clock, play };
}
