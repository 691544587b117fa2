import { expect, test } from 'vitest';
import { z } from 'zod';
import { boolean, defineConfig, int, list, oneOf, port, secret, string } from '../src/index.ts';

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
        type: 'object',
        additionalProperties: false,
        properties: {
          port: { type: 'integer', minimum: 0, maximum: 65_535, default: 8080, description: 'Where to listen.' },
          host: { type: 'string' },
        },
      },
      token: { type: 'string', writeOnly: true, description: 'For | the\nAPI.' },
      level: { enum: ['info', 'debug'], default: 'info' },
      tags: { type: 'array', items: { type: 'integer', minimum: 1 } },
      quiet: { type: 'boolean', default: false },
      extra: {},
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
