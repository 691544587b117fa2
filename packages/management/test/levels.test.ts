import { describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { ask, json, token, withToken } from './client.ts';
import { post, start } from './started.ts';

describe('changing a level', () => {
  const changes: { path: string; body: object; written: unknown[] }[] = [
    { path: '/loggers/app', body: { configuredLevel: 'debug' }, written: ['level', 'app', 'debug', {}] },
    {
      path: '/loggers/app',
      body: { configuredLevel: 'trace', ttlMs: 60_000 },
      written: ['level', 'app', 'trace', { ttlMs: 60_000 }],
    },
    { path: '/loggers/app', body: { configuredLevel: null }, written: ['level', 'app', null, {}] },
    { path: '/loggers/http%3A*%2Fx', body: { configuredLevel: 'warn' }, written: ['level', 'http:*/x', 'warn', {}] },
  ];
  for (const { path, body, written } of changes) {
    test(`POST ${path} ${JSON.stringify(body)} is done`, async () => {
      const { options, writes } = createApp();
      const management = await start({ ...options, token });
      expect(await post(management, path, JSON.stringify(body))).toMatchObject({ status: 204, text: '' });
      expect(writes).toEqual([written]);
    });
  }

  const wrong: { body: string; status: number; detail: string; headers?: Record<string, string> }[] = [
    {
      body: '{"configuredLevel":"loud"}',
      status: 400,
      detail: 'Expected `configuredLevel` to be null or one of fatal',
    },
    { body: '{}', status: 400, detail: 'Expected `configuredLevel`' },
    {
      body: '{"configuredLevel":"debug","ttlMs":0}',
      status: 400,
      detail: 'Expected `ttlMs` to be a whole number from 1',
    },
    { body: '{"configuredLevel":"debug","ttlMs":1e12}', status: 400, detail: 'Expected `ttlMs`' },
    { body: '{"configuredLevel":"debug","ttl":5}', status: 400, detail: 'Expected `ttl` to be absent' },
    {
      body: '{"configuredLevel":"debug","__proto__":{"x":1}}',
      status: 400,
      detail: 'Expected `__proto__` to be absent',
    },
    { body: '["debug"]', status: 400, detail: 'Expected `body` to be an object' },
    { body: 'null', status: 400, detail: 'Expected `body` to be an object' },
    { body: '{"configuredLevel":', status: 400, detail: 'The body is not valid JSON.' },
    { body: '', status: 400, detail: 'Expected `body` to be an object' },
    { body: '{}', status: 415, detail: 'not as text/plain', headers: { 'content-type': 'text/plain' } },
    { body: '{}', status: 415, detail: 'not as application/jsonx', headers: { 'content-type': 'application/jsonx' } },
    { body: '{}', status: 415, detail: 'not as nothing', headers: {} },
    { body: `"${'x'.repeat(70_000)}"`, status: 413, detail: 'The body is larger than 65536 bytes.' },
  ];
  for (const { body, status, detail, headers } of wrong) {
    test(`${body.slice(0, 50)} as ${headers?.['content-type'] ?? 'json'} is ${status}, ${detail}`, async () => {
      const { options, writes } = createApp();
      const management = await start({ ...options, token });
      const got = await post(management, '/loggers/app', body, headers);
      expect(got.json).toMatchObject({ status, detail: expect.stringContaining(detail), instance: '/loggers/app' });
      expect(got.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(writes).toEqual([]);
    });
  }

  test('a chunked body over the limit is refused while it arrives', async () => {
    const management = await start({ ...createApp().options, token, maxBodyBytes: 100 });
    const got = await ask(management.url, '/loggers/app', {
      method: 'POST',
      body: `{"configuredLevel":"${'x'.repeat(200)}"}`,
      headers: { ...withToken, ...json, 'transfer-encoding': 'chunked' },
    }).catch((error: unknown) => error);
    expect(got).toMatchObject({ status: 413 });
  });
});
