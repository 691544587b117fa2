import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { recentErrors } from '../src/index.ts';
import { startTestManagement } from '../src/testing.ts';
import { createApp } from './app.ts';
import { ask, token } from './client.ts';
import { afterwards, post, start } from './started.ts';

describe('media types', () => {
  const actuator = 'application/vnd.spring-boot.actuator.v3+json';
  const asked: { path: string; accept: string; type: string }[] = [
    { path: '/flags', accept: '*/*', type: 'application/json; charset=utf-8' },
    { path: '/flags', accept: actuator, type: actuator },
    { path: '/health', accept: 'application/health+json', type: 'application/health+json' },
    { path: '/health', accept: 'application/health+json;q=0', type: 'application/json; charset=utf-8' },
    { path: '/none', accept: '*/*', type: 'application/problem+json; charset=utf-8' },
    { path: '/none', accept: 'application/json', type: 'application/json; charset=utf-8' },
    {
      path: '/none',
      accept: 'application/json, application/problem+json',
      type: 'application/problem+json; charset=utf-8',
    },
    { path: '/', accept: 'text/html,*/*;q=0.8', type: 'text/html; charset=utf-8' },
    { path: '/flags', accept: 'text/html,*/*;q=0.8', type: 'application/json; charset=utf-8' },
  ];
  for (const { path, accept, type } of asked) {
    test(`${path} for ${accept} is ${type}`, async () => {
      const { url } = await start(createApp().options);
      expect((await ask(url, path, { headers: { accept } })).headers['content-type']).toBe(type);
    });
  }
});

test('the page holds no value, needs no token and allows nothing but itself', async () => {
  const { url } = await start({ ...createApp().options, token });
  const got = await ask(url, '/', { headers: { accept: 'text/html' } });
  expect(got.status).toBe(200);
  expect(got.text).not.toMatch(/shop|https?:|src=|@import|url\(/);
  expect(got.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; connect-src 'self'/,
  );
});

describe('rate', () => {
  test('an address that asks too often is told to wait', async () => {
    const { url } = await start({ requestsPerSecond: 5 });
    const got = await Promise.all(Array.from({ length: 30 }, () => ask(url, '/health')));
    expect(got.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
    expect(got.find(({ status }) => status === 429)?.headers['retry-after']).toBe('1');
    await vi.waitFor(async () => expect((await ask(url, '/health')).status).toBe(200), { timeout: 60_000 });
  });

  test('200 simultaneous probes are no attack', async () => {
    const { url } = await start(createApp().options);
    const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await ask(url, '/ready')).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('a token that is guessed again and again is not looked at any more', async () => {
    const management = await start({ ...createApp().options, token, failuresPerMinute: 3 });
    const guess = async (): Promise<number> =>
      (await ask(management.url, '/config', { headers: { authorization: 'Bearer wrong' } })).status;
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([401, 401, 401, 429]);
    expect((await post(management, '/loggers/app', '{"configuredLevel":null}')).status).toBe(429);
    const refused = await ask(management.url, '/config', { headers: { authorization: 'Bearer wrong' } });
    // Three a minute: one is back after twenty seconds, and header and text say the same.
    expect(refused.headers['retry-after']).toBe('20');
    expect(refused.json).toMatchObject({ detail: expect.stringContaining('Ask again in 20 s.') });
    expect((await ask(management.url, '/health')).status).toBe(200);
  });
});

describe('shutdown', () => {
  test('stops everything after it has answered', async () => {
    const { options, writes } = createApp();
    const management = await start({ ...options, token });
    expect(await post(management, '/shutdown', '')).toMatchObject({ status: 200, json: { message: 'Shutting down.' } });
    await vi.waitFor(() => expect(writes).toEqual([['stop', 'management']]), { timeout: 20_000 });
  });

  test('is not there without something to stop', async () => {
    const management = await start({ token, lifecycle: { health: { check: () => ({ status: 'up', checks: [] }) } } });
    expect((await post(management, '/shutdown', '')).status).toBe(404);
  });

  test('a stop that fails is logged and told', async () => {
    const error = vi.fn<(fields: object, message: string) => void>();
    const lifecycle = {
      health: { check: () => ({ status: 'up' as const, checks: [] }) },
      stop: () => Promise.reject(new Error('no')),
    };
    const management = await start({ token, lifecycle, logger: { info() {}, error } });
    await post(management, '/shutdown', '');
    await vi.waitFor(() => expect(error).toHaveBeenCalledOnce(), { timeout: 20_000 });
  });
});

describe('info', () => {
  function appFolder(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'seaworthy-management-'));
    afterwards(() => rmSync(folder, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }
  const id = '0123456789abcdef0123456789abcdef01234567';
  const files = {
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/refs/heads/main': `${id}\n`,
    'app/package.json': '{"name":"shop","version":"1.2.3","dependencies":{"left":"^1.0.0","gone":"1.0.0"}}',
    'node_modules/left/package.json': '{"version":"1.4.2"}',
  };

  test('shows build and commit to everyone, and what is installed to those who may see values', async () => {
    const { url } = await start({ appDir: join(appFolder(files), 'app'), token });
    expect((await ask(url, '/info')).json).toEqual({
      build: { name: 'shop', version: '1.2.3' },
      git: { branch: 'main', commit: { id: id.slice(0, 7) } },
    });
    const trusted = await ask(url, '/info', { headers: { authorization: `Bearer ${token}` } });
    expect(trusted.json).toMatchObject({ dependencies: { left: '1.4.2' }, environment: {}, runtime: { name: 'node' } });
  });

  const others: { title: string; files: Readonly<Record<string, string>>; shown: object }[] = [
    {
      title: 'what a build wrote down wins',
      files: {
        ...files,
        'app/build-info.json': '{"build":{"time":"2026-01-02T03:04:05Z"},"git":{"branch":"release"}}',
      },
      shown: {
        build: { name: 'shop', version: '1.2.3', time: '2026-01-02T03:04:05Z' },
        git: { branch: 'release', commit: { id: '0123456' } },
      },
    },
    {
      title: 'a packed branch is found',
      files: {
        'app/package.json': '{}',
        '.git/HEAD': 'ref: refs/heads/a/b\n',
        '.git/packed-refs': `# pack\n${id} refs/heads/a/b\n`,
      },
      shown: { git: { branch: 'a/b', commit: { id: '0123456' } } },
    },
    {
      title: 'a commit without a branch is shown',
      files: { '.git/HEAD': `${id}\n` },
      shown: { git: { commit: { id: '0123456' } } },
    },
    {
      title: 'what cannot be read is left out',
      files: { 'app/package.json': '{', '.git/HEAD': 'ref: refs/heads/none' },
      shown: {},
    },
  ];
  for (const { title, files: given, shown } of others) {
    test(title, async () => {
      const { url } = await start({ appDir: join(appFolder(given), 'app'), token });
      expect((await ask(url, '/info')).json).toEqual(shown);
    });
  }
});

test('what is open is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  afterwards(() => server.close());
  await vi.waitFor(() => expect(server.listening).toBe(true), { timeout: 20_000 });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { url } = await start();
  expect((await ask(url, '/diagnostics/handles')).json).toMatchObject({
    resources: { TCPServerWrap: expect.any(Number) },
    handles: expect.arrayContaining([{ type: 'tcp', name: `127.0.0.1:${port}`, isReferenced: true }]),
  });
});

async function countOf(url: string): Promise<number> {
  const { json } = await ask(url, '/diagnostics/eventloop');
  return (json as { sinceStart: { count: number } }).sinceStart.count;
}

test('a scrape of the event loop takes nothing from the next one', async () => {
  const { url } = await start();
  // The monitor measures from its first look on.
  await vi.waitFor(async () => expect(await countOf(url)).toBeGreaterThan(0), { timeout: 20_000 });
  const busyUntil = performance.now() + 150;
  while (performance.now() < busyUntil);
  const maxOf = async (): Promise<number> => {
    const { json } = await ask(url, '/diagnostics/eventloop');
    return (json as { sinceStart: { maxMs: number } }).sinceStart.maxMs;
  };
  await vi.waitFor(async () => expect(await maxOf()).toBeGreaterThan(100), { timeout: 20_000 });
  expect(await maxOf()).toBeGreaterThan(100);
});

describe('recent errors', () => {
  const report = (code: string, count = 1): Parameters<ReturnType<typeof recentErrors>['send']>[0] => ({
    problem: { code, message: `about ${code}`, severity: 'error' },
    count,
    time: '2026-01-02T03:04:05.678Z',
  });

  test('the newest come first, all are counted, and memory is bounded', async () => {
    const errors = recentErrors({ limit: 2 });
    for (const code of ['a', 'b', 'a', 'c', 'd']) errors.send(report(code, 2));
    await using server = await startTestManagement({ errors });
    expect((await server.get('/errors')).json).toMatchObject({
      total: 10,
      byCode: { a: { count: 4 }, b: { count: 2 }, other: { count: 4 } },
      recent: [{ code: 'd' }, { code: 'c' }],
    });
    expect((await server.get('/errors/b')).json).toMatchObject({ total: 2, recent: [] });
    expect((await server.get('/errors/z')).status).toBe(404);
  });

  for (const limit of [0, 1.5, -1, 10_001]) {
    test(`a limit of ${limit} is refused`, () => {
      expect(() => recentErrors({ limit })).toThrow('Expected `limit` to be a whole number from 1 to 10000');
    });
  }
});

describe('the server for tests', () => {
  test('asks and writes with its token', async () => {
    await using server = await startTestManagement();
    const written: unknown[] = [];
    server.management.endpoint('jobs', { read: () => written, write: (body) => void written.push(body) });
    expect((await server.post('/jobs', { name: 'x' })).status).toBe(204);
    expect(await server.get('/jobs')).toMatchObject({ status: 200, json: [{ name: 'x' }] });
  });
});
