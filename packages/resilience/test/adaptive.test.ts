import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptiveLimit, type AdaptiveOptions, type Limit } from '../src/adaptive.ts';
import { bulkhead, createResilience } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

function learn(limit: Limit, answers: number, durationMs: number): number {
  for (let answer = 0; answer < answers; answer += 1) limit.record(durationMs, limit.value, true);
  return limit.value;
}

test('while answers take as long as usual the limit grows, up to its maximum', () => {
  const limit = adaptiveLimit({ initial: 10, max: 50 });
  expect(learn(limit, 10, 100)).toBeGreaterThan(15);
  expect(learn(limit, 500, 100)).toBe(50);
});

test('when answers take longer the limit shrinks, and it recovers when they are fast again', () => {
  const limit = adaptiveLimit({ initial: 100, max: 100 });
  learn(limit, 600, 100);
  const slow = learn(limit, 20, 1_000);
  expect(slow).toBeLessThan(40);
  expect(learn(limit, 200, 100)).toBe(100);
});

test('one step follows the gradient rule', () => {
  const limit = adaptiveLimit({ initial: 100, max: 1_000, tolerance: 1 });
  limit.record(100, 100, true);
  expect(limit.value).toBe(102);
  // Half as long again as before: the usual becomes 125, the gradient 125 / 150.
  limit.record(150, 102, true);
  expect(limit.value).toBe(Math.floor(102 * 0.8 + (102 * (125 / 150) + Math.sqrt(102)) * 0.2));
});

test('with few calls running the limit stays', () => {
  const limit = adaptiveLimit({ initial: 20 });
  for (let answer = 0; answer < 100; answer += 1) limit.record(1_000 * answer, 3, true);
  expect(limit.value).toBe(20);
});

test('whatever the answers, the limit stays between its bounds', () => {
  const property = fc.property(
    fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 300 }), fc.boolean()), {
      maxLength: 200,
    }),
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 20, max: 100 }),
    (answers, min, max) => {
      const limit = adaptiveLimit({ min, max });
      for (const [durationMs, running, isAnswer] of answers) {
        limit.record(durationMs, running, isAnswer);
        expect(limit.value).toBeGreaterThanOrEqual(min);
        expect(limit.value).toBeLessThanOrEqual(max);
      }
    },
  );
  fc.assert(property);
});

test('an adaptive bulkhead lets fewer calls in when answers become slow', async () => {
  const clock = createFakeClock();
  const policy = bulkhead({ concurrency: { initial: 10, min: 1, max: 10 }, queue: 1_000, clock });
  let running = 0;
  let most = 0;
  const batch = async (calls: number, takesMs: number): Promise<number> => {
    most = 0;
    const settled = Promise.all(
      Array.from({ length: calls }, async () =>
        policy.execute(async () => {
          most = Math.max(most, (running += 1));
          await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
          running -= 1;
        }),
      ),
    );
    await clock.advance(calls * takesMs);
    await settled;
    return most;
  };
  expect(await batch(100, 10)).toBe(10);
  await batch(30, 1_000);
  expect(await batch(30, 1_000)).toBeLessThan(10);
});

test('answers that take no time, as a clock may see them, are as long as usual', () => {
  const limit = adaptiveLimit({ initial: 20, max: 50 });
  expect(learn(limit, 500, 0)).toBe(50);
});

test('a call that failed at once says nothing, and one that failed late that answers take longer', () => {
  const limit = adaptiveLimit({ initial: 100, max: 100 });
  limit.record(5_000, 100, false);
  learn(limit, 100, 50);
  for (let call = 0; call < 1_000; call += 1) limit.record(1, 100, false);
  expect(learn(limit, 1, 50)).toBe(100);
  for (let call = 0; call < 20; call += 1) limit.record(5_000, 100, false);
  expect(limit.value).toBeLessThan(40);
  expect(learn(limit, 200, 50)).toBe(100);
});

test('an outage in which calls fail at once leaves the limit as it was', async () => {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('p', { bulkhead: { concurrency: { max: 50 }, queue: 1_000 } });
  const batch = async (calls: number, takesMs: number, answer: () => unknown): Promise<number | undefined> => {
    const task = async (): Promise<unknown> => {
      await new Promise<void>((resolve) => void clock.schedule(takesMs, resolve));
      return answer();
    };
    const settled = Promise.allSettled(Array.from({ length: calls }, async () => pipeline.execute(task)));
    await clock.advance(calls * takesMs);
    await settled;
    return pipeline.status().bulkhead?.limit;
  };
  expect(await batch(300, 50, () => 'ok')).toBe(50);
  expect(await batch(600, 1, () => JSON.parse('{'))).toBe(50);
  expect(await batch(300, 50, () => 'ok')).toBe(50);
});

test('a pipeline takes the word', async () => {
  const pipeline = createResilience().pipeline('p', { bulkhead: 'adaptive' });
  expect(await pipeline.execute(() => 1)).toBe(1);
});

const badOptions: { options: AdaptiveOptions; says: string }[] = [
  { options: { min: 0 }, says: 'Expected `bulkhead.min`' },
  { options: { min: 5, max: 4 }, says: 'Expected `bulkhead.max` to be a whole number of at least 5' },
  {
    options: { tolerance: Infinity },
    says: 'Expected `bulkhead.tolerance` to be a number of at least 1, got `Infinity`',
  },
  { options: { tolerance: 0.5 }, says: 'Expected `bulkhead.tolerance` to be a number of at least 1, got `0.5`' },
];
for (const { options, says } of badOptions) {
  test(`${inspect(options)} is refused`, () => {
    expect(() => adaptiveLimit(options)).toThrow(says);
  });
}
