import { expect, test } from 'vitest';
import { createRestarts } from '../src/restarts.ts';

test('a worker that dies again and again is started later each time, and never given up', () => {
  const { died } = createRestarts(() => 0);
  const delays = Array.from({ length: 2_000 }, () => died().delayMs);
  expect(delays.slice(0, 9)).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
  expect(delays.at(-1)).toBe(30_000);
});

test('a death after a minute of life is the first in a row', () => {
  let now = 0;
  const { started, died } = createRestarts(() => now);
  started();
  now = 59_999;
  expect(died()).toEqual({ restarts: 1, delayMs: 200 });
  started();
  now += 59_999;
  expect(died()).toEqual({ restarts: 2, delayMs: 400 });
  started();
  now += 60_000;
  expect(died()).toEqual({ restarts: 1, delayMs: 200 });
});

test('a worker that could not start has not lived', () => {
  let now = 0;
  const { started, died } = createRestarts(() => now);
  started();
  died();
  now = 600_000;
  expect(died()).toEqual({ restarts: 2, delayMs: 400 });
});
