import { Validator } from '@seriousme/openapi-schema-validator';
import { assert, property } from 'fast-check';
import { subject, toCliHelp, toExample, toMarkdown, toOpenApi } from '../src/index.ts';
import type { AnySubject } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { anySample } from './arbitrary-schemas.ts';
import { json, kinds, tree } from './emitted.ts';
import { order, user } from './subjects.ts';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });

const server = z
  .object({
    host: z.string().describe('Where it listens. | <b>bold</b>').default('localhost'),
    port: z.int().min(1).max(65_535).describe('The port.'),
    verbose: z.boolean().optional(),
    tags: z.array(z.enum(['a', 'b'])).default([]),
    tls: z.object({ cert: z.string().describe('A file.'), key: z.string() }).optional(),
  })
  .meta({ title: 'Server', description: 'How a server is started.' });

describe('toOpenApi', () => {
  const valid = async (document: object): Promise<unknown> => {
    const result = await new Validator().validate(JSON.stringify(document, null, 1));
    return result.valid ? true : result.errors;
  };

  test('gives a document that an OpenAPI validator accepts, with the names of the subjects', async () => {
    const document = toOpenApi([order, user], { title: 'Shop', version: '3' });
    expect(await valid(document)).toBe(true);
    expect(Object.keys(document.components.schemas)).toEqual(['shop.order', 'shop.user']);
  });

  test('names earlier versions by their number', () => {
    const { schemas } = toOpenApi([order], { versions: 'all' }).components;
    expect(Object.keys(schemas)).toEqual(['shop.order.v1', 'shop.order.v2', 'shop.order']);
  });

  test('makes components of definitions and refers to them', async () => {
    const knot = tree.meta({ id: 'Knot' });
    const document = toOpenApi([subject('shop.tree', z.object({ root: knot })), subject('tree', tree)]);
    expect(await valid(document)).toBe(true);
    expect(Object.keys(document.components.schemas)).toContain('shop.tree.Knot');
    const text = JSON.stringify(document);
    expect(text).toContain('"$ref":"#/components/schemas/shop.tree.Knot"');
    expect(text).toContain('"$ref":"#/components/schemas/tree"');
  });

  test('leaves data that looks like a reference alone', () => {
    const wrapped = subject('a', z.object({ knot: tree.meta({ id: 'Knot' }), $ref: z.literal('#/$defs/Knot') }));
    expect(toOpenApi([wrapped]).components.schemas['a']).toMatchObject({
      properties: { $ref: { const: '#/$defs/Knot' }, knot: { $ref: '#/components/schemas/a.Knot' } },
    });
  });

  test('is accepted for any schema', async () => {
    const subjects: AnySubject[] = [];
    assert(
      property(anySample, ({ schema }) => {
        subjects.push(subject(`s${subjects.length}`, schema));
      }),
    );
    expect(await valid(toOpenApi(subjects))).toBe(true);
  });
});

describe('toExample', () => {
  test('gives what the schema accepts, always the same, for any schema', () => {
    assert(
      property(anySample, ({ schema }) => {
        const example = toExample(schema);
        expect(schema.safeParse(example).error).toBeUndefined();
        expect(toExample(schema)).toEqual(example);
      }),
      { numRuns: 300 },
    );
  });

  const formats: Record<string, z.ZodType> = {
    email: z.email(),
    uuid: z.uuid(),
    url: z.url(),
    date: z.iso.date(),
    datetime: z.iso.datetime(),
    time: z.iso.time(),
    duration: z.iso.duration(),
    ipv4: z.ipv4(),
    ipv6: z.ipv6(),
    cidr: z.cidrv4(),
    base64: z.base64(),
    ulid: z.ulid(),
    cuid2: z.cuid2(),
    nanoid: z.nanoid(),
    e164: z.e164(),
    emoji: z.emoji(),
    'uuid of version 7': z.uuidv7(),
    'a pattern': z.string().regex(/^[A-Z]{3}-\d{2,4}(?:x|y)+\.[^a-z]$/),
    'a pattern with alternatives': z.string().regex(/^(?:red|green)\s?\w*$/i),
    'a length': z.string().min(30).max(31),
    'a number above 5': z.number().gt(5),
    'a number between two fractions': z.number().gt(0.1).lt(0.2),
    'a negative number': z.number().negative(),
    'a multiple': z.int().multipleOf(7).min(8),
    'a multiple of a fraction': z.number().multipleOf(0.1).min(0.3),
    'a list of three': z.array(z.int()).length(3),
    'a variant': kinds.Variant,
    'an intersection': kinds.Both,
    'a record of an enum': z.record(z.enum(['a', 'b']), z.int()),
    'a record with a pattern': z.record(z.string().regex(/^k\d$/), z.int()),
    'a tree': tree,
    'a chain': kinds.Chain,
    'a recursive union': json,
    'an example of its author': z
      .string()
      .refine((text) => text === 'magic')
      .meta({ examples: ['magic'] }),
    'an optional field that nothing fits': z.object({ a: z.never().optional(), b: z.string() }),
    'a template': kinds.Template,
  };
  for (const [name, schema] of Object.entries(formats)) {
    test(`finds one for ${name}`, () => {
      expect(schema.safeParse(toExample(schema)).error).toBeUndefined();
    });
  }

  test('says why there is none', () => {
    expect(() => toExample(z.string().refine(() => false, 'is never right'))).toThrow('is never right');
    expect(() => toExample(z.never())).toThrow(codeOf('NO_EXAMPLE'));
  });

  test('is quick for a schema of 2,000 fields', () => {
    const shape = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, z.string()]));
    expect(Object.keys(toExample(z.object(shape)) as object)).toHaveLength(2_000);
  });
});

describe('toMarkdown', () => {
  test('lists fields with what holds for them', () => {
    expect(toMarkdown(server)).toBe(`## Server

How a server is started.

| field | type | required | description |
| --- | --- | --- | --- |
| \`host\` | \`string\` | no | Where it listens. \\| &#60;b&#62;bold&#60;/b&#62;; default "localhost" |
| \`port\` | \`integer\` | yes | The port.; at least 1; at most 65535 |
| \`verbose\` | \`boolean\` | no |  |
| \`tags\` | \`list of "a" or "b"\` | no | default \\[\\] |
| \`tls\` | \`object\` | no |  |
| \`tls.cert\` | \`string\` | yes | A file. |
| \`tls.key\` | \`string\` | yes |  |
`);
  });

  test('keeps to its columns whatever names and texts there are', () => {
    assert(
      property(anySample, ({ schema }) => {
        const described = schema.describe('a | b\n# c <script> `x`');
        const rows = toMarkdown(described)
          .split('\n')
          .filter((line) => line.startsWith('|'));
        for (const row of rows) expect(row.replaceAll(String.raw`\|`, '').match(/\|/g)).toHaveLength(5);
        expect(toMarkdown(described)).not.toContain('<script>');
      }),
    );
  });

  test('ends for schemas that contain themselves', () => {
    expect(toMarkdown(tree)).toContain('`children`');
    expect(toMarkdown(json)).toContain('(value)');
  });
});

describe('toCliHelp', () => {
  test('writes usage and options in columns', () => {
    expect(toCliHelp(server, { command: 'serve' })).toBe(`Usage: serve --port <integer> [options]

How a server is started.

Options:
  --host <string>         Where it listens. | <b>bold</b> (default "localhost")
  --port <integer>        The port. (required) (at least 1) (at most 65535)
  --verbose
  --tags <"a" or "b">...  (default [])
  --tls.cert <string>     A file.
  --tls.key <string>
`);
  });

  test('lets no control character through to a terminal', () => {
    const hostile = z.object({ a: z.string().describe('red \u001B[31m\u0007 alert\nnext'), '\u001B[2J': z.int() });
    expect(toCliHelp(hostile, { command: 'x\u001B' })).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});
