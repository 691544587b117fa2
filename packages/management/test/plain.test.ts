import { isSeaworthyError } from '@seaworthy/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskByName, maskUrls, toPlain } from '../src/plain.ts';

test('JSON data is copied as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const harmless = JSON.parse(
        JSON.stringify(value).replaceAll(/[@_]|pass|token|secret|key|credential/gi, 'x'),
      ) as unknown;
      expect(toPlain('it', harmless)).toEqual(harmless);
    }),
  );
});

function outcomeOf(value: unknown): string {
  try {
    JSON.stringify(toPlain('it', value));
    return 'JSON';
  } catch (error) {
    return isSeaworthyError(error) ? error.code : 'no code';
  }
}

test('whatever comes in, what goes out is JSON or a coded refusal', () => {
  const anything = fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withNullPrototype: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      expect(['JSON', 'seaworthy.management.CONTRIBUTOR_UNREADABLE']).toContain(outcomeOf(value));
    }),
  );
});

const hostile: { title: string; make: () => unknown; problem: string }[] = [
  {
    title: 'a getter that throws',
    make: () => ({
      get value() {
        throw new Error('boo');
      },
    }),
    problem: 'throws when it is read',
  },
  {
    title: 'a toJSON that throws',
    make: () => ({
      toJSON() {
        throw new Error('boo');
      },
    }),
    problem: 'throws when it is read',
  },
  {
    title: 'a toJSON that returns itself',
    make: () => {
      const it = { toJSON: (): unknown => it };
      return it;
    },
    problem: 'contains itself',
  },
  {
    title: 'an array in itself',
    make: () => {
      const list: unknown[] = [];
      list.push(list);
      return list;
    },
    problem: 'contains itself',
  },
  {
    title: 'a revoked proxy',
    make: () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    problem: 'throws when it is read',
  },
  {
    title: 'endless nesting',
    make: () => {
      const it = { toJSON: (): unknown => ({ more: { ...it } }) };
      return it;
    },
    problem: 'levels of values',
  },
];
for (const { title, make, problem } of hostile) {
  test(`${title} is refused by name`, () => {
    expect(() => toPlain('jobs', make())).toThrow(`The part behind "jobs" answered with`);
    expect(() => toPlain('jobs', make())).toThrow(problem);
  });
}

test('the same value twice side by side is no cycle', () => {
  const shared = { n: 1 };
  expect(toPlain('it', [shared, shared])).toEqual([{ n: 1 }, { n: 1 }]);
});

test('a member called __proto__ stays data', () => {
  const copy = toPlain('it', JSON.parse('{"__proto__":{"polluted":true}}'));
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true}}');
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

const urls: { text: string; shown: string }[] = [
  { text: 'postgres://app:pw@db/main', shown: 'postgres://app:******@db/main' },
  { text: 'redis://:pw@cache:6379', shown: 'redis://:******@cache:6379' },
  { text: 'two http://a:b@c and http://d:e@f', shown: 'two http://a:******@c and http://d:******@f' },
  { text: 'http://host:80/a@b', shown: 'http://host:80/a@b' },
  { text: 'postgres://app:p@ss@db/main', shown: 'postgres://app:******@db/main' },
  { text: 'postgres://app:p#s?s@db/main', shown: 'postgres://app:******@db/main' },
  { text: 'user@example.com', shown: 'user@example.com' },
];
for (const { text, shown } of urls) {
  test(`${text} is shown as ${shown}`, () => {
    expect(maskUrls(text)).toBe(shown);
  });
}

const names: { name: string; isSecret: boolean }[] = [
  ...[
    'password',
    'DB_PASSWORD',
    'passwd',
    'apiKey',
    'API_KEY',
    'api-key',
    'client.secret',
    'AWS_SECRET_ACCESS_KEY',
    'refreshToken',
    'credentials',
    'private_key',
    'Authorization',
    'set-cookie',
    'passcode',
  ].map((name) => ({ name, isSecret: true })),
  ...['passing', 'tokensUsed', 'keyboard', 'key', 'secretary', 'passwordPolicy', 'publicKey'].map((name) => ({
    name,
    isSecret: false,
  })),
];
for (const { name, isSecret } of names) {
  test(`a text called ${name} is ${isSecret ? 'hidden' : 'shown'}`, () => {
    expect(maskByName(name, 'x')).toBe(isSecret ? '******' : 'x');
    expect(maskByName(name, { inner: 'x' })).toEqual({ inner: 'x' });
  });
}

const disguises: { title: string; value: unknown }[] = [
  { title: 'an object that turns into a text', value: { toJSON: () => 'hunter2' } },
  { title: 'a text in an object', value: Object('hunter2') },
  { title: 'bytes', value: Buffer.from('hunter2') },
  { title: 'a view of bytes', value: new Uint16Array([104, 117]) },
  { title: 'a list', value: ['hunter2'] },
  { title: 'a set', value: new Set(['hunter2']) },
  { title: 'a large number', value: 4242n },
];
for (const { title, value } of disguises) {
  test(`a secret that is ${title} is hidden`, () => {
    expect(toPlain('it', { password: value })).toEqual({ password: '******' });
    expect(maskByName('db.password', value)).toBe('******');
  });
}

test('bytes are shown by their number', () => {
  expect(toPlain('it', { icon: Buffer.from('hunter2'), words: new Uint16Array(3) })).toEqual({
    icon: '[7 bytes]',
    words: '[6 bytes]',
  });
});

test('the members of an object or map under the name of a secret are looked into', () => {
  const tokens = { tokens: { used: 3, refreshToken: 'x' }, secrets: new Map([['count', 2]]) };
  expect(toPlain('it', tokens)).toEqual({ tokens: { used: 3, refreshToken: '******' }, secrets: { count: 2 } });
});
