import {
  checkCompatibility,
  fromJsonSchema,
  type Comparable,
  type Compatibility,
  type CompatibilityMode,
} from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });
const check = checkCompatibility;

/** The breaking differences, as `path type witness`. */
function breaking({ differences }: Compatibility): readonly string[] {
  return differences
    .filter((difference) => difference.breaking)
    .map(({ path, type, witness }) => `${path} ${type} ${JSON.stringify(witness)}`);
}

describe('schemas of zod, whose reader and writer differ', () => {
  const v1 = z.object({ id: z.string(), lines: z.array(z.object({ sku: z.string() })) });

  const full = {
    'a field with a default is added': v1.extend({ qty: z.int().default(1) }),
    'an optional field is added': v1.extend({ qty: z.int().optional() }),
    'a description is added': v1.describe('An order.'),
    'a field deep inside becomes optional and stays written': v1.extend({ note: z.string().nullish() }),
  };
  for (const [what, v2] of Object.entries(full)) {
    test(`${what}: fully compatible`, () => {
      expect(check(v1, v2, 'FULL')).toMatchObject({ compatible: true, verdict: 'compatible' });
      expect(check(v2, v1, 'FULL').compatible).toBe(true);
    });
  }

  test('a required field is added: the data that shows it is given', () => {
    const result = check(v1, v1.extend({ qty: z.int() }), 'BACKWARD');
    expect(breaking(result)).toEqual(['qty required-added {"lines":[],"id":""}']);
    expect(result.differences[0]?.hint).toContain('default');
    expect(check(v1, v1.extend({ qty: z.int() }), 'FORWARD').compatible).toBe(true);
  });

  test('each change has data of its own, and changes that break nothing are told too', () => {
    const v2 = z.object({
      id: z.string().min(3),
      lines: z.array(z.object({ sku: z.enum(['a', 'b']) })),
      x: z.any().optional(),
    });
    const result = check(v1, v2, 'BACKWARD');
    expect(breaking(result)).toEqual([
      'id length-changed {"id":"","lines":[]}',
      'lines[].sku values-changed {"lines":[{"sku":""}],"id":""}',
    ]);
    expect(result.differences.filter((difference) => !difference.breaking).map(({ path }) => path)).toEqual(['x']);
  });

  test('an alternative is added to a union: the old program cannot read it', () => {
    const circle = z.object({ kind: z.literal('circle'), r: z.number() });
    const square = z.object({ kind: z.literal('square'), side: z.number() });
    const [one, two] = [z.discriminatedUnion('kind', [circle]), z.discriminatedUnion('kind', [circle, square])];
    expect(check(one, two, 'BACKWARD').compatible).toBe(true);
    expect(breaking(check(one, two, 'FORWARD'))).toEqual([expect.stringContaining('"kind":"square"')]);
  });

  test('a recursive schema is compared to the end', () => {
    const tree = (more: z.ZodRawShape) => {
      const node: z.ZodType = z.object({ name: z.string(), ...more, children: z.array(z.lazy(() => node)) });
      return node;
    };
    expect(check(tree({}), tree({ size: z.int().optional() }), 'FULL').compatible).toBe(true);
    expect(breaking(check(tree({}), tree({ size: z.int() }), 'BACKWARD'))).toHaveLength(1);
  });
});

describe('rules in code', () => {
  const long = z.string().refine((text) => text.length > 3);
  const longer = z.string().refine((text) => text.length > 5);
  const hidden = () =>
    z.string().superRefine((text, context) => {
      if (text === '') context.addIssue('empty');
    });

  const cases: readonly { what: string; from: z.ZodType; to: z.ZodType; verdict: Compatibility['verdict'] }[] = [
    {
      what: 'the same refine beside a new field',
      from: z.object({ a: long }),
      to: z.object({ a: long, b: z.any().optional() }),
      verdict: 'compatible',
    },
    { what: 'another refine', from: long, to: longer, verdict: 'unknown' },
    { what: 'a refine that is taken away', from: long, to: z.string(), verdict: 'compatible' },
    { what: 'a refine that is added', from: z.string(), to: long, verdict: 'unknown' },
    {
      what: 'a change that breaks beside a refine that nobody changed',
      from: z.object({ a: long, b: z.string() }),
      to: z.object({ a: long, b: z.int() }),
      verdict: 'unknown',
    },
    {
      what: 'the same dates',
      from: z.object({ at: z.date() }),
      to: z.object({ at: z.date(), b: z.any().optional() }),
      verdict: 'compatible',
    },
    { what: 'other bounds of a date', from: z.date(), to: z.date().min(new Date(0)), verdict: 'unknown' },
    { what: 'a date that becomes a text', from: z.date(), to: z.string(), verdict: 'unknown' },
    {
      what: 'a rule that nobody can read',
      from: z.object({ a: hidden() }),
      to: z.object({ a: hidden() }),
      verdict: 'unknown',
    },
    {
      what: 'an expression with a flag',
      from: z.string().regex(/^a$/i),
      to: z.string().regex(/^a$/),
      verdict: 'unknown',
    },
    { what: 'a value that is converted', from: z.string(), to: z.coerce.number(), verdict: 'unknown' },
    { what: 'a reader that catches everything', from: z.string(), to: z.number().catch(0), verdict: 'compatible' },
  ];
  for (const { what, from, to, verdict } of cases) {
    test(`${what}: ${verdict}`, () => expect(check(from, to, 'BACKWARD').verdict).toBe(verdict));
  }

  test('a schema is compatible with itself, whatever its rules', () => {
    const odd = z.object({ a: hidden(), b: z.date(), c: z.string().transform(Number), d: z.map(z.string(), z.date()) });
    expect(check(odd, odd, 'FULL_TRANSITIVE').verdict).toBe('compatible');
  });
});

describe('modes', () => {
  const [text, count] = [z.object({ a: z.string() }), z.object({ a: z.int() })];
  const either = z.object({ a: z.union([z.string(), z.int()]) });

  const cases: readonly {
    mode: CompatibilityMode;
    history: readonly Comparable[];
    latest: Comparable;
    fits: boolean;
  }[] = [
    { mode: 'NONE', history: [text], latest: count, fits: true },
    { mode: 'BACKWARD', history: [text], latest: either, fits: true },
    { mode: 'FORWARD', history: [text], latest: either, fits: false },
    { mode: 'FORWARD', history: [either], latest: text, fits: true },
    { mode: 'FULL', history: [text], latest: either, fits: false },
    { mode: 'BACKWARD', history: [count, text], latest: text, fits: true },
    { mode: 'BACKWARD_TRANSITIVE', history: [count, text], latest: text, fits: false },
    { mode: 'BACKWARD_TRANSITIVE', history: [count, text], latest: either, fits: true },
    { mode: 'FORWARD_TRANSITIVE', history: [either, text], latest: text, fits: true },
    { mode: 'FULL_TRANSITIVE', history: [], latest: text, fits: true },
  ];
  for (const { mode, history, latest, fits } of cases) {
    test(`${mode} over ${history.length} old schemas ${fits ? 'holds' : 'is broken'}`, () => {
      expect(check(history, latest, mode).compatible).toBe(fits);
    });
  }

  test('of several old schemas, the one that breaks is named', () => {
    const { differences } = check([count, text], text, 'BACKWARD_TRANSITIVE');
    expect(differences[0]).toMatchObject({
      against: 1,
      path: 'a',
      direction: 'backward',
      witness: { a: expect.any(Number) },
    });
  });

  test('a mode that does not exist is refused', () => {
    expect(() => check(text, text, 'SIDEWARD' as 'NONE')).toThrow(codeOf('INVALID_MODE'));
  });
});

describe('JSON Schemas', () => {
  const cases: readonly { what: string; from: Comparable; to: Comparable; fits: boolean }[] = [
    { what: 'an integer is a number', from: { type: 'integer' }, to: { type: 'number' }, fits: true },
    { what: 'a number is no integer', from: { type: 'number' }, to: { type: 'integer' }, fits: false },
    {
      what: 'multiples of 6 are multiples of 2 and of 3',
      from: { multipleOf: 6 },
      to: { allOf: [{ multipleOf: 2 }, { multipleOf: 3 }] },
      fits: true,
    },
    {
      what: 'a range is split in two',
      from: { type: 'number', minimum: 0, maximum: 9 },
      to: { anyOf: [{ maximum: 5 }, { exclusiveMinimum: 5 }] },
      fits: true,
    },
    {
      what: 'a hole is left in a range',
      from: { type: 'number', minimum: 0, maximum: 9 },
      to: { anyOf: [{ maximum: 5 }, { exclusiveMinimum: 6 }] },
      fits: false,
    },
    {
      what: 'an expression within another',
      from: { type: 'string', pattern: '^[a-f]{2,3}$' },
      to: { pattern: '^[a-z]+$' },
      fits: true,
    },
    {
      what: 'an expression and a length',
      from: { type: 'string', pattern: '^a*$', maxLength: 3 },
      to: { enum: ['', 'a', 'aa', 'aaa'] },
      fits: true,
    },
    {
      what: 'listed values by a rule',
      from: { enum: [1, 'a', null] },
      to: { type: ['integer', 'string', 'null'] },
      fits: true,
    },
    {
      what: 'a closed object in an open one',
      from: { type: 'object', properties: { a: {} }, additionalProperties: false },
      to: { maxProperties: 1 },
      fits: true,
    },
    {
      what: 'a property is added to an open object',
      from: { type: 'object' },
      to: { properties: { a: { type: 'string' } } },
      fits: false,
    },
    {
      what: 'names by an expression',
      from: { additionalProperties: false, patternProperties: { '^x-': {} } },
      to: { propertyNames: { minLength: 2 } },
      fits: true,
    },
    {
      what: 'unique booleans are two at most',
      from: { type: 'array', items: { type: 'boolean' }, uniqueItems: true },
      to: { maxItems: 2 },
      fits: true,
    },
    {
      what: 'a tuple as a list',
      from: { type: 'array', prefixItems: [{ type: 'string' }], items: false },
      to: { items: { type: 'string' } },
      fits: true,
    },
    {
      what: 'an item that must be contained',
      from: { type: 'array', contains: { const: 1 } },
      to: { minItems: 1 },
      fits: true,
    },
    {
      what: 'dependencies',
      from: { type: 'object', required: ['a', 'b'] },
      to: { dependentRequired: { a: ['b'] } },
      fits: true,
    },
    {
      what: 'a condition',
      from: { properties: { a: { const: 1 } }, required: ['a', 'b'], type: 'object' },
      // By text: an object with a `then` looks like a promise.
      to: JSON.parse('{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}'),
      fits: true,
    },
    { what: 'nothing is in everything', from: false, to: { type: 'string' }, fits: true },
    {
      what: 'what can never be is in everything',
      from: { type: 'string', minLength: 2, maxLength: 1 },
      to: false,
      fits: true,
    },
    { what: 'everything is in not nothing', from: true, to: { not: false }, fits: true },
  ];
  for (const { what, from, to, fits } of cases) {
    test(`${what}: ${fits ? 'compatible' : 'breaking'}`, () => {
      expect(check(from, to).verdict).toBe(fits ? 'compatible' : 'breaking');
    });
  }

  test('a witness is accepted by one and refused by the other', () => {
    const [from, to] = [
      { type: ['object', 'null'], required: ['a'] },
      { type: 'object', required: ['a', 'b'] },
    ];
    const { differences } = check(from, to);
    const valid = (schema: unknown, value: unknown): boolean => {
      const result = fromJsonSchema(schema)['~standard'].validate(value);
      return !(result instanceof Promise) && result.issues === undefined;
    };
    const witnesses = differences.filter((difference) => difference.breaking).map(({ witness }) => witness);
    expect(witnesses).toHaveLength(2);
    expect(witnesses.every((witness) => valid(from, witness) && !valid(to, witness))).toBe(true);
  });

  test('`__proto__` is a property like any other, in the witness too', () => {
    const from: Comparable = JSON.parse('{"type": "object", "properties": {"__proto__": {"type": "number"}}}');
    const to: Comparable = JSON.parse('{"type": "object", "properties": {"__proto__": {"type": "string"}}}');
    const witness = check(from, to).differences[0]?.witness;
    expect(JSON.stringify(witness)).toBe('{"__proto__":0}');
  });

  test('a format is a rule when it is asked for', () => {
    const [from, to] = [{ type: 'string' }, { type: 'string', format: 'email' }];
    expect(check(from, to).compatible).toBe(true);
    expect(check(from, to, 'BACKWARD', { formats: true }).verdict).toBe('breaking');
    expect(check(to, to, 'FULL', { formats: true }).compatible).toBe(true);
  });

  test('draft-07 is read as draft-07', () => {
    const tuple = { type: 'array', items: [{ type: 'string' }], additionalItems: false };
    const options = { draft: 'draft-07' } as const;
    expect(check(tuple, { items: { type: 'string' } }, 'BACKWARD', options).compatible).toBe(true);
    expect(check({ ...tuple, $schema: 'http://json-schema.org/draft-07/schema#' }, { maxItems: 1 }).compatible).toBe(
      true,
    );
  });

  test('what is not regular in an expression is told, and what is equal needs no look', () => {
    const back = { type: 'string', pattern: '(a)\\1' } as const;
    expect(check(back, { ...back, minLength: 0 }).compatible).toBe(true);
    expect(check(back, { type: 'string', pattern: '(b)\\1' }).verdict).not.toBe('compatible');
  });
});

describe('the dialect of Confluent', () => {
  const open = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
  const defaulted = {
    ...open,
    properties: { a: { type: 'string' }, b: { type: 'string', default: '' } },
    required: ['b'],
  };

  test('a required property that has a default may be missing', () => {
    expect(check(open, defaulted, 'BACKWARD', { dialect: 'confluent' }).compatible).toBe(true);
    expect(check(open, defaulted, 'BACKWARD').verdict).toBe('breaking');
  });

  // What `compareRequired` and `compareProperties` of that registry's ObjectSchemaDiff decide, by the names that it gives them.
  const text = { type: 'string' };
  const closed = (properties: object, required: readonly string[] = []) => {
    return { type: 'object', properties, required, additionalProperties: false };
  };
  const rules = {
    REQUIRED_ATTRIBUTE_ADDED: [closed({ a: text }), closed({ a: text }, ['a']), 'breaking'],
    REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED: [
      closed({ a: text }),
      closed({ a: { ...text, default: 'x' } }, ['a']),
      'compatible',
    ],
    REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL: [closed({}), closed({ a: text }, ['a']), 'breaking'],
    REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL: [
      closed({}),
      closed({ a: { ...text, default: 'x' } }, ['a']),
      'compatible',
    ],
    OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL: [closed({}), closed({ a: text }), 'compatible'],
    PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: [
      { type: 'object' },
      { type: 'object', properties: { a: { ...text, default: 'x' } }, required: ['a'] },
      'breaking',
    ],
    PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL: [
      { type: 'object' },
      { type: 'object', properties: { a: {} } },
      'compatible',
    ],
    PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL: [
      { type: 'object', properties: { a: text } },
      { type: 'object' },
      'compatible',
    ],
    PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL: [closed({ a: text }), closed({}), 'breaking'],
  } as const;
  for (const [rule, [old, latest, verdict]] of Object.entries(rules)) {
    test(`${rule}: ${verdict}`, () => {
      expect(check(old, latest, 'BACKWARD', { dialect: 'confluent' }).verdict).toBe(verdict);
      // FORWARD asks the same of the two in the other order.
      expect(check(latest, old, 'FORWARD', { dialect: 'confluent' }).verdict).toBe(verdict);
    });
  }

  test('a format says nothing', () => {
    const options = { dialect: 'confluent', formats: true } as const;
    expect(check({ type: 'string' }, { type: 'string', format: 'email' }, 'FULL', options).compatible).toBe(true);
  });

  test('data that looks like a schema is left alone', () => {
    const literal = { const: { properties: { a: { default: 1 } }, required: ['a'] } };
    expect(check(literal, { ...literal, title: 'x' }, 'FULL', { dialect: 'confluent' }).compatible).toBe(true);
  });
});

describe('a reference that the way to it decides', () => {
  /** A list whose items are what the outermost document says. */
  const listOf = (items: object, title = 'list') => ({
    $id: 'https://example.com/root',
    title,
    $ref: 'list',
    $defs: {
      items,
      list: {
        $id: 'list',
        type: 'array',
        items: { $dynamicRef: '#items' },
        $defs: { items: { $dynamicAnchor: 'items' } },
      },
    },
  });
  const texts = { $dynamicAnchor: 'items', type: 'string' };

  test('is not the same as one that is written alike and comes another way', () => {
    const anything = listOf({ $anchor: 'items', type: 'string' });
    expect(check(anything, listOf(texts)).verdict).toBe('unknown');
  });

  test('is the same in a document that is the same as a whole', () => {
    expect(check(listOf(texts), listOf(texts, 'noted'), 'FULL').verdict).toBe('compatible');
    expect(check(listOf(texts), listOf({ ...texts, type: 'integer' })).verdict).toBe('unknown');
  });
});

describe('what is hostile', () => {
  const branches = (shape: (index: number) => object) => ({
    $ref: '#/$defs/node',
    $defs: { node: { oneOf: Array.from({ length: 12 }, (_, index) => shape(index)) } },
  });
  /** Alternatives that nothing tells apart. */
  const blind = (type: string) =>
    branches((index) => ({
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 5 }, (_, place) => [
          `p${index}${place}`,
          place === 1 ? { $ref: '#/$defs/node' } : { type: index === 7 && place === 3 ? type : 'number' },
        ]),
      ),
    }));

  test('a recursive choice of 12 times 5 has an answer, if only that there is none', () => {
    expect(['unknown', 'breaking']).toContain(check(blind('number'), blind('integer')).verdict);
    expect(check(blind('number'), { ...blind('number'), 'x-note': 1 }).verdict).toBe('compatible');
  });

  test('without fuel the verdict is unknown, and says so', () => {
    const { verdict, differences } = check(blind('number'), blind('integer'), 'BACKWARD', { fuel: 100 });
    expect(verdict).toBe('unknown');
    expect(differences[0]).toMatchObject({ type: 'undecided', breaking: false });
    expect(differences[0]?.hint).toContain('steps');
  });

  const refused: readonly { readonly what: string; readonly schema: unknown; readonly code: string }[] = [
    { what: 'a reference to itself', schema: { $ref: '#' }, code: 'CYCLIC_SCHEMA' },
    { what: 'an unknown address', schema: { $ref: 'https://example.com/x' }, code: 'UNKNOWN_REFERENCE' },
    { what: 'a wrong schema', schema: { type: 'text' }, code: 'INVALID_JSON_SCHEMA' },
    { what: 'a number', schema: 7, code: 'NO_JSON_SCHEMA' },
    { what: 'a schema 10,000 deep', schema: deep(10_000), code: 'SCHEMA_TOO_DEEP' },
    { what: 'an object that holds itself', schema: circular(), code: 'SCHEMA_TOO_DEEP' },
  ];
  for (const { what, schema, code } of refused) {
    test(`${what} is refused`, () => {
      expect(() => check(schema as Comparable, { type: 'string' })).toThrow(codeOf(code));
    });
  }

  test('a schema that is 300 deep is compared', () => {
    expect(check(deep(300) as Comparable, { ...(deep(300) as object), 'x-note': 1 }).compatible).toBe(true);
  });

  test('lengths and counts beyond all memory are no reason to make them', () => {
    const far = 2 ** 50;
    expect(check({ type: 'array', minItems: far }, { type: 'array', minItems: far + 1 }).verdict).toBe('unknown');
    expect(check({ type: 'string', minLength: far }, { type: 'string', minLength: 3 }).verdict).toBe('compatible');
    expect(check({ type: 'object', minProperties: far }, { minProperties: far + 1 }).verdict).toBe('unknown');
  });
});

function deep(depth: number): unknown {
  let schema: unknown = { type: 'string' };
  for (let level = 0; level < depth; level += 1) schema = { items: schema };
  return schema;
}

function circular(): unknown {
  const schema: Record<string, unknown> = {};
  schema['items'] = schema;
  return schema;
}
