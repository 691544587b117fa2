import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import winston from 'winston';
import Transport from 'winston-transport';
import { createLogger, levels, LoggerErrors, memory, type LevelsOption, type LogMethod } from '../src/index.ts';

afterEach(() => levels.reset());

function loggerWith<const Levels extends LevelsOption>(option: Levels, level?: string) {
  const sink = memory();
  const log = createLogger({ name: 'custom', levels: option, base: {}, sinks: [sink], ...(level && { level }) });
  return { log, sink, words: () => sink.records.map((record) => record.level) };
}

const sets = [
  { name: 'npm', words: ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'] },
  { name: 'syslog', words: ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'] },
] as const;

for (const { name, words } of sets) {
  describe(`levels: '${name}'`, () => {
    for (const [index, word] of words.entries()) {
      test(`${word} lets through ${words.slice(0, index + 1).join(', ')}`, () => {
        const { log, words: written } = loggerWith(name, word);
        for (const each of words) log.log(each, 'm');
        expect(written()).toEqual(words.slice(0, index + 1));
      });
    }

    test('each level has its method, its check and its number, also on a child', () => {
      const { log, words: written } = loggerWith(name, words.at(-1));
      const child: typeof log = log.child({ a: 1 });
      for (const word of words) {
        Reflect.get(child, word).call(child, 'm');
        const check = `is${word.charAt(0).toUpperCase()}${word.slice(1)}Enabled`;
        expect(Reflect.get(child, check).call(child)).toBe(true);
      }
      expect(written()).toEqual(words);
      expect(log.levels).toEqual(winston.config[name].levels);
    });
  });
}

describe('levels of the application', () => {
  const mine = { critical: 0, error: 1, warn: 2, audit: 3, info: 4, chatter: 5 };

  test('have typed methods in the order of their numbers', () => {
    const { log, words } = loggerWith(mine, 'audit');
    expectTypeOf(log.audit).toEqualTypeOf<LogMethod>();
    expectTypeOf(log.chatter).toEqualTypeOf<LogMethod>();
    log.audit('m', { a: 1 });
    log.chatter('n');
    log.audit({ a: 1 }, 'fields first');
    log.critical('o');
    expect(words()).toEqual(['audit', 'audit', 'critical']);
  });

  test('our own words go to the nearest of them, so what is written for any logger works', () => {
    const { log, words } = loggerWith(mine, 'chatter');
    log.fatal('m');
    log.trace('m');
    log.log('verbose', 'm');
    expect(words()).toEqual(['critical', 'chatter', 'chatter']);
  });

  test('can be set at run time, and mean the nearest level for other loggers', () => {
    const { log } = loggerWith(mine);
    const other = createLogger({ name: 'other', sinks: [memory()] });
    levels.set('*', 'critical');
    expect([log.level, other.level]).toEqual(['critical', 'fatal']);
  });

  test('reach a transport, which may ask for one of them by a level of its own', () => {
    const seen: unknown[] = [];
    const transport = new Transport({
      level: 'audit',
      log(info: { level: string }, next: () => void) {
        seen.push(info.level);
        next();
      },
    });
    const log = createLogger({ levels: mine, level: 'error', transports: [transport] });
    log.audit('m');
    log.info('n');
    log.error('o');
    expect(seen).toEqual(['audit', 'error']);
  });

  const presets = [
    { preset: 'gcp', gives: '"severity":"WARNING"' },
    { preset: 'otel', gives: '"SeverityNumber":13' },
  ] as const;
  for (const { preset, gives } of presets) {
    test(`${preset} writes the nearest level that it knows`, () => {
      const lines: string[] = [];
      const sink = { ...memory(), write: (line: string) => void lines.push(line) };
      createLogger({ levels: { error: 0, caution: 1, info: 2 }, preset, sinks: [sink] }).log('warn', 'm');
      createLogger({ levels: { error: 0, warn: 1, caution: 2, info: 3 }, preset, sinks: [sink] }).warn('m');
      expect(lines[1]).toContain(gives);
    });
  }

  const refused: readonly unknown[] = [
    'loud',
    {},
    { a: 1, b: 1 },
    { child: 1 },
    { 'no word': 1 },
    { a: Number.NaN },
    7,
  ];
  for (const option of refused) {
    test(`${JSON.stringify(option)} is refused`, () => {
      expect(() => createLogger({ levels: option as LevelsOption })).toThrow(
        expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }),
      );
    });
  }

  test('an unknown level is refused with those there are', () => {
    expect(() => loggerWith(mine, 'deafening')).toThrow(/"deafening".*critical, error, warn, audit, info, chatter/);
  });
});
