import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import winston from 'winston';
import Transport from 'winston-transport';
import type * as logger from '../src/index.ts';
import { createLogger, LoggerErrors, memory, sinkTransport } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

type Info = Record<PropertyKey, unknown>;

const messageMark = Symbol.for('message');
const levelMark = Symbol.for('level');

/** A transport that keeps what it is given. */
function keeping(options: Transport.TransportStreamOptions = {}): { transport: Transport; infos: Info[] } {
  const infos: Info[] = [];
  const transport = new Transport({
    ...options,
    log(info: Info, next: () => void) {
      infos.push(info);
      next();
    },
  });
  return { transport, infos };
}

describe('the logger', () => {
  test('is a winston logger, and so is its child', () => {
    const { log } = logToMemory();
    expect(log).toBeInstanceOf(winston.Logger);
    expect(log.child({ a: 1 })).toBeInstanceOf(winston.Logger);
  });

  test('fits where a winston logger is asked for', () => {
    const use = (logger: winston.Logger) => logger.info('m', { a: 1 });
    const { log, sink } = logToMemory();
    use(log);
    expect(latest(sink)).toMatchObject({ message: 'm', a: 1 });
  });

  test('takes records as a stream', async () => {
    const { log, sink } = logToMemory();
    const source = new PassThrough({ objectMode: true });
    source.pipe(log);
    source.write({ level: 'warn', message: 'piped', a: 1 });
    source.write('a line of text\n');
    source.end();
    await once(source, 'end');
    expect(sink.records.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn piped',
      'info a line of text',
    ]);
  });

  test('goes on after `end`', async () => {
    const { log, sink } = logToMemory();
    log.end();
    await once(log, 'finish');
    log.info('still here');
    expect(latest(sink)['message']).toBe('still here');
  });

  test('profile and startTimer log durations', () => {
    const { log, sink } = logToMemory();
    log.profile('query');
    log.profile('query');
    log.startTimer().done({ message: 'timed' });
    expect(sink.records).toMatchObject([
      { message: 'query', level: 'info', durationMs: expect.any(Number) },
      { message: 'timed', durationMs: expect.any(Number) },
    ]);
  });

  test('defaultMeta becomes bound fields', () => {
    const { log, sink } = logToMemory();
    log.defaultMeta = { region: 'eu' };
    log.info('m');
    expect(latest(sink)['region']).toBe('eu');
  });

  test('configure replaces transports and level, and keeps a format until another comes', () => {
    const { log, sink } = logToMemory();
    const { transport, infos } = keeping();
    log.configure({
      level: 'debug',
      transports: [transport],
      format: winston.format.printf(({ message }) => `<${String(message)}>`),
    });
    log.debug('m');
    expect(infos[0]?.[messageMark]).toBe('<m>');
    log.configure({ level: 'info' });
    log.info('n');
    expect(sink.records.at(-1)).toMatchObject({ message: '<n>' });
    log.configure({ format: winston.format.json() });
    log.info('o');
    expect(sink.records.at(-1)).toEqual({ level: 'info', message: 'o' });
    expect(infos).toHaveLength(1);
  });
});

describe('configure({ levels })', () => {
  const custom = { critical: 0, error: 1, audit: 2, info: 3, detail: 4 };

  test('gives the logger and its children the new levels, with their methods', () => {
    const { log, sink } = logToMemory();
    const child = log.child({ a: 1 }, { name: 'test.child' });
    log.configure({ levels: custom, level: 'audit' });
    expect(log.levels).toEqual(custom);
    log.log('audit', 'by its name');
    log.log('info', 'too little');
    (child as unknown as { audit(message: string): void }).audit('by its method');
    log.warn('a word of before goes to the nearest');
    child.fatal('so does this');
    expect(sink.records.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'audit by its name',
      'audit by its method',
      'audit a word of before goes to the nearest',
      'critical so does this',
    ]);
    expect([log.level, log.isLevelEnabled('audit'), log.isLevelEnabled('detail')]).toEqual(['audit', true, false]);
  });

  test('may be undone by others, and takes methods away that are not theirs', () => {
    const { log, sink } = logToMemory({ levels: { ...custom } });
    expect(log).toHaveProperty('audit');
    log.configure({ levels: winston.config.npm.levels });
    expect(log).not.toHaveProperty('audit');
    expect(log).not.toHaveProperty('isAuditEnabled');
    log.http('m');
    log.level = 'http';
    log.http('n');
    expect(sink.records).toMatchObject([{ level: 'http', message: 'n' }]);
  });

  test('reaches transports: those it brings and those that stay, with levels of their own', () => {
    const staying = keeping({ level: 'detail' });
    const log = createLogger({ level: 'fatal', transports: [staying.transport], base: {} });
    log.levels = custom;
    log.log('detail', 'm');
    const { transport, infos } = keeping({ level: 'detail', format: winston.format.colorize() });
    log.configure({ levels: { none: -1, ...custom, detail: 9 }, transports: [transport], level: 'none' });
    log.log('detail', 'n');
    expect(staying.infos).toMatchObject([{ level: 'detail', message: 'm', [levelMark]: 'detail' }]);
    expect(infos).toMatchObject([{ level: expect.stringContaining('detail'), message: 'n', [levelMark]: 'detail' }]);
  });

  test('keeps to what winston does with the same calls', () => {
    const ours = keeping();
    const theirs = keeping();
    const logs = [
      [createLogger({ transports: [keeping().transport] }), ours],
      [winston.createLogger({ transports: [keeping().transport] }), theirs],
    ] as const;
    for (const [log, { transport }] of logs) {
      log.configure({ levels: custom, level: 'info', transports: [transport] });
      for (const level of Object.keys(custom)) log.log(level, 'm');
      log.log({ level: 'audit', message: 'n' });
    }
    const seen = ({ infos }: typeof ours) => infos.map((info) => [info[levelMark], info['message']]);
    expect(seen(ours)).toEqual(seen(theirs));
    expect(logs.map(([log]) => log.levels)).toEqual([custom, custom]);
  });

  test('that are none is refused, and leaves the logger as it was', () => {
    const { log } = logToMemory();
    const { transport, infos } = keeping();
    log.add(transport);
    expect(() => log.configure({ levels: { 'two words': 1 } })).toThrow(LoggerErrors.INVALID_OPTION);
    log.info('m');
    expect(infos).toHaveLength(1);
  });
});

describe('a transport', () => {
  test('gets every record with the marks of winston and the finished line', () => {
    const { transport, infos } = keeping();
    const log = createLogger({ name: 'app', transports: [transport], base: {}, redact: ['token'] });
    log.child({ a: 1 }).warn('m', { token: 't', big: 1n });
    expect(infos[0]).toMatchObject({
      level: 'warn',
      message: 'm',
      logger: 'app',
      a: 1,
      token: '[redacted]',
      big: '1',
      [levelMark]: 'warn',
    });
    expect(JSON.parse(String(infos[0]?.[messageMark]))).toMatchObject({ message: 'm', a: 1 });
  });

  test('gets the stack of an error where winston puts it', () => {
    const { transport, infos } = keeping();
    createLogger({ transports: [transport] }).error(new Error('boom'));
    expect(infos[0]).toMatchObject({ stack: expect.stringContaining('boom'), err: { type: 'Error' } });
  });

  test('gets 1,000 of 1,000 records in order, whatever its speed', async () => {
    const seen: unknown[] = [];
    const slow = new Transport({
      log(info: Info, next: () => void) {
        seen.push(info['index']);
        setImmediate(next);
      },
    });
    const log = createLogger({ transports: [slow] });
    for (let index = 0; index < 1000; index += 1) log.info('m', { index });
    expect((await log.flush()).outcome).toBe('done');
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  test('with a level of its own may ask for more than the logger, or for less', () => {
    const more = keeping({ level: 'debug' });
    const less = keeping({ level: 'error' });
    const { log, sink } = logToMemory({ level: 'info', transports: [more.transport, less.transport] });
    for (const level of ['error', 'info', 'debug', 'trace'] as const) log[level](level);
    expect(more.infos.map(({ message }) => message)).toEqual(['error', 'info', 'debug']);
    expect(less.infos.map(({ message }) => message)).toEqual(['error']);
    expect(sink.records).toHaveLength(2);
    log.remove(more.transport);
    expect(log.isLevelEnabled('debug')).toBe(false);
  });

  test('may change its level at any time', () => {
    const { transport, infos } = keeping({ level: 'error' });
    const { log, sink } = logToMemory({ level: 'info', transports: [transport] });
    transport.level = 'debug';
    expect(log.isLevelEnabled('debug')).toBe(true);
    log.debug('wanted');
    log.child({ a: 1 }).debug('wanted too');
    log.log('verbose', 'by another word');
    transport.level = 'warn';
    expect(log.isLevelEnabled('debug')).toBe(false);
    log.debug('not any more');
    log.info('not by the transport');
    expect(infos.map(({ message }) => message)).toEqual(['wanted', 'wanted too', 'by another word']);
    expect(sink.records.map(({ message }) => message)).toEqual(['not by the transport']);
  });

  test('gets records of a child with a lower level', () => {
    const { transport, infos } = keeping();
    const log = createLogger({ level: 'info', transports: [transport] });
    log.child({}, { name: 'detail', level: 'trace' }).trace('m');
    expect(infos).toHaveLength(1);
  });

  test('uses its own format', () => {
    const { transport, infos } = keeping({ format: winston.format.printf(({ message }) => `# ${String(message)}`) });
    createLogger({ transports: [transport] }).info('m');
    expect(infos[0]?.[messageMark]).toBe('# m');
  });

  test('can be added, listed, removed and cleared', () => {
    const { log } = logToMemory();
    const { transport, infos } = keeping();
    const close = vi.fn<() => void>();
    transport.close = close;
    log.add(transport);
    log.add(transport);
    expect(log.transports).toEqual([transport]);
    log.info('m');
    log.remove(transport);
    log.info('n');
    expect([infos.length, log.transports.length, close.mock.calls.length]).toEqual([1, 0, 1]);
    log.add(keeping().transport).add(keeping().transport).clear();
    expect(log.transports).toEqual([]);
  });

  test('of the time before winston 3 works', () => {
    const seen: unknown[] = [];
    const legacy = { name: 'legacy', log: (...args: unknown[]) => seen.push(args.slice(0, 3)), on: () => undefined };
    Object.defineProperty(legacy.log, 'length', { value: 4 });
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    createLogger({ transports: [legacy as unknown as Transport] }).info('m', { a: 1 });
    vi.restoreAllMocks();
    expect(seen).toMatchObject([['info', 'm', { a: 1 }]]);
  });

  const own = winston.transports;
  test('of winston itself works: Stream', () => {
    const stream = new PassThrough();
    createLogger({ transports: [new own.Stream({ stream })], base: {} }).info('m');
    expect(String(stream.read())).toContain('"message":"m"');
  });
});

describe('a broken transport', () => {
  test('that throws stalls nobody and gets the next record', () => {
    const infos: Info[] = [];
    let calls = 0;
    const transport = new Transport({
      log(info: Info, next: () => void) {
        calls += 1;
        if (calls <= 40) throw new TypeError('down');
        infos.push(info);
        next();
      },
    });
    const { log, sink } = logToMemory({ transports: [transport] });
    for (let index = 0; index < 50; index += 1) log.info('m');
    expect(sink.records).toHaveLength(50);
    expect(log.stats()).toMatchObject({ dropped: 40 });
    expect(infos.length).toBeGreaterThan(0);
  });

  test('whose format throws has lost the record, which is counted', () => {
    const broken = winston.format(() => {
      throw new TypeError('bad format');
    })();
    const { transport, infos } = keeping({ format: broken });
    const { log } = logToMemory({ transports: [transport] });
    log.info('m');
    expect(infos).toEqual([]);
    expect(log.stats().sinks[1]).toMatchObject({ written: 0, bytes: 0, dropped: 1, failures: 1 });
  });

  test('that emits errors does not end the process; who listens hears of it', async () => {
    const transport = new Transport({ log: (_info: Info, next: () => void) => next() });
    const { log } = logToMemory({ transports: [transport] });
    expect(() => transport.emit('error', new Error('unheard'))).not.toThrow();
    const heard = once(log, 'error');
    transport.emit('error', new Error('heard'));
    expect(await heard).toMatchObject([{ message: 'heard' }, transport]);
  });

  test('that destroyed itself is given up and counted', async () => {
    const transport = new Transport({ log: () => undefined });
    const { log, sink } = logToMemory({ transports: [transport] });
    log.info('stuck');
    transport.destroy(new Error('gone'));
    await once(transport, 'error');
    log.info('late');
    expect(sink.records).toHaveLength(2);
    expect((await log.flush({ timeoutMs: 50 })).outcome).toBe('done');
    expect(log.stats().dropped).toBe(2);
  });

  test('that never answers holds a bounded number of bytes, and the rest is counted', async () => {
    const transport = new Transport({ log: () => undefined });
    const { log } = logToMemory({ transports: [transport], laneBytes: 10_000 });
    for (let index = 0; index < 1000; index += 1) log.info('m', { text: 'x'.repeat(100) });
    const { pending, dropped } = log.stats().sinks[1] ?? { pending: 0, dropped: 0 };
    expect(pending).toBeLessThan(100);
    expect(pending + dropped).toBe(1000);
    expect((await log.flush({ timeoutMs: 20 })).outcome).toBe('timeout');
  });

  test('that cannot be a transport is refused by winston', () => {
    const { log } = logToMemory();
    expect(() => log.add(new PassThrough() as unknown as Transport)).toThrow(TypeError);
  });
});

describe('a winston format', () => {
  const { combine, timestamp, printf, json, errors, splat, simple } = winston.format;

  test('takes the place of our encoder for sinks and transports', () => {
    const { transport, infos } = keeping();
    const sink = memory();
    const lines: string[] = [];
    const format = combine(
      timestamp({ format: () => 'T' }),
      printf((info) => `${String(info['timestamp'])} ${info.level}: ${String(info.message)}`),
    );
    const log = createLogger({
      format,
      transports: [transport],
      sinks: [{ ...sink, write: (line) => void lines.push(line) }],
    });
    log.info('m');
    expect(lines).toEqual(['T info: m\n']);
    expect(infos[0]?.[messageMark]).toBe('T info: m');
  });

  const records = [
    { name: 'simple', format: simple(), call: ['m', { a: 1 }], line: 'info: m {"a":1}' },
    { name: 'json', format: json(), call: ['m', { a: 1 }], line: '{"a":1,"level":"info","message":"m"}' },
    { name: 'splat', format: combine(splat(), simple()), call: ['%s bought %d', 'ada', 3], line: 'info: ada bought 3' },
  ];
  for (const { name, format, call, line } of records) {
    test(`${name} writes what winston would write`, () => {
      const lines: string[] = [];
      const sink = { ...memory(), write: (text: string) => void lines.push(text) };
      const log = createLogger({ format, sinks: [sink] });
      Reflect.apply(log.info, log, call);
      expect(lines).toEqual([`${line}\n`]);
    });
  }

  test('colorize has a color for every level, and those of the application win', () => {
    winston.addColors({ ours: 'cyan' });
    const { transport, infos } = keeping({ format: combine(winston.format.colorize(), simple()) });
    const log = createLogger({ level: 'trace', transports: [transport], base: {} });
    for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const) log[level]('m');
    const other = keeping({ format: winston.format.colorize() });
    const own = createLogger({ levels: { ours: 0, uncolored: 1 }, level: 'uncolored', transports: [other.transport] });
    own.ours('m');
    own.uncolored('m');
    expect([...infos, ...other.infos].map((info) => info['level'])).toEqual([
      '\u001B[41m\u001B[37mfatal\u001B[39m\u001B[49m',
      '\u001B[31merror\u001B[39m',
      '\u001B[33mwarn\u001B[39m',
      '\u001B[32minfo\u001B[39m',
      '\u001B[34mdebug\u001B[39m',
      '\u001B[90mtrace\u001B[39m',
      '\u001B[36mours\u001B[39m',
      expect.stringContaining('uncolored'),
    ]);
  });

  test('levels get their colors when something may color, not before', () => {
    const { Colorizer } = winston.format.colorize as unknown as { Colorizer: { allColors: object } };
    const { log } = logToMemory({ levels: { quiet: 0, louder: 1 } });
    expect(Colorizer.allColors).not.toHaveProperty('quiet');
    log.format = combine(winston.format.colorize(), simple());
    expect(Colorizer.allColors).toMatchObject({ quiet: expect.anything(), louder: expect.anything() });
  });

  test('errors and a stack work together', () => {
    const { transport, infos } = keeping();
    const format = combine(
      errors({ stack: true }),
      printf((info) => String(info['stack'])),
    );
    createLogger({ format, transports: [transport] }).error(new Error('boom'));
    expect(infos[0]?.[messageMark]).toMatch(/^Error: boom\n/);
  });

  test('sees redacted fields only', () => {
    const { transport, infos } = keeping();
    createLogger({ format: json(), transports: [transport], redact: ['token'] }).info('m', { token: 't' });
    expect(String(infos[0]?.[messageMark])).toContain('[redacted]');
  });

  test('finds the fields of the call where winston keeps its arguments, redacted', () => {
    const mark = Symbol.for('splat');
    const lines: unknown[] = [];
    const format = combine(
      splat(),
      printf((info) => JSON.stringify((info as Info)[mark])),
    );
    const sink = { ...memory(), write: (line: string) => void lines.push(line) };
    const log = createLogger({ format, sinks: [sink], redact: ['token'], base: { service: 'shop' } });
    log.info('m', { a: 1, token: 't', level: 'mine' });
    log.info('m');
    log.info('%s', 'a value with %d', { a: 1 });
    expect(lines).toEqual(['[{"a":1,"token":"[redacted]","level_":"mine"}]\n', '"m"\n', '"a value with %d"\n']);
  });

  test('may drop a record', () => {
    const { transport, infos } = keeping();
    const format = winston.format((info) => (info['private'] ? false : info))();
    const log = createLogger({ format: combine(format, json()), transports: [transport] });
    log.info('m', { private: true });
    log.info('n');
    expect(infos.map(({ message }) => message)).toEqual(['n']);
  });

  test('that throws costs no record', () => {
    const broken = winston.format(() => {
      throw new TypeError('bad format');
    })();
    const { log, sink } = logToMemory({ format: broken });
    log.info('m', { a: 1 });
    expect(sink.records[0]).toMatchObject({ message: 'm', a: 1, formatError: '[unreadable: bad format]' });
    expect(log.stats().failures).toBe(1);
  });
});

describe('what a user of winston calls', () => {
  test('defaultMeta can be read back and replaced on', () => {
    const { log, sink } = logToMemory();
    log.defaultMeta = { service: 'shop' };
    log.info('m');
    expect([log.defaultMeta, latest(sink)['service']]).toEqual([{ service: 'shop' }, 'shop']);
  });

  test('the options of winston.createLogger', async () => {
    const { transport, infos } = keeping();
    const caught = keeping();
    const before = process.listenerCount('uncaughtException');
    const log = createLogger({
      transports: transport,
      defaultMeta: { service: 'shop' },
      exceptionHandlers: [caught.transport],
      rejectionHandlers: [],
      exitOnError: false,
    });
    log.info('m');
    expect(infos).toMatchObject([{ service: 'shop', pid: process.pid }]);
    expect([log.exitOnError, process.listenerCount('uncaughtException')]).toEqual([false, before + 1]);
    expect(caught.infos).toEqual([]);
    await log.close();
    const { log: quiet, sink } = logToMemory({ silent: true });
    quiet.error('m');
    expect([quiet.silent, sink.records]).toEqual([true, []]);
  });

  test('text that is piped into the logger is its messages', () => {
    const { log, sink } = logToMemory();
    log.write(Buffer.from('GET / 200\n'));
    log.write('GET /a 404\n');
    expect(sink.records.map(({ message }) => message)).toEqual(['GET / 200', 'GET /a 404']);
  });

  test('profile and startTimer log their durations', () => {
    const { log, sink } = logToMemory();
    log.profile('import');
    log.profile('import', { message: 'imported', level: 'warn' });
    log.startTimer().done({ message: 'timed' });
    expect(sink.records).toMatchObject([
      { level: 'warn', message: 'imported', durationMs: expect.any(Number) },
      { level: 'info', message: 'timed', durationMs: expect.any(Number) },
    ]);
  });

  test('query asks the transports', () => {
    const { log } = logToMemory();
    const { transport } = keeping();
    Object.assign(transport, {
      query: (_: object, done: (error: null, rows: unknown[]) => void) => done(null, [{ a: 1 }]),
    });
    Object.assign(transport, { name: 'rows' });
    log.add(transport);
    let answer: unknown;
    log.query({ fields: [] }, (_error, rows) => (answer = rows));
    expect(answer).toEqual({ rows: [{ a: 1 }] });
  });

  for (const [kind, event] of [
    ['exceptions', 'uncaughtException'],
    ['rejections', 'unhandledRejection'],
  ] as const) {
    test(`${kind} listen while they are handled, and close lets go`, async () => {
      const { log } = logToMemory();
      const before = process.listenerCount(event);
      log[kind].handle(keeping().transport);
      expect(process.listenerCount(event)).toBe(before + 1);
      await log.close();
      expect(process.listenerCount(event)).toBe(before);
    });
  }
});

describe('sinkTransport', () => {
  test('is one of our sinks for a logger of winston, with the level of each record', async () => {
    const sink = memory({ level: 'warn' });
    const log = winston.createLogger({ transports: [sinkTransport(sink)] });
    log.info('left out');
    log.warn('m', { a: 1 });
    log.end();
    await once(log, 'finish');
    expect(sink.records).toEqual([{ level: 'warn', message: 'm', a: 1 }]);
  });

  test('a file that is rotated by the day takes every record, without a logger of ours that knows the time', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'seaworthy-sink-transport-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'day.log');
    const isolated = await freshCopy();
    const sink = isolated.file({ path, durability: 'record', rotate: { every: 'day', size: '1m' } });
    const log = winston.createLogger({ transports: [isolated.sinkTransport(sink)] });
    for (const message of ['one', 'two', 'three']) log.info(message);
    expect(readFileSync(path, 'utf8').match(/one|two|three/g)).toEqual(['one', 'two', 'three']);
    expect(sink.stats()).toMatchObject({ written: 3, pending: 0, failures: 0 });
    log.close();
  });

  test('flushes the sink before it has ended, and closes it once', async () => {
    const calls: string[] = [];
    const sink = { ...memory(), flush: async () => void calls.push('flush'), close: () => void calls.push('close') };
    const transport = sinkTransport(sink);
    const log = winston.createLogger({ transports: [transport] });
    log.end();
    await once(transport, 'finish');
    log.remove(transport);
    expect(calls).toEqual(['flush', 'close']);
  });

  test('a sink that throws ends nothing, and is told as a warning', () => {
    const broken = {
      ...memory(),
      write: () => {
        throw new TypeError('broken');
      },
    };
    const transport = sinkTransport(broken);
    const warnings: unknown[] = [];
    transport.on('warn', (error) => warnings.push(error));
    winston.createLogger({ transports: [transport] }).info('m');
    expect(warnings).toMatchObject([{ message: 'broken' }]);
  });
});

/** The package as a process has it in which no logger has written yet. */
async function freshCopy(): Promise<typeof logger> {
  vi.resetModules();
  return import('../src/index.ts');
}
