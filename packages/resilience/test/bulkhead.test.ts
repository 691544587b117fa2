import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bulkhead, createResilience } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

interface Door {
  readonly task: () => Promise<string>;
  open(): void;
}

function door(): Door {
  let open = (): void => {};
  const opened = new Promise<string>((resolve) => {
    open = () => resolve('through');
  });
  return { task: async () => opened, open: () => open() };
}

test('(1) more than the places and the queue are refused', async () => {
  const policy = bulkhead({ concurrency: 1, queue: 1, name: 'db' });
  const first = door();
  const running = policy.execute(first.task);
  const waiting = policy.execute(() => 'waited');
  await expect(policy.execute(() => 1)).rejects.toMatchObject({
    code: 'seaworthy.resilience.BULKHEAD_FULL',
    message: 'The call to "db" was refused: 1 calls are running and 1 are waiting. Try again later, or allow more.',
  });
  first.open();
  expect(await Promise.all([running, waiting])).toEqual(['through', 'waited']);
  expect(await policy.execute(() => 'free again')).toBe('free again');
});

test('(2) who waits longest goes first', async () => {
  const policy = bulkhead({ concurrency: 1, queue: 9 });
  const first = door();
  const order: number[] = [];
  const calls = [policy.execute(first.task), ...[1, 2, 3].map((each) => policy.execute(() => order.push(each)))];
  first.open();
  await Promise.all(calls);
  expect(order).toEqual([1, 2, 3]);
});

test('(2) who gives up leaves the queue at once', async () => {
  const policy = bulkhead({ concurrency: 1, queue: 1 });
  const first = door();
  const running = policy.execute(first.task);
  const caller = new AbortController();
  const given = policy.execute(() => 'never', caller.signal);
  caller.abort('enough');
  await expect(given).rejects.toBe('enough');
  const next = policy.execute(() => 'next');
  first.open();
  expect(await Promise.all([running, next])).toEqual(['through', 'next']);
});

test('a place is given back when a call fails', async () => {
  const policy = bulkhead({ concurrency: 1 });
  await expect(policy.execute(() => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  expect(await policy.execute(() => 1)).toBe(1);
});

test('in a pipeline a refusal is counted', async () => {
  const pipeline = createResilience().pipeline('p', { bulkhead: { concurrency: 1 } });
  const first = door();
  const running = pipeline.execute(first.task);
  await expect(pipeline.execute(() => 1)).rejects.toMatchObject({ code: 'seaworthy.resilience.BULKHEAD_FULL' });
  expect(pipeline.status()).toMatchObject({ refused: 1, inFlight: 1 });
  first.open();
  await running;
});

test('a pipeline shows how full its bulkhead is', async () => {
  const pipeline = createResilience().pipeline('p', { bulkhead: { concurrency: 2, queue: 5 } });
  const first = door();
  const calls = Promise.all(Array.from({ length: 3 }, async () => pipeline.execute(first.task)));
  expect(pipeline.status().bulkhead).toEqual({ limit: 2, running: 2, waiting: 1 });
  first.open();
  await calls;
  expect(pipeline.status().bulkhead).toEqual({ limit: 2, running: 0, waiting: 0 });
});

test('(1) whatever calls do, there are never more inside than places', async () => {
  const call = fc.record({
    startsAt: fc.integer({ min: 0, max: 100 }),
    takesMs: fc.integer({ min: 0, max: 50 }),
    fails: fc.boolean(),
    givesUpAt: fc.option(fc.integer({ min: 0, max: 150 })),
  });
  const property = fc.asyncProperty(
    fc.array(call, { maxLength: 20 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    async (calls, concurrency, queue) => {
      const clock = createFakeClock();
      const policy = bulkhead({ concurrency, queue });
      let inside = 0;
      let most = 0;
      const settled: Promise<unknown>[] = [];
      for (const { startsAt, takesMs, fails, givesUpAt } of calls) {
        const caller = new AbortController();
        if (givesUpAt !== null) clock.schedule(givesUpAt, () => caller.abort());
        const stay = async (signal: AbortSignal): Promise<void> => {
          most = Math.max(most, (inside += 1));
          await new Promise<void>((resolve) => {
            clock.schedule(takesMs, resolve);
            signal.addEventListener('abort', () => resolve());
          });
          inside -= 1;
          if (fails) throw new Error('no');
        };
        clock.schedule(startsAt, () => {
          settled.push(Promise.allSettled([policy.execute(({ signal }) => stay(signal), caller.signal)]));
        });
      }
      await clock.advance(10_000);
      await Promise.all(settled);
      expect(inside).toBe(0);
      expect(most).toBeLessThanOrEqual(concurrency);
      const all = Array.from({ length: concurrency }, () => policy.execute(() => 'free'));
      expect(await Promise.all(all)).toEqual(all.map(() => 'free'));
    },
  );
  await fc.assert(property, { numRuns: 40 });
});
