import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startManagement, type Management } from '../../src/index.ts';
import { createApp, planted } from '../app.ts';
import { ask, json, token, withToken, type Got } from '../client.ts';

const open = ['/health', '/health/live', '/health/ready', '/health/startup', '/health/storage', '/ready', '/info'];
const values = ['/', '/metrics', '/loggers', '/loggers/root', '/config', '/flags', '/plugins', '/schemas', '/reading'];
const writable = ['/loggers/app', '/jobs'];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What every combination must answer, written down apart from the code. */
function expected(path: string, method: string, server: 'with' | 'without', sent: 'no' | 'wrong' | 'right'): number {
  const isRead = method === 'GET' || method === 'HEAD';
  const exists = path !== '/nothing-here' && path !== '/loggers/nobody';
  if (server === 'with' && sent !== 'right') return isRead && open.includes(path) ? 200 : 401;
  if (path === '/nothing-here') return 404;
  if (isRead) return exists ? 200 : 404;
  const canWrite = writable.includes(path) || path.startsWith('/loggers/');
  if (method !== 'POST' || !canWrite) return 405;
  if (server === 'without') return 403;
  return path === '/jobs' ? 200 : 204;
}

/** What an answer says beside its status. */
function facts(got: Got): object {
  return {
    challenge: got.headers['www-authenticate'],
    listsMethods: String(got.headers['allow']).startsWith('GET, HEAD'),
    isProblem: got.headers['content-type'] === 'application/problem+json; charset=utf-8',
  };
}

const sentHeaders = { no: {}, wrong: { authorization: 'Bearer wrong-horse-battery-staple' }, right: withToken };

for (const server of ['with', 'without'] as const) {
  describe(`a server ${server} a token`, () => {
    const { options, writes } = createApp();
    let management: Management;
    beforeAll(async () => {
      management = await startManagement({ ...options, ...(server === 'with' && { token }) });
      management.endpoint('jobs', {
        read: () => ({ waiting: 3, password: planted }),
        write: (body) => {
          writes.push(body);
          return { accepted: body };
        },
      });
      management.endpoint('reading', { read: () => [1, 2, 3] });
    });
    afterAll(() => management.close());

    for (const sent of ['no', 'wrong', 'right'] as const) {
      for (const path of [...open, ...values, ...writable, '/loggers/nobody', '/nothing-here']) {
        for (const method of methods) {
          const status = expected(path, method, server, sent);
          const mayWrite = server === 'with' && sent === 'right' && status < 300 && method === 'POST';
          test(`${method} ${path} with ${sent} token answers ${status}`, async () => {
            writes.length = 0;
            const body = method === 'GET' || method === 'HEAD' ? undefined : '{"configuredLevel":"debug"}';
            const got = await ask(management.url, path, {
              method,
              headers: { ...sentHeaders[sent], ...json },
              ...(body !== undefined && { body }),
            });
            expect(got.status).toBe(status);
            expect(writes).toHaveLength(mayWrite ? 1 : 0);
            expect(got.text).not.toContain(planted);
            expect(got.text).not.toContain(token);
            expect(got.headers['cache-control']).toBe('no-store');
            expect(facts(got)).toEqual({
              challenge: status === 401 ? 'Bearer realm="management"' : undefined,
              listsMethods: status === 405,
              isProblem: status >= 400,
            });
          });
        }
      }
    }
  });
}

describe('what is shown to everyone', () => {
  let management: Management;
  beforeAll(async () => {
    management = await startManagement({ ...createApp().options, token });
  });
  afterAll(() => management.close());

  test('is the status alone', async () => {
    expect((await ask(management.url, '/health')).json).toEqual({ status: 'DEGRADED' });
    expect((await ask(management.url, '/ready')).json).toEqual({ status: 'DEGRADED' });
    expect((await ask(management.url, '/info')).json).toEqual({
      app: { name: 'shop', version: '1.2.3', apiKey: '******' },
    });
  });

  const spellings: { authorization: string; status: number }[] = [
    { authorization: `Bearer ${token}`, status: 200 },
    { authorization: `bearer   ${token}`, status: 200 },
    { authorization: `Bearer ${token.slice(0, -1)}`, status: 401 },
    { authorization: `Bearer ${token}x`, status: 401 },
    { authorization: `Bearer ${token} ${token}`, status: 401 },
    { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}`, status: 401 },
    { authorization: token, status: 401 },
    { authorization: 'Bearer ', status: 401 },
    { authorization: 'Bearer undefined', status: 401 },
  ];
  for (const { authorization, status } of spellings) {
    test(`Authorization: ${authorization} is ${status}`, async () => {
      expect((await ask(management.url, '/config', { headers: { authorization } })).status).toBe(status);
    });
  }

  test('the token in the query is no token', async () => {
    expect((await ask(management.url, `/config?token=${token}`)).status).toBe(401);
  });
});

describe('names and pages', () => {
  let management: Management;
  beforeAll(async () => {
    management = await startManagement({ ...createApp().options, allowedHosts: ['metrics.example'] });
  });
  afterAll(() => management.close());

  const hosts: { host: string; status: number }[] = [
    { host: '127.0.0.1:9090', status: 200 },
    { host: 'localhost', status: 200 },
    { host: 'LOCALHOST:9090', status: 200 },
    { host: '[::1]:9090', status: 200 },
    { host: '10.1.2.3:9090', status: 200 },
    { host: 'Metrics.example:9090', status: 200 },
    { host: 'evil.example', status: 421 },
    { host: 'localhost.evil.example', status: 421 },
    { host: '127.0.0.1.evil.example', status: 421 },
    { host: 'evil.example:127.0.0.1', status: 421 },
  ];
  for (const { host, status } of hosts) {
    test(`Host: ${host} is ${status}`, async () => {
      expect((await ask(management.url, '/config', { headers: { host } })).status).toBe(status);
    });
  }

  const origins = ['https://evil.example', 'null', 'http://localhost:1', 'http://127.0.0.1', 'file://', 'nonsense'];
  for (const origin of origins) {
    test(`a page of ${origin} gets nothing`, async () => {
      const got = await ask(management.url, '/health', { headers: { origin } });
      expect(got.status).toBe(403);
      expect(got.headers['access-control-allow-origin']).toBeUndefined();
    });
  }

  test('a page of the server itself is answered', async () => {
    expect((await ask(management.url, '/health', { headers: { origin: management.url } })).status).toBe(200);
  });

  test('with the token any name will do, but not any page', async () => {
    const guarded = await startManagement({ ...createApp().options, token });
    const asked = (headers: Record<string, string>): Promise<Got> =>
      ask(guarded.url, '/config', { headers: { ...withToken, ...headers } });
    expect((await asked({ host: 'app.internal' })).status).toBe(200);
    expect((await asked({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask(guarded.url, '/health', { headers: { host: 'app.internal' } })).status).toBe(421);
    await guarded.close();
  });
});
