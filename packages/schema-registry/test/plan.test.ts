import { SchemaErrors, subject } from '../src/index.ts';
import type { Schema } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

interface Version {
  readonly schema: z.ZodType;
  readonly up?: (previous: never) => unknown;
}

/** A subject whose steps hand on what they get, unless a version says otherwise. */
function chain(...versions: readonly Version[]) {
  const [first, ...later] = versions;
  let kind = subject('a', first?.schema as Schema) as unknown as Chain;
  for (const [index, { schema, up = (value: never) => value }] of later.entries()) {
    kind = kind.version(index + 2, schema, { up });
  }
  return kind;
}

interface Chain {
  version(version: number, schema: unknown, steps: object): Chain;
  migrate(data: unknown, route: { from: number }): unknown;
}

/** A schema and how often it was asked. */
function watched(schema: z.ZodType) {
  const internals = schema['_zod'];
  const { run } = internals;
  const watch = { schema, asked: 0 };
  internals.run = (payload, context) => {
    watch.asked += 1;
    return run(payload, context);
  };
  return watch;
}

const id = z.object({ id: z.string() });
const pair = z.object({ id: z.string(), old: z.string() });

describe('a version between the first and the last', () => {
  const asked: { name: string; between: () => z.ZodType; times: number }[] = [
    { name: 'with plain fields is not asked', between: () => z.object({ id: z.string().min(1) }), times: 0 },
    {
      name: 'with lists and dates is not asked',
      between: () => id.extend({ at: z.array(z.date()).optional() }),
      times: 0,
    },
    { name: 'with a default is asked', between: () => id.extend({ n: z.int().default(1) }), times: 1 },
    {
      name: 'with a transform is asked',
      between: () => z.object({ id: z.string().transform((text) => text) }),
      times: 1,
    },
    { name: 'with a trim is asked', between: () => z.object({ id: z.string().trim() }), times: 1 },
    { name: 'with a coercion is asked', between: () => z.object({ id: z.coerce.string() }), times: 1 },
    { name: 'with a refinement is asked', between: () => id.refine(() => true), times: 1 },
    { name: 'with a catch is asked', between: () => z.object({ id: z.string().catch('') }), times: 1 },
    { name: 'that is strict is asked', between: () => z.strictObject({ id: z.string() }), times: 1 },
    { name: 'that is loose is asked', between: () => z.looseObject({ id: z.string() }), times: 1 },
    { name: 'with any is asked', between: () => id.extend({ x: z.any().optional() }), times: 1 },
    { name: 'with variants of objects is asked', between: () => z.union([id, pair]), times: 1 },
    {
      name: 'with a choice of primitives is not asked',
      between: () => id.extend({ x: z.union([z.string(), z.int()]).optional() }),
      times: 0,
    },
  ];
  for (const { name, between, times } of asked) {
    test(name, () => {
      const watch = watched(between());
      expect(chain({ schema: id }, watch, { schema: id }).migrate({ id: 'x' }, { from: 1 })).toEqual({ id: 'x' });
      expect(watch.asked).toBe(times);
    });
  }

  test('is asked when a loose version is on the way', () => {
    const watch = watched(id.extend({}));
    chain({ schema: z.looseObject({ id: z.string() }) }, watch, { schema: id }).migrate({ id: 'x' }, { from: 1 });
    expect(watch.asked).toBe(1);
  });

  test('gives its default to the step after it', () => {
    const kind = chain(
      { schema: id },
      { schema: id.extend({ qty: z.int().default(7) }) },
      { schema: z.object({ double: z.int() }), up: ({ qty }: { qty: number }) => ({ double: qty * 2 }) },
    );
    expect(kind.migrate({ id: 'x' }, { from: 1 })).toEqual({ double: 14 });
  });
});

describe('a field that was dropped', () => {
  const optional = z.object({ id: z.string(), old: z.string().optional() });
  const nested = (inner: z.ZodType) => z.object({ a: inner.optional(), b: inner.optional() });

  test('does not come back with its old value', () => {
    const kind = chain({ schema: pair }, { schema: id }, { schema: optional });
    expect(kind.migrate({ id: 'x', old: 'stale' }, { from: 1 })).toEqual({ id: 'x' });
  });

  test('does not come back in another place', () => {
    const kind = chain(
      { schema: z.object({ a: pair }) },
      { schema: z.object({ b: id }), up: ({ a }: { a: object }) => ({ b: a }) },
      { schema: nested(optional) },
    );
    expect(kind.migrate({ a: { id: 'x', old: 'stale' } }, { from: 1 })).toEqual({ b: { id: 'x' } });
  });
});

describe('data that goes wrong on the way', () => {
  test('is reported with the version whose step did it', () => {
    const kind = chain(
      { schema: id },
      { schema: z.object({ n: z.int() }), up: () => ({ n: 'text' }) },
      { schema: z.object({ n: z.int() }) },
    );
    expect(() => kind.migrate({ id: 'x' }, { from: 1 })).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ version: 2 }) as unknown }),
    );
  });

  test('that a later step trips over is reported as what it is', () => {
    const kind = chain(
      { schema: id },
      { schema: z.object({ list: z.array(z.int()) }), up: () => ({}) },
      { schema: z.object({ n: z.int() }), up: ({ list }: { list: number[] }) => ({ n: list.length }) },
    );
    let error: unknown;
    try {
      kind.migrate({ id: 'x' }, { from: 1 });
    } catch (thrown) {
      error = thrown;
    }
    if (!SchemaErrors.INVALID_DATA.is(error)) throw error;
    expect([error.params.version, error.params.issues[0]?.path]).toEqual([2, 'list']);
  });
});
