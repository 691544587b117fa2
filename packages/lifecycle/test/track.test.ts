import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { after, never, recording, settle } from './recording.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('track', () => {
  test('what is no server stops only after the tracked work has ended', async () => {
    const { life, log, part } = recording();
    part('db');
    await settle(life.start());
    void life.track(
      after(200).then(() => log.push('written')),
      'write',
    );
    await settle(life.stop());
    expect(log).toEqual(['+db', 'written', '-db']);
  });

  test('work that does not end is named in the report and exits with 1', async () => {
    const { life, log, part } = recording();
    part('db');
    await settle(life.start());
    void life.track(never(), 'nightly import');
    void life.track(never());
    const report = await settle(life.stop());
    expect(report.active.work).toEqual(['nightly import', 'unnamed work']);
    expect(report.exitCode).toBe(1);
    expect(log).toEqual(['+db', '-db']);
  });

  test('work that fails is over, and its rejection stays with its owner', async () => {
    const { life } = recording();
    await settle(life.start());
    const work = life.track(Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect((await settle(life.stop())).active.work).toEqual([]);
  });
});
