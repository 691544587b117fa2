import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger, file, type Logger } from '../src/index.ts';

// Whoever is told that a sink has failed may log it, and often to that very sink.

function logFailuresTo(log: Logger): readonly unknown[] {
  const told: unknown[] = [];
  const listener = (event: unknown): void => {
    told.push(event);
    log.warn('told', { index: told.length * 100 });
  };
  subscribe('seaworthy:logger:sink-failed', listener);
  onTestFinished(async () => {
    unsubscribe('seaworthy:logger:sink-failed', listener);
    vi.useRealTimers();
    await log.close();
  });
  return told;
}

for (const durability of ['record', 'turn'] as const) {
  test(`a failure that is logged where it happened is there once, and so is what was on its way (${durability})`, async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const directory = mkdtempSync(join(tmpdir(), 'seaworthy-logged-failures-'));
    const [logs, moved] = [join(directory, 'logs'), join(directory, 'moved')];
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const log = createLogger({ sinks: [file({ path: join(logs, 'app.log'), durability })], base: {} });
    const told = logFailuresTo(log);
    log.warn('first', { index: 0 });
    // The file cannot be opened again where it was, and goes on in the one that is open.
    renameSync(logs, moved);
    writeFileSync(logs, '');
    vi.advanceTimersByTime(1_000);
    log.info('m', { index: 1 });
    log.warn('m', { index: 2 });
    await log.flush();
    expect(told).toHaveLength(1);
    const lines = readFileSync(join(moved, 'app.log'), 'utf8').trimEnd().split('\n');
    const indexes = lines.map((line) => (JSON.parse(line) as { index: number }).index);
    expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 100]);
    expect(indexes.filter((index) => index < 100)).toEqual([0, 1, 2]);
    expect(log.stats().sinks[0]).toMatchObject({ written: 4, pending: 0, dropped: 0 });
  });
}

test('a disk that is full, and is said to be in the same log, ends no program', (context) => {
  context.skip(!existsSync('/dev/full'), 'this system has no /dev/full');
  const log = createLogger({ sinks: [file({ path: '/dev/full', durability: 'record' })], base: {} });
  const told = logFailuresTo(log);
  log.info('m', { index: 0 });
  log.warn('m', { index: 1 });
  expect(told).toHaveLength(1);
  expect(log.stats().sinks[0]).toMatchObject({ written: 0, pending: 3 });
});
