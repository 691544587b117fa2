import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
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
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12), toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
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

  test('counts bytes, not characters', () => {
    const log = logTo({ size: '1k' });
    for (let index = 0; index < 20; index += 1) {
      vi.advanceTimersByTime(1);
      log.info('船'.repeat(100), { index });
    }
    for (const name of moved()) expect(readFileSync(join(directory, name)).length).toBeLessThanOrEqual(1024);
  });

  test('keeps to the size also where lines are written many at a time', () => {
    const log = createLogger({ sinks: [file({ path, durability: 'turn', rotate: { size: '4k' } })], base: {} });
    open.push(log);
    for (let index = 0; index < 500; index += 1) log.info('m', { index });
    log.flushSync();
    expect(indexes().toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 500 }, (_, index) => index),
    );
    for (const name of moved()) expect(readFileSync(join(directory, name)).length).toBeLessThanOrEqual(4096 + 200);
  });

  test('never moves an empty file, even for a line longer than the size', () => {
    logTo({ size: 10 }).info('a line longer than ten bytes');
    expect(moved()).toEqual([]);
  });
});

describe('what is no file', () => {
  const device = '/dev/null';
  beforeEach(({ skip }) => skip(!existsSync(device), `this system has no ${device}`));

  test('is written to and never moved', () => {
    symlinkSync(device, path);
    const log = logTo({ size: 100, every: 'hour' });
    for (let index = 0; index < 100; index += 1) {
      vi.advanceTimersByTime(3_600_000);
      log.info('m', { index });
    }
    expect(moved()).toEqual([]);
    expect(readlinkSync(path)).toBe(device);
    expect(log.stats().sinks).toMatchObject([{ written: 100, failures: 0 }]);
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

  test('a clock that is set back moves nothing, and the new hour ends as any other', () => {
    const log = logTo({ every: 'hour' });
    log.info('at 12:00');
    vi.setSystemTime(Date.UTC(2026, 10, 21, 11, 30));
    log.info('at 11:30');
    expect(moved()).toHaveLength(0);
    vi.setSystemTime(Date.UTC(2026, 10, 21, 12, 1));
    log.info('at 12:01');
    expect(moved()).toHaveLength(1);
  });

  // In New York 2026-11-01 has 25 hours and 2026-03-08 has 23; one of its hours comes twice, and one does not come.
  const changes = [
    { name: 'the day with 25 hours', from: Date.UTC(2026, 10, 1, 0, 30), hours: 23 },
    { name: 'the day with 23 hours', from: Date.UTC(2026, 2, 8, 0, 30), hours: 23 },
  ];
  for (const { name, from, hours } of changes) {
    test(`${name} has one file for each hour, and one for the day`, () => {
      vi.stubEnv('TZ', 'America/New_York');
      vi.setSystemTime(from);
      const [byHour, byDay] = [logTo({ every: 'hour' }), logToDay()];
      for (let hour = 0; hour <= hours; hour += 1) {
        vi.setSystemTime(from + hour * 3_600_000);
        for (const log of [byHour, byDay]) log.info('m', { hour });
      }
      vi.unstubAllEnvs();
      expect(moved().filter((file) => file.startsWith('app.'))).toHaveLength(hours);
      expect(moved().filter((file) => file.startsWith('day.'))).toEqual(['day.log']);
    });
  }

  function logToDay(): Logger {
    const sink = file({ path: join(directory, 'day.log'), durability: 'record', rotate: { every: 'day' } });
    const log = createLogger({ sinks: [sink], base: {} });
    open.push(log);
    return log;
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

describe('a process that lives for a moment', () => {
  test('deletes old files as well', async () => {
    for (const day of ['01', '02', '03'])
      writeFileSync(join(directory, `app.202611${day}T000000000Z-00000000.log`), '');
    await logTo({ size: '1g', keep: 2 }).close();
    expect(moved()).toHaveLength(2);
  });

  test('may use a sink again after it was closed', async () => {
    const sink = file({ path, rotate: { size: 200, gzip: true }, durability: 'record' });
    for (const index of [0, 1, 2]) {
      const log = createLogger({ sinks: [sink], base: {} });
      log.info('m', { index, text: 'x'.repeat(100) });
      if (index === 2) open.push(log);
      else await log.close();
      vi.advanceTimersByTime(2);
    }
    vi.advanceTimersByTime(1000);
    await until(() => moved().length === 2 && moved().every((name) => name.endsWith('.gz')));
    expect(indexes()).toEqual([0, 1, 2]);
  });
});

describe('half a line, left by a process that was killed', () => {
  const half = '{"level":"info","timestamp":"2026-11-21T11:59:59.999Z","mess';

  test('at the end of the file becomes spaces before the next line', () => {
    writeFileSync(path, `{"index":0}\n${half}`);
    const log = logTo();
    log.info('m', { index: 1 });
    log.info('m', { index: 2 });
    expect(indexes()).toEqual([0, 1, 2]);
    expect(readFileSync(path, 'utf8')).not.toContain(half);
  });

  test('that is all there is in the file does so too', () => {
    writeFileSync(path, half.repeat(5000));
    logTo().info('m', { index: 1 });
    expect(indexes()).toEqual([1]);
  });

  test('between the lines of two that share a file becomes spaces', () => {
    const [one, two] = [logTo(), logTo()];
    one.info('m', { index: 0 });
    two.info('m', { index: 1 });
    appendFileSync(path, half);
    vi.advanceTimersByTime(100);
    one.info('m', { index: 2 });
    appendFileSync(path, half);
    two.info('m', { index: 3 });
    two.info('m', { index: 4 });
    one.info('m', { index: 5 });
    expect(indexes()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('at the end of a moved file is taken off', async () => {
    const left = 'app.20261120T000000000Z-0123abcd.log';
    writeFileSync(join(directory, left), `{"index":0}\n${half}`);
    logTo({ size: '1g' }).info('m', { index: 1 });
    vi.advanceTimersByTime(1000);
    await until(() => textOf(left) === '{"index":0}\n');
    expect(indexes()).toEqual([0, 1]);
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

describe('a moved file that cannot be read', () => {
  test('keeps up neither the deletion of old ones nor the compression of others, and is told once', async () => {
    const failures: unknown[] = [];
    const listen = (event: unknown): unknown => failures.push(event);
    subscribe('seaworthy:logger:sink-failed', listen);
    const names = ['20', '21', '22'].map((day) => `app.202611${day}T000000000Z-00000000.log`);
    const [old = '', unreadable = '', other = ''] = names.map((name) => join(directory, name));
    mkdirSync(unreadable);
    writeFileSync(old, '{}\n');
    writeFileSync(other, '{}\n');
    for (const each of [old, other]) utimesSync(each, new Date(0), new Date(0));
    logTo({ size: '1g', keep: 2, gzip: true });
    vi.advanceTimersByTime(1000);
    await until(() => !existsSync(old) && existsSync(`${other}.gz`) && failures.length === 1);
    rmSync(unreadable, { recursive: true });
    writeFileSync(unreadable, '{}\n');
    utimesSync(unreadable, new Date(0), new Date(0));
    await until(() => {
      vi.advanceTimersByTime(30_000);
      return existsSync(`${unreadable}.gz`);
    });
    unsubscribe('seaworthy:logger:sink-failed', listen);
    expect(failures).toHaveLength(1);
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

  test('is made anew with its directory when both are deleted', () => {
    const log = logTo();
    log.info('m', { index: 0 });
    rmSync(directory, { recursive: true });
    vi.advanceTimersByTime(100);
    log.info('m', { index: 1 });
    expect(indexes()).toEqual([1]);
    expect(log.stats()).toMatchObject({ records: 2, dropped: 0 });
  });

  test('is looked for also after the clock was set back', () => {
    const log = logTo();
    log.info('m', { index: 0 });
    renameSync(path, join(directory, 'app.1.log'));
    vi.setSystemTime(Date.UTC(2026, 10, 21, 3));
    vi.advanceTimersByTime(100);
    log.info('m', { index: 1 });
    expect(readFileSync(path, 'utf8')).toContain('"index":1');
  });

  test('lets lines wait as long as they could only go to a deleted file', async () => {
    const log = logTo();
    log.info('m', { index: 0 });
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'a file in the place of the directory');
    vi.advanceTimersByTime(100);
    log.info('m', { index: 1 });
    log.info('m', { index: 2 });
    expect(log.stats().sinks).toMatchObject([{ written: 1, pending: 2, dropped: 0 }]);
    rmSync(directory);
    vi.advanceTimersByTime(1000);
    expect(indexes()).toEqual([1, 2]);
    expect(log.stats().sinks).toMatchObject([{ written: 3, pending: 0, dropped: 0 }]);
  });
});

describe('a file that another program cuts', () => {
  const half = '{"index":-1,"mess';
  // Long lines are looked at after each write, short ones now and then.
  for (const length of [10, 5000]) {
    const log = () => {
      const logger = logTo();
      return (index: number) => logger.info('m', { index, text: 'x'.repeat(length) });
    };

    test(`to nothing has whole lines of ${length} characters from then on`, () => {
      const write = log();
      for (const index of [0, 1, 2]) write(index);
      truncateSync(path);
      for (const index of [3, 4]) write(index);
      expect(indexes()).toEqual([3, 4]);
    });

    test(`and half a line of a killed process after that loses no line of ${length} characters`, () => {
      const write = log();
      for (const index of [0, 1, 2]) write(index);
      truncateSync(path);
      appendFileSync(path, half);
      vi.advanceTimersByTime(100);
      for (const index of [3, 4]) write(index);
      expect(indexes()).toEqual([3, 4]);
    });

    test(`behind its first line of ${length} characters keeps that one`, () => {
      const write = log();
      for (const index of [0, 1, 2]) write(index);
      truncateSync(path, readFileSync(path).indexOf(10) + 1);
      for (const index of [3, 4]) write(index);
      expect(indexes()).toEqual([0, 3, 4]);
    });
  }
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
