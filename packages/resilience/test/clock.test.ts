import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

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
