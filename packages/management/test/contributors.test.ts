import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { ask } from './client.ts';
import { createApp } from './app.ts';
import { afterwards, start } from './started.ts';

describe('contributors', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const deep = JSON.parse('{"a":'.repeat(40) + '1' + '}'.repeat(40)) as unknown;
  const trapped = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('trap');
      },
    },
  );

  const bad: { title: string; read: () => unknown; status: number; code: string }[] = [
    {
      title: 'throws',
      read: () => {
        throw new Error('secret reason');
      },
      status: 500,
      code: 'CONTRIBUTOR_FAILED',
    },
    {
      title: 'rejects',
      read: () => Promise.reject(new Error('secret reason')),
      status: 500,
      code: 'CONTRIBUTOR_FAILED',
    },
    { title: 'rejects with nothing', read: () => Promise.reject(), status: 500, code: 'CONTRIBUTOR_FAILED' },
    { title: 'hangs', read: () => new Promise(() => {}), status: 504, code: 'CONTRIBUTOR_HUNG' },
    { title: 'returns a cycle', read: () => cyclic, status: 500, code: 'CONTRIBUTOR_UNREADABLE' },
    { title: 'returns something deep', read: () => deep, status: 500, code: 'CONTRIBUTOR_UNREADABLE' },
    { title: 'returns a trap', read: () => trapped, status: 500, code: 'CONTRIBUTOR_UNREADABLE' },
    { title: 'returns 50 MB', read: () => ['x'.repeat(50_000_000)], status: 500, code: 'CONTRIBUTOR_UNREADABLE' },
    {
      title: 'returns too much',
      read: () => Array.from({ length: 100_001 }, () => ({})),
      status: 500,
      code: 'CONTRIBUTOR_UNREADABLE',
    },
  ];
  for (const { title, read, status, code } of bad) {
    test(`one that ${title} is reported as such, and the rest works`, async () => {
      const { url, endpoint } = await start({ ...createApp().options, timeoutMs: 50 });
      endpoint('bad', { read });
      const [got, other] = await Promise.all([ask(url, '/bad'), ask(url, '/flags')]);
      expect(got.json).toMatchObject({
        status,
        code: `seaworthy.management.${code}`,
        detail: expect.stringContaining('"bad"'),
      });
      expect(got.text).not.toContain('secret reason');
      expect(other.status).toBe(200);
    });
  }

  const broken: { path: string; options: object }[] = [
    { path: '/health', options: { lifecycle: { health: { check: () => null } } } },
    { path: '/health', options: { lifecycle: { health: { check: () => ({ status: 'fine', checks: [] }) } } } },
    { path: '/ready', options: { lifecycle: { health: { check: () => Promise.reject(new Error('no')) } } } },
    { path: '/metrics', options: { metrics: { render: () => 'text' } } },
    { path: '/metrics', options: { metrics: { render: () => ({ contentType: 'a\r\nb: c', body: '' }) } } },
    { path: '/loggers', options: { loggers: { names: [], list: () => undefined, set: () => undefined } } },
    { path: '/config', options: { config: { describe: () => undefined } } },
    { path: '/config', options: { config: { describe: () => [null] } } },
    { path: '/flags', options: { flags: { list: () => 7 } } },
    {
      path: '/plugins',
      options: {
        plugins: {
          status: () => {
            throw new Error('no');
          },
        },
      },
    },
    { path: '/schemas', options: { schemas: { list: () => () => 1 } } },
    { path: '/circuitbreakers', options: { resilience: { list: () => [null] } } },
    { path: '/errors', options: { errors: { recent: () => [], counts: () => 7 } } },
    { path: '/errors', options: { errors: { recent: () => Promise.reject(new Error('no')), counts: () => [] } } },
    {
      path: '/metrics',
      options: { metrics: { render: () => ({ contentType: 'text/plain', body: 'x'.repeat(50_000_000) }) } },
    },
    {
      path: '/info',
      options: {
        info: () => {
          throw new Error('no');
        },
      },
    },
  ];
  for (const { path, options } of broken) {
    test(`${path} of a broken contributor (${JSON.stringify(Object.keys(options))}) is a 500 of its own`, async () => {
      const { url } = await start(options);
      expect(await ask(url, path)).toMatchObject({ status: 500 });
      expect(await ask(url, path === '/info' ? '/health' : '/info')).toMatchObject({ status: 200 });
    });
  }

  test('a failure goes to the logger with its cause, and to a channel without it', async () => {
    const error = vi.fn<(fields: object, message: string) => void>();
    const heard: unknown[] = [];
    const listener = (event: unknown): void => void heard.push(event);
    subscribe('seaworthy:management:contributor-failed', listener);
    afterwards(() => unsubscribe('seaworthy:management:contributor-failed', listener));
    const cause = new Error('disk gone');
    const { url } = await start({ logger: { info() {}, error }, flags: { list: () => Promise.reject(cause) } });
    await ask(url, '/flags');
    const durationMs: unknown = expect.any(Number);
    expect(error.mock.calls).toEqual([
      [{ endpoint: 'flags', outcome: 'error', durationMs, err: cause }, 'a management contributor failed'],
    ]);
    expect(heard).toEqual([{ endpoint: 'flags', outcome: 'error', durationMs }]);
  });

  test('the signal of an endpoint aborts when the client goes away', async () => {
    const { port, endpoint } = await start();
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    const aborted = new Promise<void>((resolve) => {
      endpoint('slow', {
        read({ signal }) {
          socket.destroy();
          return new Promise(() => signal.addEventListener('abort', () => resolve()));
        },
      });
    });
    await expect(aborted).resolves.toBeUndefined();
  });
});
