import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAsk } from '../src/ask.ts';
import { ManagementErrors } from '../src/errors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const error = vi.fn<(fields: object, message: string) => void>();
const gone = new AbortController();
const ask = createAsk({ timeoutMs: 100, logger: { info() {}, error }, signal: gone.signal });
beforeEach(() => error.mockClear());

test('an answer in time is the answer, and no timer is left behind', async () => {
  await expect(ask('flags', () => 1)).resolves.toBe(1);
  await expect(ask('flags', async () => 2)).resolves.toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('no answer in time aborts the question and says how long it was waited for', async () => {
  let seen: AbortSignal | undefined;
  const answer = ask('flags', (signal) => {
    seen = signal;
    return new Promise(() => {});
  });
  const refusal = answer.catch((caught: unknown) => caught);
  await vi.advanceTimersByTimeAsync(100);
  expect(await refusal).toMatchObject({ message: 'The part behind "flags" did not answer within 100 ms.' });
  expect(seen?.aborted).toBe(true);
  expect(error.mock.calls).toMatchObject([
    [{ endpoint: 'flags', outcome: 'hung', durationMs: 100 }, expect.any(String)],
  ]);
});

test('an error is wrapped, with its cause for the log', async () => {
  const cause = new Error('disk gone');
  await expect(ask('flags', () => Promise.reject(cause))).rejects.toMatchObject({
    code: 'seaworthy.management.CONTRIBUTOR_FAILED',
    cause,
  });
  expect(error).toHaveBeenCalledTimes(1);
});

test('an error that was made for the client passes, and is no failure', async () => {
  const forClient = new ManagementErrors.NOT_FOUND({ path: '/x' });
  await expect(ask('flags', () => Promise.reject(forClient))).rejects.toBe(forClient);
  expect(error).not.toHaveBeenCalled();
});
