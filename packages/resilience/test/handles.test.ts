import { expect, test } from 'vitest';
import { createResilience } from '../src/index.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const turn = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('no timer of the machine is left when calls are over', async () => {
  const before = timers();
  const r = createResilience();
  const pipeline = r.pipeline('p', { totalTimeoutMs: 60_000, retry: { firstMs: 60_000 }, attemptTimeoutMs: 60_000 });
  const caller = new AbortController();
  const calls = Promise.allSettled([
    pipeline.execute(() => 1),
    pipeline.execute(() => JSON.parse('{'), { signal: caller.signal }),
    pipeline.execute(async () => new Promise<never>(() => {})),
  ]);
  await turn();
  expect(timers()).toBeGreaterThan(before);
  caller.abort();
  await r.close();
  await calls;
  await turn();
  // One of the test runner's own may have ended meanwhile.
  expect(timers()).toBeLessThanOrEqual(before);
});
