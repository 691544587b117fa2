import { fromJsonSchema, SchemaErrors, subject, type JsonSchemaReadOptions } from '../src/index.ts';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });

function issuesOf(schema: unknown, value: unknown, options?: JsonSchemaReadOptions) {
  const result = fromJsonSchema(schema, options)['~standard'].validate(value);
  if (result instanceof Promise) throw new TypeError('The validation answered with a promise.');
  return result.issues;
}

const accepts = (schema: unknown, value: unknown, options?: JsonSchemaReadOptions): boolean =>
  issuesOf(schema, value, options) === undefined;

describe('a JSON Schema as a schema', () => {
  const order = {
    type: 'object',
    properties: { id: { type: 'string' }, lines: { type: 'array', items: { properties: { qty: { minimum: 1 } } } } },
    required: ['id'],
  };

  test('is registered like any other', () => {
    const orders = subject('shop.order', fromJsonSchema(order));
    expect(orders.parse({ id: 'o1' })).toEqual({ id: 'o1' });
    expect(() => orders.parse({ lines: [{ qty: 0 }] })).toThrow('must have the property "id"');
    expect(() => orders.parse({ id: 'o1', lines: [{ qty: 0 }] })).toThrow('lines[0].qty: must be at least 1');
  });

  test('tells every problem', () => {
    expect(issuesOf(order, { lines: [{ qty: 0 }, { qty: -1 }] })).toHaveLength(3);
  });

  test('a format is a rule only when it is asked for', () => {
    expect(accepts({ format: 'email' }, 'nobody')).toBe(true);
    expect(accepts({ format: 'email' }, 'nobody', { formats: true })).toBe(false);
  });
});

describe('names that objects have anyway', () => {
  const poisoned: unknown = JSON.parse('{"__proto__": {"admin": true}}');

  test('`__proto__` and `constructor` are properties only when the data has them', () => {
    expect(accepts({ required: ['__proto__'] }, {})).toBe(false);
    expect(accepts({ required: ['__proto__'] }, poisoned)).toBe(true);
    expect(accepts({ properties: { constructor: { type: 'number' } } }, {})).toBe(true);
    expect(accepts({ additionalProperties: false }, poisoned)).toBe(false);
  });

  test('a schema may have a rule for `__proto__`', () => {
    const schema: unknown = JSON.parse('{"properties": {"__proto__": {"type": "string"}}}');
    expect(accepts(schema, poisoned)).toBe(false);
    expect(accepts(schema, {})).toBe(true);
  });
});

describe('multipleOf', () => {
  const cases = [
    { value: 0.3, divisor: 0.1, is: true },
    { value: 0.0075, divisor: 0.0001, is: true },
    { value: 0.007_51, divisor: 0.0001, is: false },
    { value: 1e308, divisor: 0.5, is: true },
    { value: 1e308, divisor: 0.123_456_789, is: false },
    { value: 2 ** 53, divisor: 2, is: true },
    { value: 5e-324, divisor: 5e-324, is: true },
  ];
  for (const { value, divisor, is } of cases) {
    test(`${value} is ${is ? 'a' : 'no'} multiple of ${divisor}`, () => {
      expect(accepts({ multipleOf: divisor }, value)).toBe(is);
    });
  }

  test('any number of cents is a multiple of 0.01', () => {
    assert(property(integer(), (cents) => accepts({ multipleOf: 0.01 }, Number(`${cents}e-2`))));
  });
});

describe('what is deep or goes in circles', () => {
  const tree = { $defs: { node: { items: { $ref: '#/$defs/node' } } }, $ref: '#/$defs/node' };

  function nested(depth: number): unknown {
    let value: unknown = [];
    for (let level = 0; level < depth; level += 1) value = [value];
    return value;
  }

  test('an instance that is 390 deep is validated, and one that is 10,000 deep is refused', () => {
    expect(accepts(tree, nested(390))).toBe(true);
    expect(() => accepts(tree, nested(10_000))).toThrow(codeOf('DATA_TOO_DEEP'));
  });

  test('an instance of any depth is accepted where nobody looks at it', () => {
    expect(accepts({ type: 'array' }, nested(10_000))).toBe(true);
  });

  test('deep data of a const and an enum is compared', () => {
    expect(accepts({ const: nested(10_000) }, nested(10_000))).toBe(true);
    expect(accepts({ enum: [nested(10_000)] }, nested(9_999))).toBe(false);
  });

  test('a schema that is 10,000 deep is refused', () => {
    let schema: unknown = {};
    for (let level = 0; level < 10_000; level += 1) schema = { items: schema };
    expect(() => fromJsonSchema(schema)).toThrow(codeOf('SCHEMA_TOO_DEEP'));
  });

  test('a schema object that holds itself is the schema at every depth', () => {
    const schema: Record<string, unknown> = { type: 'array' };
    schema['items'] = schema;
    expect(accepts(schema, [[[]]])).toBe(true);
    expect(accepts(schema, [[[1]]])).toBe(false);
  });

  const endless = {
    'a reference to itself': { $ref: '#' },
    'a circle of references': {
      $ref: '#/$defs/a',
      $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { $ref: '#/$defs/a' } },
    },
    'a reference to itself that is refused': { not: { $ref: '#' } },
  };
  for (const [what, schema] of Object.entries(endless)) {
    test(`${what} is refused`, () => {
      expect(() => accepts(schema, 1)).toThrow(codeOf('CYCLIC_SCHEMA'));
    });
  }
});

describe('references', () => {
  test('reach given documents and nothing else', () => {
    const schema = { $ref: 'https://example.com/a.json#/$defs/id' };
    const documents = { 'https://example.com/a.json': { $defs: { id: { type: 'integer' } } } };
    expect(accepts(schema, 1, { documents })).toBe(true);
    expect(accepts(schema, 'a', { documents })).toBe(false);
    expect(() => fromJsonSchema(schema)).toThrow(codeOf('UNKNOWN_REFERENCE'));
    expect(() => fromJsonSchema(schema)).toThrow('nothing is fetched');
  });

  for (const reference of ['#/nowhere', '#no-anchor', '#/%E0%A4%A', 'file:///etc/passwd']) {
    test(`"${reference}" leads nowhere`, () => {
      expect(() => fromJsonSchema({ $ref: reference })).toThrow(codeOf('UNKNOWN_REFERENCE'));
    });
  }
});

describe('a schema that is no JSON Schema', () => {
  const wrong: readonly { readonly schema: unknown; readonly path: string }[] = [
    { schema: 7, path: '#' },
    { schema: { type: 'text' }, path: '#/type' },
    { schema: { properties: { a: { minimum: 'one' } } }, path: '#/properties/a/minimum' },
    { schema: { properties: [] }, path: '#/properties' },
    { schema: { multipleOf: 0 }, path: '#/multipleOf' },
    { schema: { minLength: -1 }, path: '#/minLength' },
    { schema: { pattern: '(' }, path: '#/pattern' },
    { schema: { required: [1] }, path: '#/required' },
    { schema: { anyOf: {} }, path: '#/anyOf' },
    { schema: { items: [{}] }, path: '#/items' },
  ];
  for (const { schema, path } of wrong) {
    test(`is refused at ${path}: ${JSON.stringify(schema)}`, () => {
      const refused = (): unknown => fromJsonSchema(schema);
      expect(refused).toThrow(codeOf('INVALID_JSON_SCHEMA'));
      expect(refused).toThrow(`at ${path}:`);
    });
  }

  test('is told apart from data that is not valid', () => {
    expect(SchemaErrors.INVALID_JSON_SCHEMA.code).not.toBe(SchemaErrors.INVALID_DATA.code);
  });
});
