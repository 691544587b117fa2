import { describe, expect, test } from 'vitest';
import { context, LoggerErrors } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

const hidden = '[redacted]';

describe('redaction by path', () => {
  const cases = [
    { path: 'token', fields: { token: 't', a: { token: 'u' } }, gives: { token: hidden, a: { token: 'u' } } },
    { path: 'card.number', fields: { card: { number: 1, ok: 2 } }, gives: { card: { number: hidden, ok: 2 } } },
    { path: 'card', fields: { card: { number: 1 } }, gives: { card: hidden } },
    {
      path: '*.token',
      fields: { a: { token: 1 }, b: { token: 2 }, token: 3 },
      gives: { a: { token: hidden }, b: { token: hidden }, token: 3 },
    },
    {
      path: 'users[*].token',
      fields: { users: [{ token: 1, n: 1 }, { token: 2 }] },
      gives: { users: [{ token: hidden, n: 1 }, { token: hidden }] },
    },
    { path: 'list[1]', fields: { list: ['a', 'b', 'c'] }, gives: { list: ['a', hidden, 'c'] } },
    {
      path: 'headers["x-api-key"]',
      fields: { headers: { 'x-api-key': 'k', host: 'h' } },
      gives: { headers: { 'x-api-key': hidden, host: 'h' } },
    },
    {
      path: "['a.b'].c",
      fields: { 'a.b': { c: 1 }, a: { b: { c: 1 } } },
      gives: { 'a.b': { c: hidden }, a: { b: { c: 1 } } },
    },
    { path: '["*"]', fields: { '*': 1, b: 2 }, gives: { '*': hidden, b: 2 } },
    { path: 'a.*.c', fields: { a: { x: { c: 1, d: 2 } } }, gives: { a: { x: { c: hidden, d: 2 } } } },
    { path: 'map.secret', fields: { map: new Map([['secret', 1]]) }, gives: { map: { secret: hidden } } },
    { path: 'none.of.it', fields: { none: 1 }, gives: { none: 1 } },
  ];
  for (const { path, fields, gives } of cases) {
    test(`${path} in ${JSON.stringify(fields)}`, () => {
      const { log, sink } = logToMemory({ redact: [path] });
      log.info('m', fields);
      log.info('m', fields);
      expect(latest(sink)).toMatchObject(gives);
    });
  }

  test('reaches into errors', () => {
    const { log, sink } = logToMemory({ redact: ['err.properties.config.auth'] });
    log.error(Object.assign(new Error('m'), { config: { auth: 'x', url: 'u' } }));
    expect(latest(sink)['err']).toMatchObject({ properties: { config: { auth: hidden, url: 'u' } } });
  });

  test('covers bound fields, base fields and context, also where they are overridden', () => {
    const { log, sink } = logToMemory({ redact: ['token', 'key'], base: { key: 'k' } });
    const child = log.child({ token: 'a' });
    child.info('m');
    expect(latest(sink)).toMatchObject({ token: hidden, key: hidden });
    child.info('m', { token: 'b' });
    expect(latest(sink)).toMatchObject({ token: hidden });
    context.run({ token: 'c' }, () => log.info('m'));
    expect(latest(sink)).toMatchObject({ token: hidden });
  });

  for (const path of ['', 'a..b', 'a[', 'a]', 'a[b]', '.a', 'a.', 'a b']) {
    test(`${JSON.stringify(path)} is refused`, () => {
      expect(() => logToMemory({ redact: [path] })).toThrow(
        expect.objectContaining({ code: LoggerErrors.INVALID_REDACT_PATH.code }),
      );
    });
  }
});

describe('redaction by pattern', () => {
  test('hides keys at any depth, every time', () => {
    const { log, sink } = logToMemory({ redact: [/passw|secret/gi] });
    const fields = { password: 1, a: [{ clientSecret: 2, b: { Password: 3, ok: 4 } }] };
    for (let round = 0; round < 3; round += 1) log.info('m', fields);
    const clean = { password: hidden, a: [{ clientSecret: hidden, b: { Password: hidden, ok: 4 } }] };
    for (const record of sink.records) expect(record).toMatchObject(clean);
  });
});

describe('censor', () => {
  test('a text of its own', () => {
    const { log, sink } = logToMemory({ redact: { paths: ['a'], censor: '***' } });
    log.info('m', { a: { b: 1 } });
    expect(latest(sink)['a']).toBe('***');
  });

  test('a function of the value', () => {
    const censor = (value: unknown) => `…${String(value).slice(-4)}`;
    const { log, sink } = logToMemory({ redact: { paths: ['card'], censor } });
    log.info('m', { card: '4242424242421881' });
    expect(latest(sink)['card']).toBe('…1881');
  });

  test('a function of the keys that lead to the value, too', () => {
    const paths = ['a.b', 'list[*].c', 'bound', 'tags[0]', 'err.token'];
    const censor = (_value: unknown, path: string[]) => path.join('/');
    const { log, sink } = logToMemory({ redact: { paths, censor } });
    const err = Object.assign(new Error('m'), { token: 't' });
    log.child({ bound: 1 }).info('m', { x: 0, a: { y: 0, b: 1 }, list: [{ c: 1 }], tags: ['t'], err });
    expect(latest(sink)).toMatchObject({
      bound: 'bound',
      a: { b: 'a/b' },
      list: [{ c: 'list/*/c' }],
      tags: ['tags/*'],
      err: { properties: { token: 'err/properties/token' } },
    });
  });

  test('a function that throws hides the value', () => {
    const censor = () => {
      throw new TypeError('no');
    };
    const { log, sink } = logToMemory({ redact: { paths: ['a'], censor } });
    log.info('m', { a: 'visible' });
    expect(latest(sink)['a']).toBe(hidden);
  });

  test('remove leaves the key out', () => {
    const { log, sink } = logToMemory({ redact: { paths: ['a', 'b.c', 'd[0]'], remove: true } });
    log.info('m', { a: 1, b: { c: 2, e: 3 }, d: [4, 5] });
    expect(latest(sink)).toEqual({ level: 'info', message: 'm', logger: 'test', b: { e: 3 }, d: [null, 5] });
  });
});

describe('secrets', () => {
  class Revealing {
    readonly value = 'hunter2';
    reveal(): string {
      return this.value;
    }
  }
  class Marked {
    readonly value = 'hunter2';
  }
  Object.defineProperty(Marked.prototype, Symbol.for('seaworthy.secret'), { value: true });
  const cases = [
    { name: 'a value with reveal()', secret: new Revealing() },
    { name: 'a value with the mark', secret: new Marked() },
  ];
  for (const { name, secret } of cases) {
    test(`${name} is hidden wherever it stands`, () => {
      const { log, sink } = logToMemory();
      log.child({ bound: secret }).info('m', { secret, list: [secret], deep: { secret } });
      expect(latest(sink)).toMatchObject({ bound: hidden, secret: hidden, list: [hidden], deep: { secret: hidden } });
      log.info('m', secret);
      log.info(secret, 'm');
      expect(JSON.stringify(sink.records)).not.toContain('hunter2');
    });
  }
});

test('an object that stands for the message is searched as a field', () => {
  const { log, sink } = logToMemory({ redact: [/password/i] });
  log.info({ message: { password: 'hunter2', user: 'ada' } });
  expect(latest(sink)).toMatchObject({ message: '', message_: { password: hidden, user: 'ada' } });
});
