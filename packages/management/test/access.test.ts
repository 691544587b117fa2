import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startManagement, type Management } from '../src/index.ts';
import { createApp, planted } from './app.ts';
import { ask, json, token, withToken, type Got } from './client.ts';

const open = ['/health', '/health/live', '/health/ready', '/health/startup', '/health/storage', '/ready', '/info'];
const values = [
  '/',
  '/metrics',
  '/loggers',
  '/loggers/root',
  '/config',
  '/config/server.port',
  '/flags',
  '/plugins',
  '/schemas',
  '/circuitbreakers',
  '/errors',
  '/errors/app.DB_AWAY',
  '/diagnostics',
  '/diagnostics/eventloop',
  '/diagnostics/handles',
  '/diagnostics/stack',
  '/reading',
];
const dumps = ['/diagnostics/cpu?durationMs=10', '/diagnostics/heap'];
const writable = ['/loggers/app', '/jobs'];
const writeOnly = ['/shutdown'];
const missing = ['/loggers/nobody', '/config/nothing', '/errors/none', '/diagnostics/other', '/nothing-here'];
const paths = [...open, ...values, ...dumps, ...writable, ...writeOnly, ...missing];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type Place = 'on loopback with a token' | 'on loopback without a token' | 'beyond loopback with a token';
type Sent = 'no' | 'wrong' | 'right';

/** What every combination must answer, written down apart from the code. */
function expected(path: string, method: string, place: Place, sent: Sent): number {
  const isRead = method === 'GET' || method === 'HEAD';
  const hasToken = place !== 'on loopback without a token';
  if (hasToken && sent !== 'right') return isRead && open.includes(path) ? 200 : 401;
  if (path === '/nothing-here') return 404;
  if (isRead && !writeOnly.includes(path)) {
    if (dumps.includes(path) && !hasToken) return 403;
    // The heap of a test is large; that dumps are taken is tested in a program of its own.
    if (path === '/diagnostics/heap') return method === 'HEAD' ? 200 : 503;
    return missing.includes(path) ? 404 : 200;
  }
  const canWrite = writable.includes(path) || writeOnly.includes(path) || path.startsWith('/loggers/');
  if (method !== 'POST' || !canWrite) return 405;
  if (!hasToken) return 403;
  return path.startsWith('/loggers/') ? 204 : 200;
}

/** What an answer says beside its status. */
function facts(got: Got): object {
  return {
    challenge: got.headers['www-authenticate'],
    listsMethods: /GET, HEAD|POST/.test(String(got.headers['allow'])),
    isProblem: got.headers['content-type'] === 'application/problem+json; charset=utf-8',
  };
}

/** An address of this machine that others could reach. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

const sentHeaders = { no: {}, wrong: { authorization: 'Bearer wrong-horse-battery-staple' }, right: withToken };
const places: readonly Place[] = [
  'on loopback with a token',
  'on loopback without a token',
  'beyond loopback with a token',
];

for (const worker of [false, true]) {
  for (const place of places) {
    describe(`a server ${place}, ${worker ? 'in a worker' : 'in process'}`, () => {
      const { options, writes } = createApp();
      let management: Management;
      let url: string;
      beforeAll(async () => {
        management = await startManagement({
          ...options,
          worker,
          maxHeapBytes: 1,
          requestsPerSecond: 1e6,
          failuresPerMinute: 1e6,
          ...(place !== 'on loopback without a token' && { token }),
          ...(place === 'beyond loopback with a token' && { host: '0.0.0.0' }),
        });
        url = management.url.replace('0.0.0.0', outside ?? '127.0.0.1');
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
        for (const path of paths) {
          for (const method of methods) {
            const status = expected(path, method, place, sent);
            const mayWrite = place !== 'on loopback without a token' && status < 300 && method === 'POST';
            test(`${method} ${path} with ${sent} token answers ${status}`, async () => {
              writes.length = 0;
              const body = method === 'GET' || method === 'HEAD' ? undefined : '{"configuredLevel":"debug"}';
              const got = await ask(url, path, {
                method,
                headers: { ...sentHeaders[sent], ...json },
                ...(body !== undefined && { body }),
              });
              expect(got.status).toBe(status);
              expect(writes).toHaveLength(mayWrite ? 1 : 0);
              const said = `${JSON.stringify(got.headers)}${got.text}`;
              expect(said.includes(planted)).toBe(false);
              expect(said.includes(token)).toBe(false);
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
