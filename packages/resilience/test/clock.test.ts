import { afterEach, expect, test, vi } from 'vitest';
import { scheduleLimit, systemClock } from '../src/clock.ts';
import { createFakeClock } from '../src/testing.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('the clock of the machine runs what is due, unless it is undone', () => {
  vi.useFakeTimers();
  const ran: string[] = [];
  systemClock.schedule(10, () => ran.push('a'));
  systemClock.schedule(10, () => ran.push('b'))();
  vi.advanceTimersByTime(10);
  expect(ran).toEqual(['a']);
});

test('a delay of many days does not run at once', () => {
  vi.useFakeTimers();
  let ran = 0;
  const undo = systemClock.schedule(1e12, () => (ran += 1));
  vi.advanceTimersByTime(1_000);
  undo();
  expect(ran).toBe(0);
});

test('it knows the date and the time', () => {
  vi.useFakeTimers({ now: 5_000 });
  const before = systemClock.now();
  vi.advanceTimersByTime(7);
  expect(systemClock.now() - before).toBe(7);
  expect(systemClock.date()).toBe(5_007);
});

/** A clock on which what is scheduled runs when it is told to, however late. */
function lateClock(): { readonly clock: typeof systemClock; runAt(now: number): void } {
  let now = 0;
  let due = (): void => {};
  const schedule = (_delayMs: number, run: () => void): (() => void) => {
    due = run;
    return () => {};
  };
  return {
    clock: { now: () => now, date: () => now, schedule },
    runAt(moment) {
      now = moment;
      due();
    },
  };
}

const turn = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('a limit that is on time passes at once', async () => {
  const clock = createFakeClock();
  let passed = 0;
  scheduleLimit(clock, 10, () => (passed = clock.now()));
  await clock.advance(10);
  expect(passed).toBe(10);
});

test('a limit that is late passes after two turns of the event loop, and not when it is undone meanwhile', async () => {
  const { clock, runAt } = lateClock();
  const passed: string[] = [];
  scheduleLimit(clock, 10, () => passed.push('kept'));
  runAt(1_200);
  const undo = scheduleLimit(clock, 10, () => passed.push('undone'));
  runAt(2_400);
  await turn();
  undo();
  expect(passed).toEqual([]);
  await turn();
  expect(passed).toEqual(['kept']);
  await turn();
  expect(passed).toEqual(['kept']);
});
