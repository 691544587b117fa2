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
  string,
} from '../src/index.ts';

const definition = defineConfig({
  server: { port: port().default(8080).describe('Where to listen.'), host: string() },
  token: secret().default('dev').describe('For | the\nAPI.'),
  level: oneOf(['info', 'debug']).default('info').reloadable(),
  tags: list(int({ min: 1 })).optional(),
  quiet: boolean().default(false),
  extra: z.string().default('x'),
});

test('the JSON Schema describes a file, strictly, and requires nothing', () => {
  expect(definition.jsonSchema()).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      server: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: {
          port: {
            type: ['integer', 'null'],
            minimum: 0,
            maximum: 65_535,
            default: 8080,
            description: 'Where to listen.',
          },
          host: { type: ['string', 'null'] },
        },
      },
      token: { type: ['string', 'null'], writeOnly: true, description: 'For | the\nAPI.' },
      level: { enum: ['info', 'debug', null], default: 'info' },
      tags: { type: ['array', 'null'], items: { type: 'integer', minimum: 1 } },
      quiet: { type: ['boolean', 'null'], default: false },
      extra: { type: 'string', default: 'x' },
    },
  });
});

test('the Markdown table names key, variable, value, default and description', () => {
  expect(definition.markdown({ prefix: 'APP' }).split('\n').slice(0, 6)).toEqual([
    '| Key | Variable | Value | Default | Description |',
    '| --- | --- | --- | --- | --- |',
    '| `server.port` | `APP_SERVER_PORT` | a port (0 to 65535) | 8080 | Where to listen. |',
    '| `server.host` | `APP_SERVER_HOST` | a string | required |  |',
    '| `token` | `APP_TOKEN` | a string (secret) | redacted | For \\| the API. |',
    '| `level` | `APP_LEVEL` | one of info, debug (reloadable) | "info" |  |',
  ]);
  expect(definition.markdown()).not.toContain('Variable');
});

test('a name cannot break the table', () => {
  expect(defineConfig({ 'a|b': string() }).markdown().split('\n')[2]).toBe('| `a\\|b` | a string | required |  |');
});

test('the help lists the flags in columns', () => {
  expect(definition.cliHelp().split('\n').slice(0, 3)).toEqual([
    '  --server.port=<value>  Where to listen. [8080]',
    '  --server.host=<value>  a string [required]',
    '  --token=<value>        For | the API. [redacted]',
  ]);
  expect(definition.cliHelp()).toContain('--[no-]quiet');
});

test('a default that is secret is in no document', () => {
  const documents = [JSON.stringify(definition.jsonSchema()), definition.markdown(), definition.cliHelp()].join();
  expect(documents).not.toContain('"dev"');
});

test('a loaded configuration has the same documents', async () => {
  const small = defineConfig({ port: port().default(1) });
  const cfg = await small.load([]);
  expect(cfg.cliHelp()).toBe(small.cliHelp());
});

const formed = defineConfig(
  {
    poolMax: int({ min: 1, max: 50 }).default(10).describe('Connections.').reloadable(),
    web: {
      dataDir: string({ minLength: 1, pattern: /^\// }),
      level: oneOf(['info', 'debug']).default('info'),
      idleMs: duration().default('30s'),
      quiet: boolean().default(false),
      tags: list().optional(),
      ports: list(port()).default([1]),
      size: z.number().max(5).default(3),
      token: secret().developmentDefault('hunter2'),
    },
  },
  { env: detectEnvironment({ env: {} }) },
);

test('the form model has sections, labels, controls and limits', () => {
  expect(formed.formModel()).toEqual([
    {
      key: '',
      label: '',
      fields: [
        {
          key: 'poolMax',
          label: 'Pool max',
          control: 'number',
          required: false,
          editable: true,
          description: 'Connections.',
          default: 10,
          minimum: 1,
          maximum: 50,
          step: 1,
        },
      ],
    },
    { key: 'web', label: 'Web', fields: expect.any(Array) },
  ]);
});

const controls = [
  { key: 'web.dataDir', control: 'text', required: true, minLength: 1, pattern: '^\\/' },
  { key: 'web.level', control: 'select', required: false, choices: ['info', 'debug'], default: 'info' },
  { key: 'web.idleMs', control: 'text', required: false, default: '30s' },
  { key: 'web.quiet', control: 'checkbox', required: false, default: false },
  { key: 'web.tags', control: 'list', required: false },
  { key: 'web.ports', control: 'json', required: false },
  { key: 'web.size', control: 'number', required: false, maximum: 5 },
  { key: 'web.token', control: 'password', required: true },
];
for (const { key, ...field } of controls) {
  test(`the form field of ${key} is ${JSON.stringify(field)}`, () => {
    const found = formed.formModel().flatMap(({ fields }) => fields);
    expect(found.find((each) => each.key === key)).toMatchObject(field);
  });
}

test('once loaded, the form has the values in force, and of a secret only that it is set', async () => {
  const loaded = await formed.load([object({ web: { dataDir: '/data' } })]);
  await loaded.update({ poolMax: 12 });
  const fields = new Map(loaded.formModel().flatMap((section) => section.fields.map((field) => [field.key, field])));
  expect(fields.get('poolMax')).toMatchObject({ value: 12, default: 10 });
  expect(fields.get('web.token')).toMatchObject({ isSet: true });
  expect(fields.get('web.tags')).not.toHaveProperty('value');
  expect(JSON.stringify([...fields])).not.toContain('hunter2');
});

test('a Standard Schema without JSON Schema says nothing of itself', () => {
  const schema = z.string().transform((text) => text.length);
  expect(defineConfig({ size: schema }).jsonSchema()).toMatchObject({ properties: { size: { type: 'string' } } });
  const silent = { '~standard': { version: 1 as const, vendor: 'own', validate: (value: unknown) => ({ value }) } };
  expect(defineConfig({ size: silent }).jsonSchema()).toMatchObject({ properties: { size: {} } });
});
