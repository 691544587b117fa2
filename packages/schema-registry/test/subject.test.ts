import { SchemaErrors, subject } from '../src/index.ts';
import type { Issue, Schema } from '../src/index.ts';
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { order, user } from './subjects.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new TypeError('Expected a throw.');
}

function plain(validate: Schema['~standard']['validate']) {
  return subject('plain', { '~standard': { version: 1, vendor: 'test', validate } });
}

function issuesOf(run: () => unknown): readonly Issue[] {
  const error = thrownBy(run);
  if (!SchemaErrors.INVALID_DATA.is(error)) throw error;
  return error.params.issues;
}

describe('parse', () => {
  test('gives the output of the latest version', () => {
    expect(user.parse({ email: 'a@example.com', joined: '2026-01-02' })).toEqual({
      email: 'a@example.com',
      joined: new Date('2026-01-02'),
    });
  });

  test('lists every issue with its path', () => {
    const issues = issuesOf(() => order.parse({ lines: [{ sku: 's', qty: 0 }, { qty: 1 }] }));
    expect(issues.map(({ path }) => path)).toEqual(['id', 'lines[0].qty', 'lines[1].sku']);
    expect(issues.every(({ message }) => message.length > 0)).toBe(true);
  });

  test('names the subject, the version and the problems in the message', () => {
    const error = thrownBy(() => order.parse({ id: 1, lines: [] }));
    expect(error).toHaveProperty('code', 'seaworthy.schema-registry.INVALID_DATA');
    expect(String(error)).toMatch(/"shop\.order" is not valid for version 3: id: /);
  });

  test('shows twenty problems in the message and all of them in the issues', () => {
    const many = subject('many', z.array(z.string()));
    const error = thrownBy(() => many.parse(Array.from({ length: 25 }, () => 0)));
    expect(String(error)).toContain('and 5 more');
    expect(issuesOf(() => many.parse(Array.from({ length: 25 }, () => 0)))).toHaveLength(25);
  });

  const paths = [
    { keys: ['a', 'b'], path: 'a.b' },
    { keys: ['a', 0, 'b'], path: 'a[0].b' },
    { keys: ['two words'], path: '["two words"]' },
    { keys: [{ key: 'a' }, { key: 1 }], path: 'a[1]' },
    { keys: [Symbol('s')], path: '[Symbol(s)]' },
    { keys: undefined, path: '' },
  ];
  for (const { keys, path } of paths) {
    test(`writes a path as ${JSON.stringify(path)}`, () => {
      const foreign = plain(() => ({ issues: [{ message: 'bad', ...(keys && { path: keys }) }] }));
      expect(issuesOf(() => foreign.parse(1))).toEqual([{ path, message: 'bad' }]);
    });
  }

  test('refuses a schema that answers with a promise', () => {
    const slow = plain(() => Promise.reject(new TypeError('late')));
    expect(thrownBy(() => slow.parse(1))).toHaveProperty('code', 'seaworthy.schema-registry.ASYNC_SCHEMA');
  });
});

describe('version', () => {
  test('leaves the earlier subject as it was', () => {
    const one = subject('a', z.object({}));
    const two = one.version(2, z.object({}), { up: () => ({}) });
    expect([one.latest, two.latest]).toEqual([1, 2]);
  });

  test('refuses a number out of order', () => {
    const loose = subject('a', z.object({})) as unknown as {
      version(n: number, schema: unknown, steps: object): unknown;
    };
    expect(thrownBy(() => loose.version(3, z.object({}), {}))).toMatchObject({
      code: 'seaworthy.schema-registry.VERSION_OUT_OF_ORDER',
      params: { latest: 1, expected: 2, version: 3 },
    });
  });

  for (const name of ['', '1a', 'a b', '__proto__', 'ä']) {
    test(`refuses the subject name ${JSON.stringify(name)}`, () => {
      expect(thrownBy(() => subject(name, z.object({})))).toHaveProperty(
        'code',
        'seaworthy.schema-registry.INVALID_NAME',
      );
    });
  }
});

describe('migrate', () => {
  test('walks up through every version', () => {
    expect(order.migrate({ id: 'o1' }, { from: 1 })).toEqual({ id: 'o1', lines: [{ sku: 'unknown', qty: 1 }] });
  });

  test('walks down through every version', () => {
    const data = { id: 'o1', lines: [{ sku: 's', qty: 4 }] };
    expect(order.migrate(data, { from: 3, to: 1 })).toEqual({ id: 'o1' });
  });

  test('validates the data by the version it comes from', () => {
    expect(issuesOf(() => order.migrate({ id: 7 }, { from: 1 }))).toMatchObject([{ path: 'id' }]);
  });

  test('validates what a step gives', () => {
    const broken = subject('a', z.object({ n: z.number() })).version(2, z.object({ n: z.number().max(9) }), {
      up: (v1) => v1,
    });
    const error = thrownBy(() => broken.migrate({ n: 10 }, { from: 1 }));
    expect(error).toMatchObject({ code: 'seaworthy.schema-registry.INVALID_DATA', params: { version: 2 } });
  });

  test('refuses to go down past a version without `down`, before any step runs', () => {
    let steps = 0;
    const oneWay = subject('a', z.any())
      .version(2, z.any(), { up: (value) => value })
      .version(3, z.any(), { up: (value) => value, down: () => (steps += 1) });
    expect(thrownBy(() => oneWay.migrate({}, { from: 3, to: 1 }))).toMatchObject({
      code: 'seaworthy.schema-registry.MISSING_DOWN',
      params: { from: 2, to: 1 },
    });
    expect(steps).toBe(0);
  });

  test('tells which step threw and keeps the cause', () => {
    const cause = new RangeError('no rate for 1999');
    const failing = subject('a', z.object({})).version(2, z.object({}), {
      up: () => {
        throw cause;
      },
    });
    const error = thrownBy(() => failing.migrate({}, { from: 1 }));
    expect(error).toMatchObject({ code: 'seaworthy.schema-registry.MIGRATION_FAILED', cause });
    expect(String(error)).toContain('from version 1 to 2 threw: no rate for 1999');
  });

  test('never changes its input, whatever a step does', () => {
    const free = z.object({ extra: z.any() });
    const rude = subject('a', free).version(2, free, {
      up: (v1) => {
        v1.extra.list.push('added');
        delete v1.extra.kept;
        return v1;
      },
    });
    const data = { extra: { list: ['one'], kept: true } };
    expect(rude.migrate(data, { from: 1 })).toEqual({ extra: { list: ['one', 'added'] } });
    expect(data).toEqual({ extra: { list: ['one'], kept: true } });
  });

  test('leaves any JSON input as it was', () => {
    const any = subject('a', z.any()).version(2, z.any(), { up: (value) => value });
    assert(
      property(jsonValue(), (data) => {
        const before = JSON.stringify(data);
        const after = any.migrate(data, { from: 1 });
        expect(JSON.stringify(after)).toBe(before);
        expect(JSON.stringify(data)).toBe(before);
        expect(Object.is(after, data)).toBe(Object(data) !== data);
      }),
    );
  });

  test('copies data that is 10,000 deep, cyclic, or has a key named __proto__', () => {
    const any = subject('a', z.any()).version(2, z.any(), { up: (value) => value });
    let deep: object = {};
    for (let level = 0; level < 10_000; level += 1) deep = { deep };
    const cyclic: Record<string, unknown> = { deep };
    cyclic['self'] = cyclic;
    const copy = any.migrate(cyclic, { from: 1 }) as Record<string, unknown>;
    expect(copy['self']).toBe(copy);
    const poisoned = any.migrate(JSON.parse('{"__proto__": {"admin": true}}'), { from: 1 }) as object;
    expect(Object.keys(poisoned)).toEqual(['__proto__']);
    expect('admin' in poisoned).toBe(false);
  });
});

describe('versions that do not exist', () => {
  const bad = [
    { version: 0, code: 'UNKNOWN_VERSION' },
    { version: -1, code: 'UNKNOWN_VERSION' },
    { version: 1.5, code: 'UNKNOWN_VERSION' },
    { version: Number.NaN, code: 'UNKNOWN_VERSION' },
    { version: 4, code: 'FUTURE_VERSION' },
  ];
  for (const { version, code } of bad) {
    test(`version ${version} is refused with ${code}`, () => {
      const error = thrownBy(() => order.migrate({}, { from: version as 1 }));
      expect(error).toHaveProperty('code', `seaworthy.schema-registry.${code}`);
    });
  }

  test('a future version keeps the data on the error and out of the message', () => {
    const data = { id: 'o1', secret: 'from the future' };
    const error = thrownBy(() => order.migrate(data, { from: 9 as 3 }));
    if (!SchemaErrors.FUTURE_VERSION.is(error)) throw error;
    expect(error.params).toMatchObject({ subject: 'shop.order', version: 9, latest: 3 });
    expect(error.params.data).toBe(data);
    expect(error.message).not.toContain('from the future');
  });
});
