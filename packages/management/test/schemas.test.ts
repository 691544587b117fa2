import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startManagement, type Management } from '../src/index.ts';
import { createApp } from './app.ts';
import { ask, json, token, withToken, type Got } from './client.ts';
import { steady } from './steady.ts';

const schemas = join(import.meta.dirname, '..', 'schemas');
const answers = join(import.meta.dirname, 'fixtures', 'answers');
const published = readdirSync(schemas).map((file) => file.replace(/\.schema\.json$/, ''));

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
function schemaNamed(name: string): ValidateFunction {
  return ajv.compile(JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), 'utf8')) as object);
}
const validators = new Map(published.map((name) => [name, schemaNamed(name)]));

/** What the file says; `SEAWORTHY_WRITE_ANSWERS=1` writes it anew after a wanted change. */
function committed(fixture: string, kept: unknown): unknown {
  const path = join(answers, `${fixture}.json`);
  if (process.env['SEAWORTHY_WRITE_ANSWERS'] === '1') writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

interface Case {
  readonly fixture: string;
  readonly schema: string;
  readonly path: string;
  readonly accept?: string;
  readonly body?: string;
  readonly withoutToken?: boolean;
  /** Takes away what differs between two runs. */
  readonly trim?: (value: never) => unknown;
}

const cases: readonly Case[] = [
  { fixture: 'links', schema: 'links', path: '/' },
  { fixture: 'health', schema: 'health', path: '/health' },
  { fixture: 'health-group', schema: 'health', path: '/health/live' },
  { fixture: 'health-open', schema: 'health', path: '/ready', withoutToken: true },
  { fixture: 'health-json', schema: 'health-json', path: '/health', accept: 'application/health+json' },
  {
    fixture: 'health-json-open',
    schema: 'health-json',
    path: '/health',
    accept: 'application/health+json',
    withoutToken: true,
  },
  { fixture: 'info', schema: 'info', path: '/info' },
  { fixture: 'info-open', schema: 'info', path: '/info', withoutToken: true },
  { fixture: 'loggers', schema: 'loggers', path: '/loggers' },
  { fixture: 'logger', schema: 'logger', path: '/loggers/root' },
  { fixture: 'config', schema: 'config', path: '/config' },
  { fixture: 'config-property', schema: 'config-property', path: '/config/server.port' },
  { fixture: 'flags', schema: 'flags', path: '/flags' },
  { fixture: 'plugins', schema: 'plugins', path: '/plugins' },
  { fixture: 'schemas', schema: 'schemas', path: '/schemas' },
  { fixture: 'circuitbreakers', schema: 'circuitbreakers', path: '/circuitbreakers' },
  { fixture: 'errors', schema: 'errors', path: '/errors' },
  { fixture: 'diagnostics', schema: 'diagnostics', path: '/diagnostics' },
  {
    fixture: 'diagnostics-stack',
    schema: 'diagnostics-stack',
    path: '/diagnostics/stack',
    trim: ({ threads }: { threads: object[] }) => ({
      threads: threads.map((thread) => ({ ...thread, threadState: '<state>', stackTrace: [] })),
    }),
  },
  { fixture: 'diagnostics-eventloop', schema: 'diagnostics-eventloop', path: '/diagnostics/eventloop' },
  {
    fixture: 'diagnostics-handles',
    schema: 'diagnostics-handles',
    path: '/diagnostics/handles',
    trim: (value: object) => Object.fromEntries(Object.keys(value).map((key) => [key, '<what is open>'])),
  },
  {
    fixture: 'diagnostics-cpu',
    schema: 'diagnostics-cpu',
    path: '/diagnostics/cpu?durationMs=20',
    trim: (value: object) => Object.keys(value).toSorted(),
  },
  { fixture: 'shutdown', schema: 'shutdown', path: '/shutdown', body: '' },
  { fixture: 'problem', schema: 'problem', path: '/nothing-here' },
  { fixture: 'problem-body', schema: 'problem', path: '/loggers/app', body: '{"configuredLevel":"loud"}' },
  { fixture: 'problem-open', schema: 'problem', path: '/config', withoutToken: true },
];

const problemsOf = (name: string, value: unknown): unknown => {
  const validate = validators.get(name);
  return validate?.(value) === true ? [] : (validate?.errors ?? 'no such schema');
};

for (const worker of [false, true]) {
  describe(worker ? 'in a worker' : 'in process', () => {
    let management: Management;
    beforeAll(async () => {
      management = await startManagement({ ...createApp().options, token, worker });
    });
    afterAll(() => management.close());

    const get = ({ path, accept, body, withoutToken }: Case): Promise<Got> =>
      ask(management.url, path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...json, ...(withoutToken !== true && withToken), ...(accept !== undefined && { accept }) },
        ...(body !== undefined && { body }),
      });

    for (const each of cases) {
      test(`${each.fixture} equals its file and fits the schema "${each.schema}"`, async () => {
        const value = (await get(each)).json;
        expect(problemsOf(each.schema, value)).toEqual([]);
        const kept = steady(each.trim === undefined ? value : each.trim(value as never), management.url);
        expect(kept).toEqual(committed(each.fixture, kept));
      });
    }
  });
}

describe('the schemas', () => {
  test('are each used by an answer or by the body of a write', () => {
    const used = new Set([...cases.map(({ schema }) => schema), 'logger-change']);
    expect(published.toSorted()).toEqual([...used].toSorted());
  });

  for (const name of published) {
    test(`${name} refuses other data`, () => {
      for (const wrong of [null, [], 'text', 7, ...(name === 'info' ? [{ runtime: 1 }] : [{ unheardOf: 1 }])]) {
        expect(problemsOf(name, wrong)).not.toEqual([]);
      }
    });
  }

  const changes: { body: object; isRight: boolean }[] = [
    { body: { configuredLevel: 'debug' }, isRight: true },
    { body: { configuredLevel: null, ttlMs: 60_000 }, isRight: true },
    { body: { configuredLevel: 'debug', ttlMs: 0 }, isRight: false },
    { body: { level: 'debug' }, isRight: false },
  ];
  for (const { body, isRight } of changes) {
    test(`logger-change ${isRight ? 'takes' : 'refuses'} ${JSON.stringify(body)}, as the endpoint does`, async () => {
      expect(JSON.stringify(problemsOf('logger-change', body)) === '[]').toBe(isRight);
      const management = await startManagement({ ...createApp().options, port: 0, token });
      const headers = { ...withToken, ...json };
      const got = await ask(management.url, '/loggers/app', { method: 'POST', headers, body: JSON.stringify(body) });
      expect(got.status).toBe(isRight ? 204 : 400);
      await management.close();
    });
  }
});
