import { canonicalJson, fingerprint, fingerprintOf, subject } from '../src/index.ts';
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

describe('canonical JSON', () => {
  test('sorts names by their UTF-16 units and writes numbers the shortest way', () => {
    expect(canonicalJson({ b: 1e21, a: -0, '\u{1F600}': 1, '\uFB33': [0.1, null] })).toBe(
      '{"a":0,"b":1e+21,"\u{1F600}":1,"\uFB33":[0.1,null]}',
    );
  });

  test('is the same for the same data, whatever the order it was written in', () => {
    assert(
      property(jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  test('writes what is 100,000 deep', () => {
    expect(canonicalJson(nested(100_000))).toContain('"end"');
  });

  test('writes `__proto__` as the name that it is', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = [cyclic];
  const refused: readonly { readonly what: string; readonly value: unknown; readonly says: string }[] = [
    { what: 'NaN', value: { a: [Number.NaN] }, says: '/a/0 is NaN' },
    { what: 'infinity', value: Infinity, says: 'Infinity' },
    { what: 'a big integer', value: { n: 1n }, says: '/n is a bigint' },
    { what: 'half of a surrogate pair', value: '\uD800', says: 'surrogate' },
    { what: 'an object that holds itself', value: cyclic, says: 'holds itself' },
    { what: 'a date', value: { at: new Date(0) }, says: '/at is a Date' },
    { what: 'undefined in a list', value: [undefined], says: '/0 is undefined' },
  ];
  for (const { what, value, says } of refused) {
    test(`refuses ${what}`, () => {
      expect(() => canonicalJson(value)).toThrow(codeOf('NOT_JSON'));
      expect(() => canonicalJson(value)).toThrow(says);
    });
  }

  test('one object at two places is no circle', () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });
});

describe('fingerprints', () => {
  const order = z.object({ id: z.string(), qty: z.int().default(1) });

  test('are sha-256 of the canonical JSON', () => {
    expect(fingerprintOf({ b: 1, a: 2 })).toBe(fingerprintOf({ a: 2, b: 1 }));
    expect(fingerprintOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  test('an annotation changes the fingerprint of the docs alone', () => {
    const [plain, described] = [fingerprint(order), fingerprint(order.describe('What a customer buys.'))];
    expect(described.schema).toBe(plain.schema);
    expect(described.docs).not.toBe(plain.docs);
  });

  const changed = {
    'the type of a field': z.object({ id: z.int(), qty: z.int().default(1) }),
    'a field more': order.extend({ note: z.string().optional() }),
    'another default': z.object({ id: z.string(), qty: z.int().default(2) }),
    'a rule in code': order.refine(({ id }) => id.length > 1),
    'what is written and not what is read': z.object({ id: z.string(), qty: z.int().optional() }),
  };
  for (const [what, schema] of Object.entries(changed)) {
    test(`${what} changes the fingerprint of the schema`, () => {
      expect(fingerprint(schema).schema).not.toBe(fingerprint(order).schema);
    });
  }

  test('a property named like an annotation is no annotation', () => {
    const [left, right] = [z.object({ title: z.string() }), z.object({ title: z.int() })];
    expect(fingerprint(left).schema).not.toBe(fingerprint(right).schema);
  });

  test('the schemas of a subject have one each', () => {
    expect(fingerprint(subject('a', order).schemas[0])).toEqual(fingerprint(order));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, part]) => [name, reversed(part)]),
  );
}
