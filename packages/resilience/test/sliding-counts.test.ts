import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingCounts } from '../src/sliding-counts.ts';
import { createFakeClock } from '../src/testing.ts';

test('what happened within nine tenths of the span counts, what is older than the span does not', async () => {
  const event = fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), column: fc.integer({ min: 0, max: 1 }) });
  const property = fc.asyncProperty(
    fc.array(event, { maxLength: 50 }),
    fc.integer({ min: 0, max: 5_000 }),
    async (events, startMs) => {
      const clock = createFakeClock(startMs);
      const counts = new SlidingCounts(1_000, 2);
      const happened: { at: number; column: number }[] = [];
      for (const { afterMs, column } of events) {
        await clock.advance(afterMs);
        counts.add(column, clock.now());
        happened.push({ at: clock.now(), column });
        const since = (ms: number): number =>
          happened.filter((each) => each.column === column && clock.now() - each.at < ms).length;
        expect(counts.total(column, clock.now())).toBeGreaterThanOrEqual(since(900));
        expect(counts.total(column, clock.now())).toBeLessThanOrEqual(since(1_000));
      }
    },
  );
  await fc.assert(property, { numRuns: 30 });
});

test('clear forgets everything', () => {
  const counts = new SlidingCounts(1_000, 1);
  counts.add(0, 5);
  counts.clear();
  expect(counts.total(0, 5)).toBe(0);
});
