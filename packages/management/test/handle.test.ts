import { describe, expect, test } from 'vitest';
import { healthRoutes } from '../src/endpoints/health.ts';
import { metricsRoute } from '../src/endpoints/metrics.ts';
import type { Route } from '../src/route.ts';
import { createRoutes } from '../src/routes.ts';
import { createApp, planted } from './app.ts';
import { parts } from './parts.ts';
import { local, send, stranger } from './fake-request.ts';

const { options, writes } = createApp();
const made = createRoutes(options, parts());
made.add('jobs', { read: ({ query }) => query, write: (body) => void writes.push(body) });
const routes: readonly Route[] = [...made.all.values()];

const reads: { path: string; status: number; holds: string }[] = [
  { path: '/', status: 200, holds: '"href":"http://localhost/loggers/{name}","templated":true' },
  { path: '/health', status: 200, holds: '"status":"DEGRADED","components":{"lifecycle"' },
  { path: '/health/live', status: 200, holds: '"status":"UP"' },
  { path: '/health/unknown', status: 404, holds: 'There is nothing at /health/unknown.' },
  { path: '/health/live/x', status: 404, holds: 'NOT_FOUND' },
  { path: '/ready', status: 200, holds: '"status":"DEGRADED"' },
  { path: '/info', status: 200, holds: '"version":"1.2.3","apiKey":"******"' },
  { path: '/metrics', status: 200, holds: 'up 1' },
  { path: '/loggers', status: 200, holds: '"app":{"configuredLevel":null,"effectiveLevel":"info"}' },
  { path: '/loggers/root', status: 200, holds: '{"configuredLevel":"info","effectiveLevel":"info"}' },
  { path: '/config', status: 200, holds: '"server.port":{"value":8080,"source":"env PORT"}' },
  { path: '/flags', status: 200, holds: '"new-token":{"state":"ENABLED"' },
  { path: '/plugins', status: 200, holds: '"state":"started"' },
  { path: '/schemas', status: 200, holds: '"versions":[1,2]' },
  { path: '/jobs?a=1', status: 200, holds: '{"a":"1"}' },
  { path: '/other', status: 404, holds: 'NOT_FOUND' },
];

describe('with the token', () => {
  for (const { path, status, holds } of reads) {
    test(`GET ${path} is ${status} and holds ${holds}`, async () => {
      const rendered = await send(routes, path);
      expect(rendered.status).toBe(status);
      expect(rendered.text).toContain(holds);
      expect(rendered.text).not.toContain(planted);
    });
  }

  const posts: { path: string; body: unknown; status: number }[] = [
    { path: '/loggers/app', body: { configuredLevel: 'debug', ttlMs: 5 }, status: 204 },
    { path: '/loggers/app', body: { configuredLevel: 'DEBUG' }, status: 204 },
    { path: '/loggers/app', body: { configuredLevel: 'loud' }, status: 400 },
    { path: '/loggers/app', body: { configuredLevel: 'debug', ttlMs: '5' }, status: 400 },
    { path: '/loggers/app', body: { level: 'debug' }, status: 400 },
    { path: '/loggers/app', body: [], status: 400 },
    { path: '/loggers/app', body: undefined, status: 400 },
    { path: '/loggers', body: {}, status: 405 },
    { path: '/jobs', body: 1, status: 204 },
    { path: '/jobs/1', body: 1, status: 405 },
    { path: '/config', body: {}, status: 405 },
  ];
  for (const { path, body, status } of posts) {
    test(`POST ${path} ${JSON.stringify(body)} is ${status}`, async () => {
      writes.length = 0;
      const rendered = await send(routes, path, { method: 'POST', body });
      expect(rendered.status).toBe(status);
      expect(writes).toHaveLength(status === 204 ? 1 : 0);
    });
  }
});

describe('without the token', () => {
  const open = new Set(['/health', '/health/live', '/ready', '/info']);
  for (const { path } of reads) {
    const status = open.has(path) ? 200 : path.startsWith('/health') ? 404 : 401;
    test(`GET ${path} is ${status}`, async () => {
      expect((await send(routes, path, { access: stranger })).status).toBe(status);
    });
  }

  test('health is the word alone', async () => {
    expect((await send(routes, '/health', { access: stranger })).text).toBe('{"status":"DEGRADED"}\n');
  });
});

test('where no token is configured, values are shown and nothing is written', async () => {
  writes.length = 0;
  expect((await send(routes, '/config', { access: local })).status).toBe(200);
  const rendered = await send(routes, '/jobs', { method: 'POST', body: 1, access: local });
  expect(rendered.text).toContain('seaworthy.management.WRITE_REFUSED');
  expect(writes).toEqual([]);
});

test('down is 503, and a report that is none is a 500', async () => {
  const health = (check: () => unknown): readonly Route[] => healthRoutes({ health: { check: check as never } });
  expect(
    await send(
      health(() => ({ status: 'down', checks: [] })),
      '/health',
    ),
  ).toMatchObject({ status: 503 });
  expect(
    await send(
      health(() => ({ status: 'fine', checks: [] })),
      '/health',
    ),
  ).toMatchObject({ status: 500 });
});

test('without a lifecycle, health says that the process answers', async () => {
  const rendered = await send(healthRoutes(undefined), '/health');
  expect(JSON.parse(rendered.text)).toMatchObject({ status: 'UP', details: { memory: {} } });
  expect((await send(healthRoutes(undefined), '/health/live')).status).toBe(404);
});

test('metrics without a content type are refused', async () => {
  const broken = metricsRoute({ render: () => ({}) as never });
  expect((await send([broken], '/metrics')).status).toBe(500);
});

test('own endpoints have names of their own', () => {
  const { all, add } = createRoutes({}, parts());
  const remove = add('jobs', { read: () => 1 });
  expect(() => add('jobs', { read: () => 1 })).toThrow('The endpoint name "jobs" is taken.');
  expect(() => add('Jobs', { read: () => 1 })).toThrow('Expected `name` to be lower-case letters, digits and dashes');
  remove();
  expect([...all.keys()]).toEqual(['', 'health', 'info']);
});
