import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines, type Deadline } from '../src/deadlines.ts';
import { createFakeClock } from '../src/testing.ts';

test('many deadlines share one timer, and each passes at its moment unless it is removed', async () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 80 }),
    removeAfterMs: fc.option(fc.integer({ min: 0, max: 150 })),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
    const clock = createFakeClock();
    const deadlines = new Deadlines(clock);
    const passed: { at: number; is: number }[] = [];
    let expected = 0;
    for (const { afterMs, removeAfterMs } of steps) {
      await clock.advance(afterMs);
      const at = clock.now() + 100;
      const deadline: Deadline = { at, pass: () => passed.push({ at, is: clock.now() }) };
      deadlines.add(deadline);
      if (removeAfterMs === null || removeAfterMs >= 100) expected += 1;
      if (removeAfterMs !== null) clock.schedule(removeAfterMs, () => deadlines.remove(deadline, false));
    }
    await clock.advance(1_000);
    expect(passed.map(({ is }) => is)).toEqual(passed.map(({ at }) => at));
    expect(passed.length).toBeGreaterThanOrEqual(
      expected - steps.filter(({ removeAfterMs }) => removeAfterMs === 100).length,
    );
    expect(passed.length).toBeLessThanOrEqual(expected);
    expect(clock.pending).toBe(0);
  });
  await fc.assert(property, { numRuns: 40 });
});

test('one timer is enough, and it goes when the last deadline is removed', async () => {
  const clock = createFakeClock();
  const deadlines = new Deadlines(clock);
  const made = Array.from({ length: 5 }, (): Deadline => ({ at: 100, pass: () => {} }));
  for (const deadline of made) deadlines.add(deadline);
  expect(clock.pending).toBe(1);
  for (const deadline of made) deadlines.remove(deadline, false);
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

test('nothing is kept when the last call was ended', () => {
  const clock = createFakeClock();
  const deadlines = new Deadlines(clock);
  const deadline: Deadline = { at: 100, pass: () => {} };
  deadlines.add(deadline);
  deadlines.remove(deadline, true);
  expect(clock.pending).toBe(0);
});
