import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHeart, createPulse } from '../src/engine/pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('before the first turn nothing is still: a thread takes its time to begin', () => {
  expect(createPulse().stillMs(1_000_000)).toBe(0);
});

test('a thread that turns is never still for long', () => {
  const pulse = createPulse();
  const stop = createHeart(pulse.memory).beat();
  const still = [0, 100, 200, 300].map((now) => {
    vi.advanceTimersByTime(100);
    return pulse.stillMs(now);
  });
  expect(still).toEqual([0, 0, 0, 0]);
  stop();
});

test('a thread that has stopped turning is still since it was last seen to turn', () => {
  const pulse = createPulse();
  createHeart(pulse.memory).beat()();
  vi.advanceTimersByTime(1_000);
  expect([10, 110, 510].map((now) => pulse.stillMs(now))).toEqual([0, 100, 500]);
});

test('a machine that sleeps is not taken for a thread that hangs', () => {
  const pulse = createPulse();
  createHeart(pulse.memory).beat()();
  expect([10, 110, 3_600_000, 3_600_100].map((now) => pulse.stillMs(now))).toEqual([0, 100, 600, 700]);
});

test('the rule that was active last is known from outside', () => {
  const pulse = createPulse();
  const heart = createHeart(pulse.memory);
  expect(pulse.lastActive()).toBeUndefined();
  heart.touch(0);
  expect(pulse.lastActive()).toBe(0);
  heart.touch(7);
  expect(pulse.lastActive()).toBe(7);
});
