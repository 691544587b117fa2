import { describe, expect, test, vi } from 'vitest';
import { diskCheck, eventLoopCheck, memoryCheck } from '../../src/index.ts';
import { isDegraded } from '../../src/health/degraded.ts';

const { signal } = new AbortController();

describe('disk', () => {
  test('is up while there is room, and says how much', async () => {
    expect(await diskCheck('.', { minFreeBytes: 1 })(signal)).toEqual({ freeBytes: expect.any(Number) });
  });

  test('is down when there is less than needed, and says both', async () => {
    await expect(diskCheck('.', { minFreeBytes: 2 ** 62 })(signal)).rejects.toMatchObject({
      code: 'seaworthy.lifecycle.DISK_LOW',
      params: { path: '.', minFreeBytes: 2 ** 62 },
    });
  });

  test('is down when the path is not there', async () => {
    await expect(diskCheck('./not-here')(signal)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('memory', () => {
  test('is up while the heap has room', () => {
    expect(memoryCheck()(signal)).toEqual({
      heapUsedBytes: expect.any(Number),
      heapLimitBytes: expect.any(Number),
      rssBytes: expect.any(Number),
    });
  });

  test('is degraded, not down, when it is nearly full', () => {
    const answer = memoryCheck({ maxHeapRatio: 0 })(signal);
    expect(isDegraded(answer)).toBe(true);
    expect(answer).toMatchObject({ reason: expect.stringMatching(/^The heap is \d+ % full\.$/) });
  });
});

describe('event loop', () => {
  test('is up while timers come in time', async () => {
    vi.useFakeTimers();
    const answer = eventLoopCheck()(signal);
    await vi.advanceTimersByTimeAsync(20);
    expect(await answer).toEqual({ lagMs: 0 });
    vi.useRealTimers();
  });

  test('is degraded, not down, when they are late', async () => {
    const answer = eventLoopCheck({ maxLagMs: 30 })(signal);
    const until = performance.now() + 100;
    while (performance.now() < until);
    expect(await answer).toMatchObject({ reason: expect.stringMatching(/^The event loop is \d+ ms late\.$/) });
  });

  test('stops its timer when nobody waits any more', async () => {
    vi.useFakeTimers();
    const late = new AbortController();
    void eventLoopCheck()(late.signal);
    late.abort();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
