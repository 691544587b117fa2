import { describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { ask } from './client.ts';
import { start } from './started.ts';

describe('shapes', () => {
  test('/ lists every endpoint, and own ones as soon as they are added', async () => {
    const { url, endpoint } = await start(createApp().options);
    const remove = endpoint('jobs', { read: () => 1 });
    const names = async (): Promise<string[]> => {
      const { json: body } = await ask(url, '/');
      const [links] = Object.values(Object(body) as Record<string, object>);
      return Object.keys(links ?? {});
    };
    const own = [
      'circuitbreakers',
      'config',
      'config-key',
      'diagnostics',
      'diagnostics-cpu',
      'diagnostics-eventloop',
      'diagnostics-handles',
      'diagnostics-heap',
      'diagnostics-stack',
      'errors',
      'errors-code',
      'flags',
      'health',
      'health-group',
      'info',
      'loggers',
      'loggers-name',
      'metrics',
      'plugins',
      'ready',
      'schemas',
      'self',
      'shutdown',
    ];
    expect((await names()).toSorted()).toEqual([...own, 'jobs'].toSorted());
    remove();
    expect((await names()).toSorted()).toEqual(own);
  });

  test('what is not exposed is not there, whatever contributes', async () => {
    const { url } = await start({ ...createApp().options, expose: ['health', 'metrics'] });
    for (const path of ['/health', '/health/live', '/ready', '/metrics'])
      expect((await ask(url, path)).status).toBe(200);
    for (const path of [
      '/info',
      '/config',
      '/loggers',
      '/diagnostics',
      '/diagnostics/stack',
      '/diagnostics/heap',
      '/shutdown',
    ])
      expect((await ask(url, path)).status).toBe(404);
  });

  test('without contributors only health and info are there', async () => {
    const { url } = await start({ expose: ['health', 'info', 'flags'] });
    expect((await ask(url, '/')).json).toEqual({
      _links: {
        self: { href: `${url}/`, templated: false },
        health: { href: `${url}/health`, templated: false },
        'health-group': { href: `${url}/health/{group}`, templated: true },
        info: { href: `${url}/info`, templated: false },
      },
    });
    expect((await ask(url, '/health')).json).toMatchObject({ status: 'UP' });
    expect((await ask(url, '/info')).json).toMatchObject({ runtime: { name: 'node', version: process.version } });
    for (const path of ['/ready', '/health/live', '/metrics', '/loggers', '/config']) {
      expect((await ask(url, path)).status).toBe(404);
    }
  });

  test('/health carries components, memory, durations and counts', async () => {
    const { url } = await start(createApp().options);
    const number: unknown = expect.any(Number);
    expect((await ask(url, '/health')).json).toEqual({
      status: 'DEGRADED',
      components: {
        lifecycle: { status: 'UP', details: { state: 'ready', durationMs: 0 } },
        db: { status: 'DOWN', details: { durationMs: 3, error: 'connect postgres://app:******@db/main' } },
      },
      details: {
        uptimeMs: number,
        memory: { rssBytes: number, heapUsedBytes: number, heapTotalBytes: number, externalBytes: number },
        checks: 2,
        failing: 1,
        durationMs: number,
      },
      groups: ['live', 'ready', 'startup', 'storage'],
    });
    expect((await ask(url, '/health/live')).json).toMatchObject({ status: 'UP', components: {} });
    expect((await ask(url, '/health/unheard-of')).status).toBe(404);
  });

  test('down is 503, and a group that the health checks do not know is 404 by the error they throw', async () => {
    const { url } = await start({
      lifecycle: {
        health: {
          check(group) {
            if (group === 'storage') throw Object.assign(new Error('no such group'), { statusCode: 404 });
            return { status: 'down', checks: [] };
          },
        },
      },
    });
    expect((await ask(url, '/ready')).status).toBe(503);
    expect((await ask(url, '/health/storage')).status).toBe(500);
  });

  const shown: { path: string; body: unknown }[] = [
    { path: '/loggers/app', body: { configuredLevel: null, effectiveLevel: 'info' } },
    {
      path: '/loggers',
      body: {
        levels: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
        loggers: {
          root: { configuredLevel: 'info', effectiveLevel: 'info' },
          app: { configuredLevel: null, effectiveLevel: 'info' },
        },
        groups: {},
      },
    },
    { path: '/config/server.port', body: { property: { value: 8080, source: 'env PORT' } } },
    { path: '/config/db.password', body: { property: { value: '******', source: 'file /run/secrets/db' } } },
    {
      path: '/circuitbreakers',
      body: {
        circuitBreakers: {
          store: {
            state: 'HALF_OPEN',
            failureRate: '25.0%',
            bufferedCalls: 8,
            failedCalls: 2,
            notPermittedCalls: 1,
            succeeded: 6,
            retries: 3,
          },
        },
      },
    },
    {
      path: '/errors/app.DB_AWAY',
      body: {
        total: 2,
        byCode: { 'app.DB_AWAY': { count: 2, lastTime: '2026-01-02T03:04:05.678Z' } },
        recent: [
          {
            time: '2026-01-02T03:04:05.678Z',
            code: 'app.DB_AWAY',
            message: 'connect postgres://app:******@db/main',
            count: 2,
            severity: 'error',
          },
        ],
      },
    },
    {
      path: '/config',
      body: {
        properties: {
          'server.port': { value: 8080, source: 'env PORT' },
          'db.password': { value: '******', source: 'file /run/secrets/db' },
          'db.url': { value: 'postgres://app:******@db/main', source: 'env DB_URL' },
        },
      },
    },
    {
      path: '/flags',
      body: { flags: { 'new-token': { state: 'ENABLED', defaultVariant: 'off', variants: ['on', 'off'] } } },
    },
    { path: '/plugins/', body: { plugins: [{ id: 'hello', version: '1.0.0', state: 'started' }] } },
    { path: '/schemas?x=1', body: { schemas: [{ name: 'report', versions: [1, 2] }] } },
  ];
  for (const { path, body } of shown) {
    test(`${path} has its shape`, async () => {
      const { url } = await start(createApp().options);
      const got = await ask(url, path);
      expect(got.json).toEqual(body);
      expect(got.headers['content-type']).toBe('application/json; charset=utf-8');
    });
  }

  test('/metrics hands the Accept header on and the content type back', async () => {
    const { url } = await start(createApp().options);
    const plain = await ask(url, '/metrics');
    expect([plain.headers['content-type'], plain.text]).toEqual(['text/plain; version=0.0.4', 'up 1\n']);
    const open = await ask(url, '/metrics', { headers: { accept: 'application/openmetrics-text' } });
    expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0');
  });

  test('values are read when they are asked for', async () => {
    let version = 1;
    const { url } = await start({ info: () => ({ version: version++ }) });
    expect((await ask(url, '/info')).json).toMatchObject({ version: 1 });
    expect((await ask(url, '/info')).json).toMatchObject({ version: 2 });
  });
});

describe('paths', () => {
  const strange: { path: string; status: number }[] = [
    { path: '/%', status: 400 },
    { path: '/loggers/%E0%A4%A', status: 400 },
    { path: '/loggers/app/more', status: 404 },
    { path: '/config/db', status: 404 },
    { path: '/health/ready/more', status: 404 },
    { path: '//health', status: 404 },
    { path: '/__proto__', status: 404 },
    { path: '/constructor', status: 404 },
    { path: '/loggers/__proto__', status: 404 },
    { path: '/../config', status: 404 },
    { path: 'http://elsewhere.example/config', status: 404 },
    { path: '*', status: 404 },
  ];
  for (const { path, status } of strange) {
    test(`${path} is ${status}`, async () => {
      const { url } = await start(createApp().options);
      expect((await ask(url, path)).status).toBe(status);
    });
  }
});
