import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { createHttp, type Http } from '../src/http/app.ts';
import type { HttpModule } from '../src/http/module.ts';
import { answeredLogger, type Answered } from './support/silent-logger.ts';

const context = new AsyncLocalStorage<{ readonly requestId: string }>();
const done: Answered[] = [];
const problems: string[] = [];
let http: Http | undefined;

afterEach(async () => {
  await http?.app.close();
  done.length = 0;
  problems.length = 0;
});

const routes: HttpModule = {
  register(app) {
    app.get('/things/:id', () => ({ thing: true }));
    app.post('/things', (request) => ({ bytes: (request.body as Uint8Array).length, seen: context.getStore() }));
    app.get('/broken', () => {
      throw new TypeError('the secret inside');
    });
    app.get('/away', () => {
      throw new ServerErrors.STORE_UNAVAILABLE({ reason: 'database is locked' });
    });
  },
  renderProblem: ({ title, code }, requestId) => `<h1>${title}</h1>${code} ${requestId}`,
};

async function start(modules: readonly HttpModule[] = [routes]): Promise<Http> {
  http = createHttp({
    logger: answeredLogger(done),
    bodyLimitBytes: 2_000,
    withContext: (fields, next) => context.run(fields, next),
    onProblem: ({ code }) => problems.push(code),
  });
  await http.mount(modules);
  return http;
}

const json = { 'content-type': 'application/json' };
const cases: readonly {
  title: string;
  request: {
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'TRACE';
    url: string;
    headers?: Record<string, string>;
    payload?: string;
  };
  status: number;
  code: string;
}[] = [
  { title: 'an unknown path', request: { method: 'GET', url: '/none?secret=1' }, status: 404, code: 'NOT_FOUND' },
  { title: 'a wrong method', request: { method: 'PUT', url: '/things' }, status: 405, code: 'METHOD_NOT_ALLOWED' },
  { title: 'DELETE', request: { method: 'DELETE', url: '/things/1' }, status: 405, code: 'METHOD_NOT_ALLOWED' },
  { title: 'OPTIONS', request: { method: 'OPTIONS', url: '/things' }, status: 405, code: 'METHOD_NOT_ALLOWED' },
  { title: 'TRACE', request: { method: 'TRACE', url: '/things' }, status: 405, code: 'METHOD_NOT_ALLOWED' },
  { title: 'any method on an unknown path', request: { method: 'PUT', url: '/none' }, status: 404, code: 'NOT_FOUND' },
  {
    title: 'a wrong method with a body that is no JSON',
    request: { method: 'PUT', url: '/things', headers: { 'content-type': 'text/csv' }, payload: 'a,b' },
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  },
  { title: 'a broken escape', request: { method: 'GET', url: '/things/%zz' }, status: 400, code: 'BAD_REQUEST' },
  { title: 'half a character', request: { method: 'GET', url: '/things/%ff' }, status: 400, code: 'BAD_REQUEST' },
  {
    title: 'a part that is too long',
    request: { method: 'GET', url: `/things/${'x'.repeat(301)}` },
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    title: 'a body over the limit',
    request: { method: 'POST', url: '/things', headers: json, payload: ' '.repeat(2_001) },
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  {
    title: 'another content type',
    request: { method: 'POST', url: '/things', headers: { 'content-type': 'text/csv' }, payload: 'a,b' },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    title: 'a wrong content length',
    request: { method: 'POST', url: '/things', headers: { ...json, 'content-length': '5' }, payload: '{}' },
    status: 400,
    code: 'BAD_REQUEST',
  },
  { title: 'a handler that throws', request: { method: 'GET', url: '/broken' }, status: 500, code: 'INTERNAL' },
  { title: 'a store that is away', request: { method: 'GET', url: '/away' }, status: 503, code: 'STORE_UNAVAILABLE' },
];

for (const { title, request, status, code } of cases) {
  test(`${title} is ${status} ${code}, as a problem document with a request id`, async () => {
    const { app } = await start();
    const response = await app.inject(request);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(response.json()).toMatchObject({
      status,
      code: `seaworthy.server.${code}`,
      instance: request.url.split('?')[0],
      requestId: response.headers['x-request-id'],
    });
    expect(response.body).not.toMatch(/secret/);
    expect(problems).toEqual([`seaworthy.server.${code}`]);
  });
}

test('a browser gets the same problems as pages, also those that the router finds', async () => {
  const { app } = await start();
  for (const url of ['/none', '/things/%zz']) {
    const response = await app.inject({ url, headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.body).toContain(String(response.headers['x-request-id']));
  }
});

test('under /api/ nobody gets a page, and without a module that draws pages nobody does', async () => {
  const accept = 'text/html';
  const { app } = await start();
  const response = await app.inject({ url: '/api/none', headers: { accept } });
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  await app.close();
  const bare = await start([]);
  expect((await bare.app.inject({ url: '/none', headers: { accept } })).json()).toMatchObject({ status: 404 });
});

test('405 says which methods are possible, on each path its own', async () => {
  const { app } = await start();
  const allowed = async (url: string): Promise<unknown> => (await app.inject({ method: 'PUT', url })).headers['allow'];
  expect([await allowed('/things'), await allowed('/things/1?a=2')]).toEqual(['POST', 'GET, HEAD']);
});

test('paths that differ in the name of a part only are one, with the methods of both', async () => {
  const { app } = await start([
    {
      register(instance) {
        instance.get('/things/:id', () => 'read');
        instance.delete('/things/:name', () => 'deleted');
      },
    },
  ]);
  expect((await app.inject({ method: 'DELETE', url: '/things/1' })).body).toBe('deleted');
  expect((await app.inject({ method: 'POST', url: '/things/1' })).headers['allow']).toBe('DELETE, GET, HEAD');
});

test('503 says when to come back', async () => {
  const { app } = await start();
  expect((await app.inject('/away')).headers['retry-after']).toBe('1');
});

test('HEAD answers like GET, without a body', async () => {
  const { app } = await start();
  const response = await app.inject({ method: 'HEAD', url: '/things/1' });
  expect([response.statusCode, response.body]).toEqual([200, '']);
});

test('a handler knows its request id, also after a body was read', async () => {
  const { app } = await start();
  const request = { method: 'POST', url: '/things', headers: { ...json, 'x-request-id': 'caller-7' } } as const;
  const response = await app.inject({ ...request, payload: '{"a":1}' });
  expect(response.json()).toEqual({ bytes: 7, seen: { requestId: 'caller-7' } });
});

test('what was asked is logged by its pattern, what does not exist by none', async () => {
  const { app } = await start();
  await app.inject('/things/7');
  await app.inject('/none');
  await app.inject('/things/%zz');
  expect(done.map(({ route, status }) => [route, status])).toEqual([
    ['/things/:id', 200],
    ['none', 404],
    ['none', 400],
  ]);
});

for (const id of ['a b', 'x"y', 'ü', 'x'.repeat(129), '']) {
  test(`the request id ${JSON.stringify(id.slice(0, 8))} of a caller is replaced`, async () => {
    const { app } = await start();
    const response = await app.inject({ url: '/things/1', headers: { 'x-request-id': id } });
    expect(response.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  });
}
