import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger, file, LoggerErrors, type Logger, type RotateOptions } from '../src/index.ts';

let directory = '';
let path = '';
let open: Logger[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seaworthy-rotate-'));
  path = join(directory, 'app.log');
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  vi.useRealTimers();
  for (const log of open) await log.close();
  open = [];
  rmSync(directory, { recursive: true, force: true });
});

function logTo(rotate?: RotateOptions): Logger {
  const log = createLogger({ sinks: [file({ path, durability: 'record', ...(rotate && { rotate }) })], base: {} });
  open.push(log);
  return log;
}

function moved(): string[] {
  return readdirSync(directory)
    .filter((name) => name !== 'app.log')
    .toSorted();
}

function textOf(name: string): string {
  const bytes = readFileSync(join(directory, name));
  return String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

function indexes(): unknown[] {
  const text = [...moved(), 'app.log'].map(textOf).join('');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { index: unknown }).index);
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5000 && !isTrue(); turn += 1) await nextTurn();
  expect(isTrue()).toBe(true);
}

describe('rotation by size', () => {
  test('moves a file before it grows past the size, and keeps every line', () => {
    const log = logTo({ size: '1k' });
    for (let index = 0; index < 100; index += 1) {
      vi.advanceTimersByTime(1);
      log.info('m', { index });
    }
    expect(indexes()).toEqual(Array.from({ length: 100 }, (_, index) => index));
    for (const name of moved()) expect(textOf(name).length).toBeLessThanOrEqual(1024);
    expect(moved()[0]).toMatch(/^app\.20261121T120000\d{3}Z-[0-9a-f]{8}\.log$/);
  });

  test('counts what an earlier process wrote', () => {
    writeFileSync(path, `${'x'.repeat(1000)}\n`);
    logTo({ size: 1024 }).info('m');
    expect(moved()).toHaveLength(1);
  });

  test('never moves an empty file, even for a line longer than the size', () => {
    logTo({ size: 10 }).info('a line longer than ten bytes');
    expect(moved()).toEqual([]);
  });
});

describe('rotation by time', () => {
  const cases = [
    { every: 'hour', afterMs: 59 * 60_000, files: 0 },
    { every: 'hour', afterMs: 60 * 60_000, files: 1 },
    { every: 'day', afterMs: 11 * 3_600_000, files: 0 },
    { every: 'day', afterMs: 12 * 3_600_000, files: 1 },
  ] as const;
  for (const { every, afterMs, files } of cases) {
    test(`every ${every}: ${afterMs / 60_000} minutes after noon there are ${files} moved files`, () => {
      const log = logTo({ every });
      log.info('before');
      vi.advanceTimersByTime(afterMs);
      log.info('after');
      expect(moved()).toHaveLength(files);
    });
  }

  test('a file of an earlier day is moved at the first record', () => {
    writeFileSync(path, 'yesterday\n');
    utimesSync(path, new Date(Date.UTC(2026, 10, 20)), new Date(Date.UTC(2026, 10, 20)));
    logTo({ every: 'day' }).info('today');
    expect(moved().map(textOf)).toEqual(['yesterday\n']);
  });
});

describe('what is kept', () => {
  test('the newest files by number; names of another form stay', async () => {
    writeFileSync(join(directory, 'app.notes.log'), '');
    const log = logTo({ size: 50, keep: 2 });
    for (let index = 0; index < 10; index += 1) {
      vi.advanceTimersByTime(2);
      log.info('m', { index });
    }
    expect(moved()).toHaveLength(10);
    vi.advanceTimersByTime(1000);
    await until(() => moved().length === 3);
    const kept = moved()
      .filter((name) => name !== 'app.notes.log')
      .map(textOf);
    expect(kept.map((text) => (JSON.parse(text) as { index: number }).index)).toEqual([7, 8]);
  });

  test('files younger than so many days', async () => {
    const old = join(directory, 'app.20261101T000000000Z-00000000.log');
    const young = join(directory, 'app.20261120T000000000Z-00000000.log.gz');
    for (const each of [old, young]) writeFileSync(each, '');
    logTo({ size: '1g', keepDays: 7 });
    vi.advanceTimersByTime(1000);
    await until(() => !existsSync(old));
    expect(existsSync(young)).toBe(true);
  });
});

describe('compression', () => {
  test('replaces a moved file with one of the same content', async () => {
    const log = logTo({ size: 200, gzip: true });
    for (let index = 0; index < 5; index += 1) {
      vi.advanceTimersByTime(2);
      log.info('m', { index, text: 'x'.repeat(100) });
    }
    vi.advanceTimersByTime(1000);
    await until(() => moved().every((name) => name.endsWith('.gz')));
    expect(indexes()).toEqual([0, 1, 2, 3, 4]);
  });

  test('is taken up again after a process was killed in the middle of it', async () => {
    const left = 'app.20261120T000000000Z-0123abcd.log';
    writeFileSync(join(directory, left), '{"index":0}\n');
    writeFileSync(join(directory, `${left}.gz`), 'half');
    writeFileSync(join(directory, `${left}.99.tmp`), 'half');
    const longAgo = new Date(Date.UTC(2026, 10, 20));
    utimesSync(join(directory, `${left}.99.tmp`), longAgo, longAgo);
    logTo({ size: '1g', gzip: true }).info('m', { index: 1 });
    vi.advanceTimersByTime(1000);
    await until(() => moved().length === 1);
    expect(indexes()).toEqual([0, 1]);
  });
});

describe('a file that another program moves', () => {
  test('is opened again at its path', () => {
    const log = logTo();
    log.info('m', { index: 0 });
    renameSync(path, join(directory, 'app.1.log'));
    vi.advanceTimersByTime(100);
    log.info('m', { index: 1 });
    expect(indexes()).toEqual([0, 1]);
    expect(moved()).toEqual(['app.1.log']);
  });

  test('takes lines as long as the path cannot be opened', () => {
    const log = logTo();
    log.info('m', { index: 0 });
    rmSync(directory, { recursive: true });
    vi.advanceTimersByTime(100);
    log.info('m', { index: 1 });
    expect(log.stats()).toMatchObject({ records: 2, dropped: 0 });
  });
});

describe('options', () => {
  const cases: { rotate: object; option: string }[] = [
    { rotate: {}, option: 'rotate' },
    { rotate: { size: '5 apples' }, option: 'rotate.size' },
    { rotate: { size: 0 }, option: 'rotate.size' },
    { rotate: { every: 'week' }, option: 'rotate.every' },
    { rotate: { size: 1, keep: -1 }, option: 'rotate.keep' },
    { rotate: { size: 1, keepDays: 0 }, option: 'rotate.keepDays' },
  ];
  for (const { rotate, option } of cases) {
    test(`${JSON.stringify(rotate)} is refused`, () => {
      const refusal = { code: LoggerErrors.INVALID_OPTION.code, params: expect.objectContaining({ option }) };
      expect(() => file({ path, rotate })).toThrow(expect.objectContaining(refusal));
    });
  }
});
