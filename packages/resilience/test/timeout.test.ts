import { expect, test } from 'vitest';
import { ResilienceErrors, timeout } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

const never = async (): Promise<never> => new Promise<never>(() => {});

test('a task that never settles is ended when the time is up', async () => {
  const clock = createFakeClock();
  const settled = Promise.allSettled([timeout(50, { name: 'slow', clock }).execute(never)]);
  await clock.advance(50);
  expect(await settled).toMatchObject([
    {
      reason: {
        code: 'seaworthy.resilience.TIMED_OUT',
        message: 'The total time limit of 50 ms of "slow" is over. Make the call faster or raise the limit.',
        params: { pipeline: 'slow', limit: 'total', timeoutMs: 50 },
      },
    },
  ]);
});

test('the signal of the task aborts with the same error', async () => {
  const clock = createFakeClock();
  let seen: AbortSignal | undefined;
  const settled = Promise.allSettled([
    timeout(50, { clock }).execute(async ({ signal }) => {
      seen = signal;
      return never();
    }),
  ]);
  await clock.advance(50);
  await settled;
  expect(ResilienceErrors.TIMED_OUT.is(seen?.reason)).toBe(true);
});

const endings = [
  { how: 'succeeds', task: () => 1 },
  { how: 'throws', task: () => JSON.parse('{') },
  { how: 'rejects', task: async () => Promise.reject(new Error('no')) },
];
for (const { how, task } of endings) {
  test(`no timer is left when the task ${how}`, async () => {
    const clock = createFakeClock();
    await Promise.allSettled([timeout(50, { clock }).execute<unknown>(task)]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
}

test('the abort of the caller wins over a time limit that is not reached', async () => {
  const clock = createFakeClock();
  const caller = new AbortController();
  const call = timeout(50, { clock }).execute(never, caller.signal);
  caller.abort('enough');
  await expect(call).rejects.toBe('enough');
  expect(clock.pending).toBe(0);
});

test('a task that fails after its time is up disturbs nobody', async () => {
  const clock = createFakeClock();
  let rejectLate: (error: Error) => void = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    rejectLate = reject;
  });
  const settled = Promise.allSettled([timeout(50, { clock }).execute(async () => late)]);
  await clock.advance(50);
  await settled;
  rejectLate(new Error('late'));
  await clock.advance(1);
  expect(clock.pending).toBe(0);
});

test('the machine clock is the default', async () => {
  await expect(timeout(1).execute(never)).rejects.toMatchObject({ code: 'seaworthy.resilience.TIMED_OUT' });
});

test('a limit of 0 is refused', () => {
  expect(() => timeout(0)).toThrow('Expected `timeoutMs` to be a number above 0, got `0` (number).');
});
