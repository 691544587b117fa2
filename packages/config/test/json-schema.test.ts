// The schema for editors says of a file what loading it says, by a validator that is not ours.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  boolean,
  defineConfig,
  detectEnvironment,
  duration,
  int,
  list,
  object,
  oneOf,
  port,
  secret,
  standard,
  string,
  url,
} from '../src/index.ts';

const tree = z.object({
  size: z.number(),
  get inner() {
    return z.array(tree).optional();
  },
});
const definition = defineConfig(
  {
    server: { port: port().default(1), wait: duration({ minMs: 5, maxMs: 90_000 }).default(5) },
    sizes: list(int({ min: 1 })).optional(),
    home: url().optional(),
    name: string({ pattern: /^a/i, maxLength: 5 }).optional(),
    tag: string({ pattern: /^v\d+$/ }).optional(),
    level: oneOf(['info', 'debug']).optional(),
    quiet: boolean().default(false),
    token: secret().optional(),
    'odd/na~me': { tree: z.optional(tree), trees: list(standard(tree)).optional() },
  },
  { env: detectEnvironment({ env: {}, exists: () => false }) },
);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { uri: (text) => URL.canParse(text) } });
const accepts = ajv.compile(definition.jsonSchema());

const documents: readonly (readonly [object, boolean])[] = [
  [{}, true],
  [{ $schema: './schema.json' }, true],
  [{ server: { port: 5, wait: 5 } }, true],
  [{ server: null }, true],
  [{ server: { port: null }, level: null, quiet: null, sizes: null, token: null, home: null, name: null }, true],
  [{ server: { wait: '1m30s' } }, true],
  [{ server: { wait: ' 250ms ' } }, true],
  [{ server: { wait: '2.5e3' } }, true],
  [{ sizes: [1, 2], home: 'https://example.com', name: 'ABC', tag: 'v1', level: 'debug', token: 'x' }, true],
  [{ 'odd/na~me': { tree: { size: 1, inner: [{ size: 2 }] } } }, true],
  [{ 'odd/na~me': { trees: [{ size: 1, inner: [{ size: 2 }] }] } }, true],
  [{ server: { port: 70_000 } }, false],
  [{ server: { port: '5' } }, false],
  [{ server: { wait: 4 } }, false],
  [{ server: { wait: 90_001 } }, false],
  [{ server: { wait: 'soon' } }, false],
  [{ server: [] }, false],
  [{ sizes: [0] }, false],
  [{ sizes: ['1'] }, false],
  [{ home: 'example' }, false],
  [{ name: 'abcdef' }, false],
  [{ tag: 'x1' }, false],
  [{ level: 'inof' }, false],
  [{ quiet: 'yes' }, false],
  [{ tokens: 'x' }, false],
  [{ 'odd/na~me': { tree: { size: 1, inner: [{ size: 'x' }] } } }, false],
  [{ 'odd/na~me': { tree: { size: 1, inner: [{ server: {} }] } } }, false],
  [{ 'odd/na~me': { trees: [{ size: 1, inner: [{ size: 'x' }] }] } }, false],
];
for (const [document, isRight] of documents) {
  test(`${JSON.stringify(document)} is ${isRight ? 'accepted' : 'refused'} by both`, async () => {
    const isLoaded = await definition.load([object(document)]).then(
      () => true,
      () => false,
    );
    expect({ isLoaded, isValid: accepts(document) }).toEqual({ isLoaded: isRight, isValid: isRight });
  });
}

test('a pattern with flags, or one that is not read as Unicode, is left out: a schema would read another one', () => {
  const patterns = defineConfig({
    flags: string({ pattern: /^a/i }),
    old: string({ pattern: new RegExp(String.raw`^\_a`) }),
    plain: string({ pattern: /^a/u }),
  });
  expect(patterns.jsonSchema()).toMatchObject({
    properties: {
      flags: { type: ['string', 'null'] },
      old: expect.not.objectContaining({ pattern: expect.anything() }),
      plain: { pattern: '^a' },
    },
  });
  expect(patterns.jsonSchema()).not.toHaveProperty('properties.flags.pattern');
});

test('what a library says of a secret spells none out', () => {
  const documented = defineConfig({
    token: secret(
      z
        .string()
        .default('hunter2')
        .meta({ examples: ['hunter2'] }),
    ),
    keys: list(secret(z.string().default('hunter2'))),
  });
  const all = [documented.jsonSchema(), documented.formModel(), documented.markdown(), documented.cliHelp()];
  expect(JSON.stringify(all)).not.toContain('hunter2');
});
