import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefresher } from '../src/refresh.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('(2) after failures the pauses grow up to a minute, and a success resets them', () => {
  const refresh = vi.fn<() => void>();
  const refresher = createRefresher(refresh);
  refresher.succeeded(10);
  vi.advanceTimersByTime(10);
  expect(refresh).toHaveBeenCalledTimes(1);
  const pauses = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000);
  for (const [index, pause] of pauses.entries()) {
    refresher.failed();
    vi.advanceTimersByTime(pause - 1);
    expect(refresh).toHaveBeenCalledTimes(index + 1);
    vi.advanceTimersByTime(1);
    expect(refresh).toHaveBeenCalledTimes(index + 2);
  }
  refresher.succeeded(50);
  refresher.failed();
  vi.advanceTimersByTime(1_000);
  expect(refresh).toHaveBeenCalledTimes(pauses.length + 2);
});

test('(1) there is one timer at most, and none when nothing expires', () => {
  const refresher = createRefresher(() => {});
  refresher.succeeded(undefined);
  refresher.failed();
  expect(vi.getTimerCount()).toBe(0);
  refresher.succeeded(10);
  refresher.succeeded(20);
  refresher.failed();
  expect(vi.getTimerCount()).toBe(1);
  refresher.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a lease of a year does not fire at once', () => {
  const refresh = vi.fn<() => void>();
  createRefresher(refresh).succeeded(365 * 86_400_000);
  vi.advanceTimersByTime(86_400_000);
  expect(refresh).not.toHaveBeenCalled();
});
