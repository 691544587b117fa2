import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, jittered, pause, retryAfterMs } from '../src/sources/backoff.ts';

test('each failure doubles the wait up to the most, and at least half of it is waited', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (failures) => {
      const whole = Math.min(60_000, 500 * 2 ** (failures - 1));
      const wait = backoffMs(failures, 500, 60_000);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole);
    }),
  );
});

test('an interval is a tenth shorter or longer, and never more than a timer can wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (intervalMs) => {
      const wait = jittered(intervalMs);
      expect(wait).toBeGreaterThanOrEqual(intervalMs * 0.9);
      expect(wait).toBeLessThanOrEqual(Math.min(intervalMs * 1.1, 2 ** 31 - 1));
    }),
  );
});

for (const { header, is } of [
  { header: '7', is: 7_000 },
  { header: ' 0 ', is: 0 },
  { header: '999999999', is: 3_600_000 },
  { header: 'Thu, 01 Jan 1970 00:00:00 GMT', is: 0 },
  { header: 'soon', is: undefined },
  { header: '', is: undefined },
  { header: null, is: undefined },
]) {
  test(`Retry-After: ${header} is ${is} ms`, () => expect(retryAfterMs(header)).toBe(is));
}

test('Retry-After may be a date', () => {
  const asked = retryAfterMs(new Date(Date.now() + 60_000).toUTCString());
  expect(asked).toBeGreaterThan(50_000);
  expect(asked).toBeLessThanOrEqual(60_000);
});

test('a wait that no timer can hold ends by its signal, and not at once', async () => {
  const end = new AbortController();
  let isOver = false;
  const waiting = pause(1e15, end.signal).finally(() => (isOver = true));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(isOver).toBe(false);
  end.abort();
  expect(await waiting).toBe(false);
  expect(await pause(1, new AbortController().signal)).toBe(true);
});
