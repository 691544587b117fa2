import { describe, expect, test } from 'vitest';
import { latest, logToMemory } from './records.ts';

const failure = new Error('boom');

describe('a level method reads its arguments either way round', () => {
  const cases: { name: string; args: unknown[]; message: string; fields?: object }[] = [
    { name: 'message', args: ['m'], message: 'm' },
    { name: 'message, fields', args: ['m', { a: 1 }], message: 'm', fields: { a: 1 } },
    { name: 'fields, message', args: [{ a: 1 }, 'm'], message: 'm', fields: { a: 1 } },
    { name: 'fields', args: [{ a: 1 }], message: '', fields: { a: 1 } },
    { name: 'fields with a message', args: [{ message: 'm', a: 1 }], message: 'm', fields: { a: 1 } },
    {
      name: 'fields with an object as message',
      args: [{ message: { b: 2 }, a: 1 }],
      message: '',
      fields: { message_: { b: 2 }, a: 1 },
    },
    {
      name: 'fields with an error as message',
      args: [{ message: failure, a: 1 }],
      message: 'boom',
      fields: { a: 1, err: { type: 'Error', message: 'boom' } },
    },
    {
      name: 'fields with an error as message, and another',
      args: [{ message: new Error('other'), err: failure }],
      message: '',
      fields: { message_: { message: 'other' }, err: { message: 'boom' } },
    },
    {
      name: 'fields with a message, message',
      args: [{ message: 'mine', a: 1 }, 'm'],
      message: 'm',
      fields: { message_: 'mine', a: 1 },
    },
    { name: 'error', args: [failure], message: 'boom', fields: { err: { message: 'boom' } } },
    { name: 'error, message', args: [failure, 'm'], message: 'm', fields: { err: { message: 'boom' } } },
    { name: 'error, fields', args: [failure, { a: 1 }], message: 'boom', fields: { a: 1, err: { message: 'boom' } } },
    { name: 'error, fields, message', args: [failure, { a: 1 }, 'm'], message: 'm', fields: { a: 1, err: {} } },
    { name: 'message, error', args: ['m', failure], message: 'm', fields: { err: { message: 'boom' } } },
    {
      name: 'fields with an error, message',
      args: [{ err: failure }, 'm'],
      message: 'm',
      fields: { err: { type: 'Error' } },
    },
    { name: 'format, values', args: ['%s has %d', 'cart', 3], message: 'cart has 3' },
    { name: 'format, value, fields', args: ['%s paid', 'ada', { ms: 1 }], message: 'ada paid', fields: { ms: 1 } },
    { name: 'fields, format, value', args: [{ a: 1 }, 'for %s', 'ada'], message: 'for ada', fields: { a: 1 } },
    { name: 'message, values without places', args: ['m', 1, true], message: 'm 1 true' },
    {
      name: 'message, fields, error',
      args: ['m', { a: 1 }, failure],
      message: 'm',
      fields: { a: 1, err: { message: 'boom' } },
    },
    { name: 'error, format, value', args: [failure, 'try %d', 2], message: 'try 2', fields: { err: {} } },
    { name: 'message, list', args: ['m', [1, 2]], message: 'm', fields: { value: [1, 2] } },
    { name: 'message, map', args: ['m', new Map([['a', 1]])], message: 'm', fields: { value: { a: 1 } } },
    { name: 'message, date', args: ['m', new Date(0)], message: 'm', fields: { value: '1970-01-01T00:00:00.000Z' } },
    {
      name: 'message, document',
      args: ['m', { __proto__: { toJSON: () => ({ id: 7 }) } }],
      message: 'm',
      fields: { id: 7 },
    },
    { name: 'number', args: [7], message: '7' },
    { name: 'nothing', args: [], message: '' },
    { name: 'null', args: [null], message: 'null' },
    { name: 'message, null', args: ['m', null], message: 'm null' },
    { name: 'fields with a message by pino’s name', args: [{ msg: 'm', a: 1 }], message: 'm', fields: { a: 1 } },
    { name: 'fields with an error', args: [{ err: failure, a: 1 }], message: 'boom', fields: { a: 1, err: {} } },
    {
      name: 'fields, error',
      args: [{ a: 1 }, failure],
      message: 'boom',
      fields: { a: 1, err: { type: 'Error', stack: expect.stringContaining('boom') } },
    },
    { name: 'fields, error, message', args: [{ a: 1 }, failure, 'm'], message: 'm', fields: { a: 1, err: {} } },
    { name: 'fields, fields, message', args: [{ a: 1 }, { b: 2 }, 'm'], message: 'm', fields: { a: 1, b: 2 } },
    { name: 'undefined, message', args: [undefined, 'for %s', 'ada'], message: 'for ada' },
    { name: 'null, message', args: [null, 'm'], message: 'm' },
    { name: 'message, callback', args: ['m', () => undefined], message: 'm' },
    { name: 'message, fields, callback', args: ['m', { a: 1 }, () => undefined], message: 'm', fields: { a: 1 } },
    { name: 'fields, callback', args: [{ a: 1 }, () => undefined], message: '', fields: { a: 1 } },
    { name: 'error, callback', args: [failure, () => undefined], message: 'boom', fields: { err: {} } },
    { name: 'a place for a function', args: ['%s!', function pay() {}], message: 'function pay() {}!' },
    { name: 'a percent sign alone', args: ['100%', { a: 1 }], message: '100%', fields: { a: 1 } },
  ];
  for (const { name, args, message, fields } of cases) {
    test(name, () => {
      const { log, sink } = logToMemory();
      Reflect.apply(log.info, log, args);
      expect(latest(sink)).toMatchObject({ level: 'info', message, ...fields });
    });
  }

  test('every method gives the logger', () => {
    const { log } = logToMemory();
    expect(log.info('m')).toBe(log);
    expect(log.log('info', 'm')).toBe(log);
  });
});

describe('winston calls', () => {
  const cases: { name: string; args: unknown[]; gives: object }[] = [
    { name: 'log(level, message)', args: ['warn', 'm'], gives: { level: 'warn', message: 'm' } },
    {
      name: 'log(level, message, fields)',
      args: ['info', 'm', { a: 1 }],
      gives: { level: 'info', message: 'm', a: 1 },
    },
    {
      name: 'log(level, error)',
      args: ['error', failure],
      gives: { level: 'error', message: 'boom', err: { type: 'Error' } },
    },
    {
      name: 'log(record)',
      args: [{ level: 'debug', message: 'm', a: 1 }],
      gives: { level: 'debug', message: 'm', a: 1 },
    },
    { name: 'log(record with an alias level)', args: [{ level: 'verbose', message: 'm' }], gives: { level: 'debug' } },
    { name: 'log(unknown level)', args: ['shout', 'm'], gives: { level: 'info', message: 'm' } },
  ];
  for (const { name, args, gives } of cases) {
    test(name, () => {
      const { log, sink } = logToMemory({ level: 'trace' });
      Reflect.apply(log.log, log, args);
      expect(latest(sink)).toMatchObject(gives);
    });
  }

  const words = [
    { word: 'silly', level: 'trace' },
    { word: 'http', level: 'debug' },
    { word: 'verbose', level: 'debug' },
    { word: 'notice', level: 'info' },
    { word: 'warning', level: 'warn' },
    { word: 'emerg', level: 'fatal' },
  ] as const;
  for (const { word, level } of words) {
    test(`${word}() logs at ${level}`, () => {
      const { log, sink } = logToMemory({ level: 'trace' });
      log[word]('m', { a: 1 });
      expect(latest(sink)).toMatchObject({ level, message: 'm', a: 1 });
    });
  }

  test('isLevelEnabled and its like answer for words of winston too', () => {
    const { log } = logToMemory({ level: 'info' });
    expect([log.isLevelEnabled('info'), log.isLevelEnabled('debug'), log.isLevelEnabled('nonsense')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([log.isWarnEnabled(), log.isDebugEnabled(), log.isVerboseEnabled()]).toEqual([true, false, false]);
  });
});

describe('child', () => {
  test('adds fields and leaves the parent as it was', () => {
    const { log, sink } = logToMemory();
    log.child({ a: 1 }).child({ b: 2 }).info('m', { c: 3 });
    expect(latest(sink)).toMatchObject({ a: 1, b: 2, c: 3 });
    log.info('m');
    expect(latest(sink)).toEqual({ level: 'info', message: 'm', logger: 'test' });
  });

  test('its fields win over those of its parent', () => {
    const { log, sink } = logToMemory({ base: { a: 0, z: 9 } });
    log.child({ a: 1 }).child({ a: 2 }).info('m');
    expect(latest(sink)).toMatchObject({ a: 2, z: 9 });
  });

  test('may have a name and a level of its own', () => {
    const { log, sink } = logToMemory({ level: 'warn' });
    log.child({}, { name: 'db', level: 'debug' }).debug('m');
    expect(latest(sink)).toMatchObject({ logger: 'db', level: 'debug' });
    log.debug('m');
    expect(sink.records).toHaveLength(1);
  });

  test('keeps what a bound object held when it was bound', () => {
    const { log, sink } = logToMemory();
    const user = { name: 'ada' };
    const child = log.child({ user });
    user.name = 'changed';
    child.info('m');
    expect(latest(sink)['user']).toEqual({ name: 'ada' });
  });
});

describe('a message with a place for an object', () => {
  for (const [token, message] of [
    ['%j', 'got {"a":1}'],
    ['%o', 'got { a: 1 }'],
    ['%O', 'got { a: 1 }'],
  ] as const) {
    test(`${token} is filled with it, as console and pino do`, () => {
      const { log, sink } = logToMemory();
      log.info(`got ${token}`, { a: 1 });
      expect(latest(sink)).toEqual({ level: 'info', message, logger: 'test' });
    });
  }

  test('%s is not: an object there is fields, as winston takes it', () => {
    const { log, sink } = logToMemory();
    log.info('100%sure', { a: 1 });
    expect(latest(sink)).toMatchObject({ message: '100%sure', a: 1 });
  });
});
