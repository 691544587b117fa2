import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let document: Document;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

beforeAll(async () => {
  server = await runServer();
  document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
});

afterAll(() => server.stop());

const operations = (): readonly (readonly [path: string, method: string, operation: Operation])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
  );

test('the document is OpenAPI 3.1, and each operation has a name of its own and its parameters', () => {
  expect(document.openapi).toBe('3.1.0');
  const ids = operations().map(([, , { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [path, , { parameters }] of operations()) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(inPath);
  }
});

test('every operation is served: without a token, or without what it needs, it refuses as it says', async () => {
  for (const [path, method, { responses }] of operations()) {
    const address = path.replace('{name}', 'nothing').replace('{id}', '1').replace('{account}', 'ada');
    const { status } = await fetch(`${server.url}${address}`, {
      method: method.toUpperCase(),
      ...(method !== 'get' && { body: '{}', headers: { 'content-type': 'application/json' } }),
    });
    expect(Object.keys(responses), `${method} ${path} answered ${status}`).toContain(String(status));
  }
});

test('the guide names every operation', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/run-a-marketplace.md'), 'utf8');
  for (const [path, method] of operations()) expect(guide).toContain(`\`${method.toUpperCase()} ${path}\``);
});
