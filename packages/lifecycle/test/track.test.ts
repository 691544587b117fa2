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

  test('work that begins while draining is waited for as well', async () => {
    const { life, log, part } = recording();
    part('db');
    await settle(life.start());
    void life.track(after(50).then(() => void life.track(after(50).then(() => log.push('second')))));
    await settle(life.stop());
    expect(log).toEqual(['+db', 'second', '-db']);
  });

  test('work that hangs is waited for once, not by every wave, so all waves have their time', async () => {
    const { life, log, part } = recording();
    part('a');
    part('b', { after: ['a'] });
    part('c', { after: ['b'], stop: () => after(50) });
    await settle(life.start());
    void life.track(never(), 'import');
    const report = await settle(life.stop());
    expect(report.resources.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['c ok', 'b ok', 'a ok']);
    expect(report).toMatchObject({ exitCode: 1, durationMs: 800, active: { work: ['import'] } });
    expect(log.slice(-2)).toEqual(['-b', '-a']);
  });

  test('the same promise may be tracked twice, and is forgotten twice', async () => {
    const { life } = recording();
    await settle(life.start());
    const work = after(10);
    void life.track(work, 'a');
    void life.track(work, 'b');
    expect((await settle(life.stop())).active.work).toEqual([]);
  });
});
