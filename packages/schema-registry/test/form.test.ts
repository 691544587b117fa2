import { assert, property, string } from 'fast-check';
import { parseForm, toForm } from '../src/form.ts';
import { fromJsonSchema, toExample, type Schema } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { anySample } from './arbitrary-schemas.ts';
import { attributesOf, browserForm, textOf } from './browser-form.ts';
import { json, kinds, tree } from './emitted.ts';

/** What comes back when a form that shows a value is sent as it is. */
function sentBack(schema: Schema, value: unknown): unknown {
  const parsed = parseForm(schema, browserForm(toForm(schema, { value })).sent);
  return parsed.status === 'valid' ? parsed.value : parsed.problems;
}

const order = z
  .object({
    id: z.string().min(1).max(20).describe('As on the invoice.'),
    qty: z.int().min(1).max(99).default(1),
    speed: z.enum(['slow', 'fast']),
    country: z.enum(['DE', 'FR', 'GB', 'IT', 'US']).optional(),
    gift: z.boolean(),
    address: z.object({ city: z.string(), zip: z.string().regex(/^\d{5}$/) }).optional(),
    lines: z.array(z.object({ sku: z.string(), price: z.number().multipleOf(0.01) })),
    due: z.iso.date().optional(),
    note: z.string().max(500).nullable(),
  })
  .meta({ title: 'Order' });

const given = {
  id: 'o1',
  qty: 2,
  speed: 'fast',
  gift: true,
  address: { city: 'Köln', zip: '50667' },
  lines: [{ sku: 'a', price: 9.5 }],
  due: '2026-01-31',
  note: 'one\ntwo',
} as const;

describe('a form that is sent as it is shown', () => {
  test('gives the data that it was made for, for any schema', () => {
    assert(
      property(anySample, ({ schema, data }) => {
        expect(sentBack(schema, data)).toEqual(schema.parse(data));
      }),
      { numRuns: 300 },
    );
  });

  test('gives the example of any schema', () => {
    assert(
      property(anySample, ({ schema }) => {
        const example = toExample(schema);
        expect(sentBack(schema, example)).toEqual(schema.parse(example));
      }),
    );
  });

  const { Plain: _, Collections: __, Piped: ___, ...plain } = kinds;
  for (const [name, schema] of Object.entries<z.ZodType>({ ...plain, json, tree })) {
    test(`gives the example of ${name}`, () => {
      const example = toExample(schema);
      expect(sentBack(schema, example)).toEqual(schema.parse(example));
    });
  }

  test('gives texts of any characters', () => {
    const words = z.object({ a: z.string(), b: z.string().optional() });
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const value = { a: text.replaceAll(/\r\n?|\0/g, '\n') };
        expect(sentBack(words, value)).toEqual(value);
      }),
    );
  });

  const awkward: Readonly<Record<string, readonly [Schema, unknown]>> = {
    'a list of lists': [z.array(z.array(z.int())), [[], [1, 2], []]],
    'a list of texts and nothing': [z.array(z.string().nullable()), ['a', null, 'b']],
    'an empty list that may be missing': [z.object({ tags: z.array(z.string()).optional() }), { tags: [] }],
    'an empty object that may be missing': [z.object({ a: z.object({}).optional() }), { a: {} }],
    'nothing in place of an object': [z.object({ a: z.object({ b: z.string() }).nullish() }), { a: null }],
    'nothing in place of a text that may be missing': [z.object({ a: z.string().nullish() }), { a: null }],
    'a moment in UTC': [z.object({ at: z.iso.datetime() }), { at: '2026-01-31T12:00:00Z' }],
    'a moment of another zone': [z.iso.datetime({ offset: true }), '2026-01-31T12:00:00+01:00'],
    'a date': [z.object({ at: z.date() }), { at: new Date('2026-01-31T12:00:00.250Z') }],
    'numbers and texts that look the same': [z.object({ a: z.literal([1, '1', true, 'true']) }), { a: '1' }],
    'the second of two kinds': [kinds.Variant, { kind: 'square', side: 2 }],
    'a kind within a kind': [z.object({ of: z.union([z.array(kinds.Variant), z.string()]) }), { of: 'x' }],
    'a chain of three': [kinds.Chain, { value: 1, next: { value: 2, next: { value: 3 } } }],
    'anything, as JSON': [z.object({ any: z.unknown() }), { any: { a: [1, null, 'x'] } }],
    'a schema that is not of zod': [
      fromJsonSchema({ type: 'object', properties: { a: { type: ['string', 'null'] }, b: { enum: [1, 'x'] } } }),
      { a: null, b: 'x' },
    ],
  };
  for (const [name, [schema, value]] of Object.entries(awkward)) {
    test(`gives ${name}`, () => expect(sentBack(schema, value)).toEqual(value));
  }
});

describe('toForm', () => {
  test('ties labels, descriptions and limits to each field', () => {
    const { elements, attributes } = browserForm(toForm(order));
    const id = attributes('id');
    const label = elements.find((one) => one.tagName === 'label' && attributesOf(one)['for'] === id['id']);
    expect(label && textOf(label)).toBe('id');
    expect(id).toMatchObject({ type: 'text', required: '', minlength: '1', maxlength: '20' });
    const hint = elements.find((one) => attributesOf(one)['id'] === id['aria-describedby']);
    expect(hint && textOf(hint)).toBe('As on the invoice.');
    expect(attributes('qty')).toMatchObject({ type: 'number', min: '1', max: '99', step: '1', value: '1' });
    expect(attributes('lines[0].price')).toMatchObject({ type: 'number', step: '0.01' });
    expect(attributes('address.zip')).toMatchObject({ pattern: String.raw`\d{5}` });
    expect(attributes('due')).toMatchObject({ type: 'date' });
    expect(attributes('gift')).toMatchObject({ type: 'checkbox', value: 'true' });
  });

  test('has buttons for few options that are needed, and a list for others', () => {
    const { control, attributes } = browserForm(toForm(order));
    expect(attributes('speed')).toMatchObject({ type: 'radio', required: '' });
    expect(control('country').tagName).toBe('select');
  });

  test('has every id once, and refers to none that is missing', () => {
    assert(
      property(anySample, ({ schema, data }) => {
        const all = browserForm(toForm(schema, { value: data })).elements.map(attributesOf);
        const ids = all.flatMap(({ id }) => id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        const wanted = all.flatMap((one) => [one['for'] ?? [], one['aria-describedby']?.split(' ') ?? []].flat());
        expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('escapes whatever comes from the schema or the data', () => {
    const nasty = `"><script>alert('1')</script>`;
    const schema = z
      .object({ [nasty]: z.string().describe(nasty), choice: z.enum([nasty, 'b']), text: z.string().max(500) })
      .meta({ title: nasty });
    const markup = toForm(schema, {
      value: { [nasty]: nasty, choice: nasty, text: `</textarea>${nasty}` },
      action: `javascript:${nasty}`,
      hidden: { [nasty]: nasty },
      texts: { submit: nasty },
    });
    expect(browserForm(markup).elements.filter(({ tagName }) => tagName === 'script')).toEqual([]);
    expect(browserForm(markup).sent.get('text')).toBe(`</textarea>${nasty}`);
  });

  test('says nothing that a page would take from elsewhere', () => {
    expect(toForm(order)).not.toMatch(/ style=| on\w+=|<script|<style/);
  });

  test('ends for schemas that contain themselves, and gives them more parts when asked', () => {
    const next = browserForm(toForm(kinds.Chain, { value: { value: 1 } }));
    expect(next.elements.filter(({ tagName }) => tagName === 'button')).not.toEqual([]);
    next.sent.append('+next', '1');
    const asked = parseForm(kinds.Chain, next.sent);
    expect(asked.status).toBe('unfinished');
    expect(browserForm(toForm(kinds.Chain, { parsed: asked })).control('next.value')).toBeDefined();
    expect(toForm(tree, { value: { name: 'a', children: [] } }).length).toBeLessThan(10_000);
  });

  test('refuses an option that is wrong', () => {
    const code = 'seaworthy.schema-registry.INVALID_OPTION';
    expect(() => toForm(order, { idPrefix: 'a b' })).toThrow(expect.objectContaining({ code }));
    expect(() => toForm(order, { extraRows: -1 })).toThrow(expect.objectContaining({ code }));
  });
});

describe('lists', () => {
  test('get a row by a button, and keep what was typed', () => {
    const { sent } = browserForm(toForm(order, { value: given }));
    sent.set('lines[1].sku', 'half a row');
    sent.append('+lines', '1');
    const parsed = parseForm(order, sent);
    expect(parsed).toMatchObject({ status: 'unfinished', problems: [] });
    const again = browserForm(toForm(order, { parsed }));
    expect(again.attributes('lines[1].sku')['value']).toBe('half a row');
    expect(again.attributes('lines[2].sku')['value']).toBe('');
  });

  test('lose rows that are empty, and those that are marked', () => {
    const two = { ...given, lines: [...given.lines, { sku: 'b', price: 1 }] };
    const { sent } = browserForm(toForm(order, { value: two, extraRows: 3 }));
    sent.append('!lines[0]', 'on');
    expect(parseForm(order, sent).value?.lines).toEqual([{ sku: 'b', price: 1 }]);
  });

  test('tell problems at the row that was sent, whichever rows are gone', () => {
    const { sent } = browserForm(toForm(order, { value: given, extraRows: 2 }));
    sent.set('lines[2].sku', 'c');
    sent.set('lines[2].price', '0.001');
    const { problems } = parseForm(order, sent);
    expect(problems).toMatchObject([{ code: 'INVALID', field: 'lines[2].price', path: 'lines[1].price' }]);
  });
});

describe('problems', () => {
  const wrong = { ...Object.fromEntries(browserForm(toForm(order, { value: given })).sent), qty: 'many', id: '' };

  test('are all told, with a code and the field', () => {
    const parsed = parseForm(order, wrong);
    expect(parsed.status).toBe('invalid');
    expect(parsed.problems).toMatchObject([
      { code: 'NOT_A_NUMBER', field: 'qty', message: 'Enter a number.' },
      { code: 'INVALID', field: 'id' },
    ]);
  });

  test('are shown above the form and at the field, with what was typed', () => {
    const { elements, attributes } = browserForm(toForm(order, { parsed: parseForm(order, wrong) }));
    const links = elements.filter(({ tagName }) => tagName === 'a').map((link) => attributesOf(link)['href']);
    expect(links).toEqual([`#${attributes('qty')['id']}`, `#${attributes('id')['id']}`]);
    const { 'aria-invalid': invalid, 'aria-describedby': described = '', value } = attributes('qty');
    expect({ invalid, value }).toEqual({ invalid: 'true', value: 'many' });
    const note = elements.find((one) => attributesOf(one)['id'] === described.split(' ').at(-1));
    expect(note && textOf(note)).toBe('Enter a number.');
    expect(elements.find((one) => attributesOf(one)['role'] === 'alert')).toBeDefined();
  });

  const cases: readonly (readonly [code: string, field: string, change: Record<string, string | string[]>])[] = [
    ['UNKNOWN_FIELD', 'admin', { admin: 'true' }],
    ['UNKNOWN_FIELD', '__proto__', { ['__proto__']: 'x' }],
    ['UNKNOWN_FIELD', '__proto__.polluted', { ['__proto__.polluted']: 'x' }],
    ['UNKNOWN_FIELD', 'lines[0][1]', { 'lines[0][1]': 'x' }],
    ['UNKNOWN_FIELD', 'value', { value: 'x' }],
    ['REPEATED_FIELD', 'id', { id: ['a', 'b'] }],
    ['NOT_A_CHOICE', 'speed', { speed: 'warp' }],
    ['NOT_A_CHOICE', 'gift', { gift: 'maybe' }],
    ['NOT_A_NUMBER', 'qty', { qty: '0x10' }],
    ['NOT_A_NUMBER', 'qty', { qty: '1e999' }],
    ['CONTRADICTION', 'note', { '?note': 'null', note: 'text' }],
    ['INVALID', 'address.zip', { 'address.zip': '1' }],
  ];
  for (const [code, field, change] of cases) {
    test(`${code} is told for ${JSON.stringify(change)}`, () => {
      // As a body: an object would lose `__proto__`.
      const body = new URLSearchParams(browserForm(toForm(order, { value: given })).sent);
      for (const [name, values] of Object.entries(change)) {
        body.delete(name);
        for (const value of [values].flat()) body.append(name, value);
      }
      expect(parseForm(order, body).problems).toMatchObject([{ code, field }]);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    });
  }

  test('are told of keys that are there twice, or cannot be', () => {
    const bag = z.record(z.string(), z.int());
    const parsed = parseForm(bag, {
      ':{0}': 'a',
      '{0}': '1',
      ':{1}': 'a',
      '{1}': '2',
      ':{2}': '__proto__',
      '{2}': '3',
    });
    expect(parsed.problems.map(({ code }) => code)).toEqual(['REPEATED_KEY', 'REFUSED_KEY']);
  });

  test('are told of a date and of JSON that are none', () => {
    const schema = z.object({ at: z.date(), any: z.unknown() });
    const parsed = parseForm(schema, { at: 'soon', any: '{' });
    expect(parsed.problems).toMatchObject([
      { code: 'NOT_A_DATE', field: 'at' },
      { code: 'NOT_JSON', field: 'any' },
    ]);
  });

  test('about the whole are told at the nearest group', () => {
    const schema = z.object({ span: z.object({ a: z.int(), b: z.int() }).refine(({ a, b }) => a < b, 'a before b') });
    const { problems } = parseForm(schema, { 'span.a': '2', 'span.b': '1' });
    expect(problems).toEqual([{ code: 'INVALID', field: 'span', path: 'span', message: 'a before b' }]);
  });
});

test('a problem of the whole is not one of a field that is called "value"', () => {
  const schema = z.object({ value: z.string() }).refine(() => false, 'all wrong');
  const parsed = parseForm(schema, { value: 'x' });
  expect(parsed.problems).toEqual([{ code: 'INVALID', field: '', path: '', message: 'all wrong' }]);
  const { attributes, elements } = browserForm(toForm(schema, { parsed }));
  expect(attributes('value')).not.toHaveProperty('aria-invalid');
  const [link] = elements.filter(({ tagName }) => tagName === 'a').map((one) => attributesOf(one)['href']);
  expect(elements.some((one) => `#${attributesOf(one)['id']}` === link)).toBe(true);
});

test('every link in the list of problems leads to something', () => {
  const list = z.array(z.string()).min(3);
  const parsed = parseForm(list, { '[0]': 'a' });
  const { elements } = browserForm(toForm(list, { parsed }));
  const ids = new Set(elements.flatMap((one) => attributesOf(one)['id'] ?? []));
  const links = elements.flatMap((one) => attributesOf(one)['href']?.slice(1) ?? []);
  expect(links).toHaveLength(1);
  expect(links.filter((id) => !ids.has(id))).toEqual([]);
});

describe('parseForm', () => {
  test('takes a FormData, a URLSearchParams or a plain object', () => {
    const { sent } = browserForm(toForm(order, { value: given }));
    const data = new FormData();
    for (const [name, value] of sent) data.append(name, value);
    for (const input of [sent, data, Object.fromEntries(sent)]) {
      expect(parseForm(order, input)).toMatchObject({ status: 'valid', value: given });
    }
  });

  test('lets fields through that the program has named', () => {
    const { sent } = browserForm(toForm(order, { value: given, hidden: { csrf: 't' } }));
    expect(parseForm(order, sent).problems).toMatchObject([{ code: 'UNKNOWN_FIELD', field: 'csrf' }]);
    expect(parseForm(order, sent, { allow: ['csrf'] }).status).toBe('valid');
  });

  test('leaves out what is empty and may be missing', () => {
    const { sent } = browserForm(toForm(order));
    for (const [name, value] of [
      ['id', 'o1'],
      ['speed', 'slow'],
      ['note', ''],
    ] as const)
      sent.set(name, value);
    expect(parseForm(order, sent).value).toEqual({ id: 'o1', qty: 1, speed: 'slow', gift: false, lines: [], note: '' });
  });

  test('refuses a file where a text is wanted', () => {
    const data = new FormData();
    data.append('id', new Blob(['x']), 'x.txt');
    expect(parseForm(z.object({ id: z.string().min(1) }), data).problems).toMatchObject([{ field: 'id' }]);
  });

  test('refuses a schema that answers with a promise', () => {
    const jsonSchema = () => ({ type: 'string' });
    const validate = async (value: unknown) => ({ value });
    const late = { '~standard': { version: 1 as const, vendor: 'late', validate, jsonSchema: { input: jsonSchema } } };
    expect(() => parseForm(late, { value: 'x' })).toThrow(/answers? at once/);
  });
});

describe('what is hostile', () => {
  const bag = z.array(z.array(z.array(z.string())));
  const bodies: Readonly<Record<string, () => URLSearchParams | Record<string, string>>> = {
    'more fields than are taken': () =>
      Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`[${index}][0][0]`, 'x'])),
    'a text of a megabyte': () => new URLSearchParams({ '[0][0][0]': 'x'.repeat(2 ** 20) }),
    'a name of a thousand characters': () => new URLSearchParams({ [`[0]${'[0]'.repeat(400)}`]: 'x' }),
  };
  for (const [name, body] of Object.entries(bodies)) {
    test(`is refused at once: ${name}`, () => {
      const parsed = parseForm(bag, body());
      expect(parsed.problems).toMatchObject([{ code: 'TOO_LARGE' }]);
      expect(parsed.submitted.size).toBe(0);
    });
  }

  test('is read quickly: rows of high numbers, and parts within each other', () => {
    const rows = Array.from({ length: 1_900 }, (_, index) => [`[${index * 500_000}][999999999][0]`, 'x'] as const);
    const startedAt = performance.now();
    expect(parseForm(bag, Object.fromEntries(rows)).value).toHaveLength(1_900);
    const deep = Array.from(
      { length: 1_900 },
      (_, index) => [`children[0].`.repeat(80) + `name${index}`, 'x'] as const,
    );
    expect(parseForm(tree, Object.fromEntries(deep)).status).toBe('invalid');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
