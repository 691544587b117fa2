import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { channels, createLogger, file, filter, LoggerErrors, memory, stderr, stdout, type Sink } from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-logger-'));
let files = 0;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function nextPath(): string {
  files += 1;
  return join(directory, 'deep', `${files}.log`);
}

function linesOf(path: string): unknown[] {
  const text = readFileSync(path, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

describe('a file', () => {
  test('is made with its directories and appended to', async () => {
    const path = nextPath();
    for (const message of ['one', 'two']) {
      const log = createLogger({ sinks: [file({ path })] });
      log.info(message);
      await log.close();
    }
    expect(linesOf(path)).toMatchObject([{ message: 'one' }, { message: 'two' }]);
  });

  test('that cannot be opened is refused when the logger is made', () => {
    const path = nextPath();
    writeFileSync(join(directory, 'plain'), '');
    const code = LoggerErrors.FILE_NOT_OPENED.code;
    expect(() => createLogger({ sinks: [file({ path: join(directory, 'plain', 'x.log') })] })).toThrow(
      expect.objectContaining({ code }),
    );
    const first = file({ path });
    expect(() => createLogger({ sinks: [first, file({ path: directory })] })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(linesOf(path)).toEqual([]);
  });

  test('holds text of every alphabet, and counts its bytes', async () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], base: {} });
    log.info('zażółć 日本語 🚢');
    const { stats } = await log.close();
    expect(linesOf(path)).toMatchObject([{ message: 'zażółć 日本語 🚢' }]);
    expect(stats.sinks[0]).toMatchObject({ written: 1, bytes: readFileSync(path).length, pending: 0, dropped: 0 });
  });

  test('may be shared by loggers; the last one closes it', async () => {
    const path = nextPath();
    const sink = file({ path });
    const [one, two] = [createLogger({ sinks: [sink] }), createLogger({ sinks: [sink] })];
    await one.close();
    await one.close();
    two.info('m');
    await two.close();
    expect(linesOf(path)).toHaveLength(1);
  });
});

describe('when a sink writes', () => {
  const count = (path: string) => linesOf(path).length;

  test('record: before the call returns', () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], durability: 'record' });
    for (const expected of [1, 2, 3]) {
      log.info('m');
      expect(count(path)).toBe(expected);
    }
  });

  test('turn: at the end of the turn', async () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], durability: 'turn' });
    log.info('m');
    log.info('m');
    expect(count(path)).toBe(0);
    await nextTurn();
    expect(count(path)).toBe(2);
  });

  test('adaptive: the first at once, those that follow quickly at the end of the turn', async () => {
    vi.useFakeTimers({ now: Date.now() + 1000, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })] });
    for (let index = 0; index < 10; index += 1) log.info('m');
    expect(count(path)).toBe(1);
    await nextTurn();
    expect(count(path)).toBe(10);
  });

  for (const level of ['warn', 'error', 'fatal'] as const) {
    test(`${level} writes at once, with all before it`, () => {
      const path = nextPath();
      const log = createLogger({ sinks: [file({ path, durability: 'turn' })] });
      log.info('before');
      log[level]('m');
      expect(count(path)).toBe(2);
    });
  }

  test('64 KiB do not wait for the end of the turn', () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], durability: 'turn' });
    for (let index = 0; index < 100; index += 1) log.info('x'.repeat(1000));
    expect(count(path)).toBeGreaterThan(50);
  });

  test('flushSync and fatal write what all sinks hold', () => {
    const [one, two] = [nextPath(), nextPath()];
    const log = createLogger({ sinks: [file({ path: one }), file({ path: two, level: 'info' })], durability: 'turn' });
    log.info('m');
    log.flushSync();
    log.info('m');
    log.fatal('m');
    expect([count(one), count(two)]).toEqual([3, 3]);
  });
});

describe('close', () => {
  test('waits for everything and reports', async () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], durability: 'turn' });
    log.info('m');
    expect(await log.close({ timeoutMs: 1000 })).toMatchObject({ outcome: 'done', stats: { records: 1, dropped: 0 } });
    expect(linesOf(path)).toHaveLength(1);
  });

  test('gives the logger too, as in winston', async () => {
    const log = createLogger({ sinks: [memory()] });
    const closing = log.close();
    expect(closing.isLevelEnabled('info')).toBe(true);
    await closing;
    expect('then' in log).toBe(false);
  });

  test('of a child flushes and closes nothing', async () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path })], durability: 'turn' });
    const child = log.child({ a: 1 });
    child.info('m');
    await child.close();
    log.info('n');
    await log.close();
    expect(linesOf(path)).toHaveLength(2);
  });

  test('makes later records count as dropped, without a throw', async () => {
    const log = createLogger({ sinks: [file({ path: nextPath() })] });
    await log.close();
    log.info('late');
    expect(log.stats().dropped).toBe(1);
  });

  test('ends at the signal of the caller', async () => {
    const stuck: Sink = {
      ...memory(),
      flush: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stop')))),
    };
    const log = createLogger({ sinks: [stuck] });
    const controller = new AbortController();
    const closing = log.close({ signal: controller.signal });
    controller.abort();
    expect((await closing).outcome).toBe('timeout');
  });
});

describe('a sink that throws', () => {
  test('is counted, told once and stalls no other sink', () => {
    const told: unknown[] = [];
    const listen = (event: unknown) => told.push(event);
    const name = channels.find((each) => each.endsWith('sink-failed')) ?? '';
    subscribe(name, listen);
    const refuse = () => {
      throw new TypeError('full');
    };
    const sink = memory();
    const log = createLogger({
      sinks: [{ ...memory(), name: 'broken', write: refuse, flushSync: refuse, close: refuse }, sink],
    });
    log.info('m');
    log.fatal('m');
    log.close();
    unsubscribe(name, listen);
    expect(sink.records).toHaveLength(2);
    expect(log.stats().failures).toBeGreaterThanOrEqual(3);
    expect(told).toEqual([{ sink: 'broken', reason: 'full' }]);
  });
});

describe('a descriptor that was closed elsewhere', () => {
  test('loses records, counts them and throws nothing', async () => {
    const path = nextPath();
    const log = createLogger({ sinks: [file({ path, durability: 'record' })] });
    // The sink has the lowest free descriptor; the next one opened tells which.
    const after = openSync(path, 'r');
    closeSync(after);
    closeSync(after - 1);
    for (let index = 0; index < 5; index += 1) log.info('m');
    expect(log.stats()).toMatchObject({ records: 5, dropped: 5 });
    const replacement = openSync(path, 'r');
    await log.close();
    expect(replacement).toBe(after - 1);
  });
});

describe('options', () => {
  const invalid = INVALID();
  function INVALID() {
    return expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code });
  }
  const cases = [
    { name: 'durability of a logger', make: () => createLogger({ durability: 'sometimes' as 'turn', sinks: [] }) },
    { name: 'durability of a sink', make: () => file({ path: 'x', durability: 'never' as 'turn' }) },
    { name: 'capBytes', make: () => stdout({ capBytes: 0 }) },
    { name: 'laneBytes', make: () => createLogger({ laneBytes: -1, sinks: [] }) },
  ];
  for (const { name, make } of cases) {
    test(`a wrong ${name} is refused`, () => {
      expect(make).toThrow(invalid);
    });
  }

  test('a sink takes only its level and worse', () => {
    const [all, bad] = [memory(), memory({ level: 'error' })];
    const log = createLogger({ sinks: [all, bad] });
    log.info('m');
    log.error('m');
    expect([all.records.length, bad.records.length]).toEqual([2, 1]);
  });

  test('a filtered sink takes only what is kept, and everything when asking throws', async () => {
    const sink = memory();
    const log = createLogger({
      sinks: [
        filter(sink, (record) => {
          if (record['odd'] === undefined) throw new TypeError('no such field');
          return record['odd'] === false;
        }),
      ],
    });
    log.info('a', { odd: true });
    log.info('b', { odd: false });
    log.info('c');
    await log.close();
    expect(sink.records.map(({ message }) => message)).toEqual(['b', 'c']);
    expect(log.stats().sinks).toMatchObject([{ name: 'memory', written: 2 }]);
  });

  test('memory keeps the latest records up to its limit', () => {
    const sink = memory({ limit: 2 });
    const log = createLogger({ sinks: [sink] });
    for (const message of ['a', 'b', 'c']) log.info(message);
    expect(sink.records.map(({ message }) => message)).toEqual(['b', 'c']);
    sink.clear();
    expect(sink.records).toEqual([]);
  });

  test('the sinks have names', () => {
    expect([stdout().name, stderr().name, memory().name, file({ path: 'a.log' }).name]).toEqual([
      'stdout',
      'stderr',
      'memory',
      'file a.log',
    ]);
  });
});
