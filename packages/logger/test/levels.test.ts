import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { channels, createLogger, levels, LoggerErrors } from '../src/index.ts';
import { logToMemory } from './records.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  levels.reset();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const words = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

describe('level', () => {
  for (const [index, word] of words.entries()) {
    test(`${word} lets through ${words.slice(0, index + 1).join(', ')}`, () => {
      const { log, sink } = logToMemory({ level: word });
      for (const each of words) log[each]('m');
      expect(sink.records.map(({ level }) => level)).toEqual(words.slice(0, index + 1));
    });
  }

  test('silent lets nothing through', () => {
    const { log, sink } = logToMemory({ level: 'silent' });
    log.fatal('m');
    expect(sink.records).toHaveLength(0);
  });

  test('an unknown level is refused with those there are', () => {
    expect(() => createLogger({ level: 'loud' })).toThrow(
      expect.objectContaining({ code: LoggerErrors.UNKNOWN_LEVEL.code, message: expect.stringContaining('"loud"') }),
    );
  });

  test('can be read and set as in winston', () => {
    const { log, sink } = logToMemory();
    log.level = 'DEBUG';
    log.debug('m');
    expect([log.level, sink.records.length]).toEqual(['debug', 1]);
    log.silent = true;
    log.error('m');
    expect(sink.records).toHaveLength(1);
  });
});

describe('LOG_LEVEL', () => {
  test('sets the level where the code sets none, also by pattern', () => {
    vi.stubEnv('LOG_LEVEL', 'warn, db.*=trace');
    const { log } = logToMemory();
    expect([log.level, log.child({}, { name: 'db.pool' }).level]).toEqual(['warn', 'trace']);
  });

  test('beats nothing that the code says, and reaches the names below that have no level of their own', () => {
    vi.stubEnv('LOG_LEVEL', 'trace, db=trace');
    const { log } = logToMemory({ level: 'error' });
    const loud = log.child({}, { name: 'db' });
    const quiet = log.child({}, { name: 'db', level: 'warn' });
    expect([log.level, loud.level, quiet.level]).toEqual(['error', 'trace', 'warn']);
  });

  test('is not read when another variable is named, or none', () => {
    vi.stubEnv('LOG_LEVEL', 'trace');
    vi.stubEnv('SHOP_LOG_LEVEL', 'debug');
    const other = logToMemory({ levelVariable: 'SHOP_LOG_LEVEL' }).log;
    expect([other.level, logToMemory({ levelVariable: false }).log.level]).toEqual(['debug', 'info']);
  });

  test('an unknown word is passed over with a warning that names the variable', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    vi.stubEnv('LOG_LEVEL', 'deafening');
    expect(logToMemory().log.level).toBe('info');
    expect(warn).toHaveBeenCalledWith(
      'LOG_LEVEL has the unknown level "deafening", which is passed over.',
      'LoggerWarning',
    );
    warn.mockRestore();
  });
});

describe('levels', () => {
  function levelOf(name: string) {
    return levels.list().find((row) => row.name === name);
  }

  test('lists each name with the level set for it and the one that applies', () => {
    const { log } = logToMemory({ name: 'list', level: 'warn' });
    log.child({}, { name: 'list.db' });
    expect(levelOf('list')).toEqual({ name: 'list', configuredLevel: 'warn', effectiveLevel: 'warn' });
    expect(levelOf('list.db')).toEqual({ name: 'list.db', configuredLevel: null, effectiveLevel: 'warn' });
  });

  test('names holds every word', () => {
    expect(levels.names).toEqual([...words, 'silent']);
  });

  test('(4) a change reaches children that exist', () => {
    const { log, sink } = logToMemory({ name: 'late' });
    const child = log.child({ a: 1 }, { name: 'late.db' }).child({ b: 2 });
    levels.set('late.db', 'debug');
    child.debug('m');
    expect(sink.records).toHaveLength(1);
  });

  const precedence = [
    { name: '(1) a name beats a pattern', set: { 'p.*': 'trace', 'p.db': 'error' }, gives: 'error' },
    { name: '(1) a longer pattern beats a shorter one', set: { '*': 'trace', 'p.d*': 'error' }, gives: 'error' },
    { name: '(2) a pattern beats the level in code', set: { '*': 'trace' }, gives: 'trace' },
    { name: '(2) a name above does not beat the level in code', set: { p: 'trace' }, gives: 'warn' },
    { name: 'another name changes nothing', set: { pdb: 'trace', 'x.*': 'trace' }, gives: 'warn' },
  ];
  for (const { name, set, gives } of precedence) {
    test(name, () => {
      const child = logToMemory().log.child({}, { name: 'p.db', level: 'warn' });
      for (const [pattern, level] of Object.entries(set)) levels.set(pattern, level);
      expect(child.level).toBe(gives);
    });
  }

  test('(2) a level set for a name reaches names below it without their own', () => {
    const child = logToMemory({ name: 'top' }).log.child({}, { name: 'top.a.b' });
    levels.set('top.a', 'trace');
    expect(child.level).toBe('trace');
  });

  test('(3) null and reset take a level back', () => {
    const { log } = logToMemory({ name: 'back', level: 'warn' });
    levels.set('back', 'trace');
    levels.set('back', null);
    expect(log.level).toBe('warn');
    levels.set('back', 'trace');
    levels.reset('back');
    expect(log.level).toBe('warn');
  });

  test('(3) a level with a time limit is taken back after it', () => {
    const { log } = logToMemory({ name: 'brief' });
    levels.set('brief', 'trace', { ttlMs: 1000 });
    vi.advanceTimersByTime(999);
    expect(log.level).toBe('trace');
    vi.advanceTimersByTime(1);
    expect(log.level).toBe('info');
  });

  test('(3) setting a level again ends the time limit of the one before', () => {
    const { log } = logToMemory({ name: 'again' });
    levels.set('again', 'trace', { ttlMs: 1000 });
    levels.set('again', 'debug');
    vi.advanceTimersByTime(5000);
    expect(log.level).toBe('debug');
  });

  test('an unknown level and a wrong time limit are refused', () => {
    expect(() => levels.set('x', 'loud')).toThrow(expect.objectContaining({ code: LoggerErrors.UNKNOWN_LEVEL.code }));
    expect(() => levels.set('x', 'info', { ttlMs: 0 })).toThrow(
      expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }),
    );
  });

  test('a change is told', () => {
    const told: unknown[] = [];
    const listen = (event: unknown) => told.push(event);
    const name = channels.find((each) => each.endsWith('level-changed')) ?? '';
    subscribe(name, listen);
    levels.set('told', 'debug');
    levels.set('told', null);
    unsubscribe(name, listen);
    expect(told).toEqual([
      { pattern: 'told', level: 'debug' },
      { pattern: 'told', level: null },
    ]);
  });
});
