import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationPatterns } from '@seaworthy/schema-registry/http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let document: Document;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'ada=flag-admin', SEAWORTHY_OFREP_ENABLED: 'true' });
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

/** Pages, and what npm asks: that protocol is npm's own, and has paths that OpenAPI cannot write. */
const isOfPrograms = (path: string): boolean => /^\/(?:api|ofrep|schema-registry|\.well-known)(?:\/|$)/.test(path);

test('the document has every route of the server that is for programs, and no other', () => {
  const described = operations().map(([path, method]) => `${method.toUpperCase()} ${path}`);
  const written = server.routes.map((route) => route.replaceAll(/:(\w+)/g, '{$1}'));
  const served = written.filter((route) => isOfPrograms(route.split(' ')[1] as string));
  const own = (route: string): boolean => !route.includes('/schema-registry');
  expect(described.filter(own).toSorted()).toEqual(served.filter(own).toSorted());
  // One route takes all of that protocol; what it serves is told by the package.
  const patterns = operationPatterns().map((pattern) => {
    const [method = '', path] = pattern.split(' ');
    return `${method} /schema-registry${path === undefined ? '' : `/${path}`}`;
  });
  expect(described.filter((route) => !own(route)).toSorted()).toEqual(patterns.toSorted());
  expect(new Set(operations().flatMap(([, , { tags }]) => tags))).toEqual(
    new Set(['Reports', 'OFREP', 'Flags', 'Schemas', 'Packages', 'Entitlements', 'Accounts', 'Administration', 'API']),
  );
});

test('a server without flags of its own, OFREP, schemas and packages describes what it has', async () => {
  const small = await runServer({ SEAWORTHY_SCHEMAS_ENABLED: 'false', SEAWORTHY_REGISTRY_ENABLED: 'false' });
  try {
    const { paths } = (await (await fetch(`${small.url}/api/v1/openapi.json`)).json()) as Document;
    expect(Object.keys(paths).toSorted()).toEqual([
      '/api/v1/account/password',
      '/api/v1/accounts',
      '/api/v1/accounts/{name}/password-reset',
      '/api/v1/accounts/{name}/second-factor',
      '/api/v1/accounts/{name}/sign-ins',
      '/api/v1/accounts/{name}/state',
      '/api/v1/audit',
      '/api/v1/audit/verification',
      '/api/v1/live',
      '/api/v1/openapi.json',
      '/api/v1/ownerless',
      '/api/v1/projects',
      '/api/v1/projects/{name}/access',
      '/api/v1/projects/{name}/members/{account}',
      '/api/v1/projects/{name}/reports',
      '/api/v1/projects/{name}/visibility',
      '/api/v1/reports',
      '/api/v1/reports/{id}',
      '/api/v1/server',
      '/api/v1/status',
    ]);
  } finally {
    await small.stop();
  }
});

test('the reference page shows every operation', async () => {
  const markup = await (await fetch(`${server.url}/reference`)).text();
  for (const [path, method, { operationId }] of operations()) {
    expect(markup).toContain(`<h3 id="${operationId}"><code>${method.toUpperCase()} ${path}</code></h3>`);
  }
});

test('every operation is served: without a token, or without what it needs, it refuses as it says', async () => {
  for (const [path, method, { responses }] of operations()) {
    const address = path
      .replace('{name}', 'nothing')
      .replace('{id}', '1')
      .replace('{account}', 'ada')
      .replaceAll(/\{\w+\}/g, '1');
    const gone = new AbortController();
    const { status } = await fetch(`${server.url}${address}`, {
      method: method.toUpperCase(),
      signal: gone.signal,
      ...(method !== 'get' && { body: '{}', headers: { 'content-type': 'application/json' } }),
    });
    expect(Object.keys(responses), `${method} ${path} answered ${status}`).toContain(String(status));
    // Streams of events have no end.
    gone.abort();
  }
});

const guides = { Packages: 'run-a-marketplace', Entitlements: 'sell-plugins' };
for (const [tag, guide] of Object.entries(guides)) {
  test(`the guide ${guide} names every operation of ${tag}`, () => {
    const text = readFileSync(join(import.meta.dirname, `../../../../docs/guides/${guide}.md`), 'utf8');
    const named = operations().filter(([, , { tags }]) => tags.includes(tag));
    expect(named.length).toBeGreaterThan(0);
    for (const [path, method] of named) expect(text).toContain(`\`${method.toUpperCase()} ${path}\``);
  });
}
