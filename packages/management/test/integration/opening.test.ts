import { once } from 'node:events';
import { connect } from 'node:net';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test, vi } from 'vitest';
import { managementChannels, startManagement, type ManagementOptions } from '../../src/index.ts';
import { ask, token, withToken } from '../client.ts';
import { createApp } from '../app.ts';
import { afterwards, post, start } from '../started.ts';

describe('starting and closing', () => {
  const refused: { options: ManagementOptions; code: string }[] = [
    { options: { host: '0.0.0.0' }, code: 'TOKEN_REQUIRED' },
    { options: { host: '::' }, code: 'TOKEN_REQUIRED' },
    { options: { host: '10.0.0.1' }, code: 'TOKEN_REQUIRED' },
    { options: { host: 'app.internal' }, code: 'TOKEN_REQUIRED' },
    { options: { host: '127.evil.example' }, code: 'TOKEN_REQUIRED' },
    { options: { host: '192.0.2.1', token }, code: 'LISTEN_FAILED' },
    { options: { host: '' }, code: 'INVALID_OPTION' },
    { options: { port: 65_536 }, code: 'INVALID_OPTION' },
    { options: { timeoutMs: Infinity }, code: 'INVALID_OPTION' },
    { options: { token: 'short' }, code: 'INVALID_OPTION' },
    { options: { token: '' }, code: 'INVALID_OPTION' },
    { options: { token: 'with spaces in the middle of it' }, code: 'INVALID_OPTION' },
    { options: { token: { reveal: () => 'short' } }, code: 'INVALID_OPTION' },
  ];
  for (const { options, code } of refused) {
    test(`${JSON.stringify(options)} is refused with ${code}`, async () => {
      const error: unknown = await startManagement({ port: 0, ...options }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: `seaworthy.management.${code}` });
    });
  }

  test('the message about a wrong token does not show it', async () => {
    const error: unknown = await startManagement({ port: 0, token: 'hunter2' }).catch((caught: unknown) => caught);
    expect(String(error)).toContain('Expected `token` to be at least 16 visible ASCII characters, got 7 characters');
    expect(String(error)).not.toContain('hunter2');
  });

  test('a port that is in use is named', async () => {
    const { port } = await start();
    await expect(startManagement({ port })).rejects.toMatchObject({
      code: 'seaworthy.management.LISTEN_FAILED',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('with a token it listens for other machines, and a revealable token is used', async () => {
    const { url, port } = await start({
      host: '0.0.0.0',
      token: { reveal: () => token },
      config: { describe: () => [] },
    });
    expect(url).toBe(`http://0.0.0.0:${port}`);
    expect((await ask(`http://127.0.0.1:${port}`, '/config', { headers: withToken })).status).toBe(200);
  });

  test('close lets a request that was accepted end, says close, and then refuses', async () => {
    const management = await start();
    let release = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      management.endpoint('slow', {
        read() {
          resolve();
          return new Promise((done) => (release = () => done('done')));
        },
      });
    });
    const asked = ask(management.url, '/slow', { headers: { connection: 'keep-alive' } });
    await arrived;
    const closed = management.close();
    release();
    expect(await asked).toMatchObject({ json: 'done', headers: { connection: 'close' } });
    await closed;
    await management.close();
    await expect(ask(management.url, '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a connection that never ends its headers, or says nothing, is cut in seconds', async () => {
    const { port } = await start();
    const sockets = ['GET /health HTTP/1.1\r\nHost: localhost\r\n', ''].map((beginning) => {
      const socket = connect(port, '127.0.0.1').resume();
      return socket.on('connect', () => socket.write(beginning));
    });
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
  }, 15_000);

  test('close cuts what does not end', async () => {
    const management = await start({ closeTimeoutMs: 50, timeoutMs: 60_000 });
    const arrived = new Promise<void>((resolve) => {
      management.endpoint('stuck', {
        read() {
          resolve();
          return new Promise(() => {});
        },
      });
    });
    const asked = ask(management.url, '/stuck').catch((error: unknown) => error);
    await arrived;
    await management.close();
    expect(await asked).toMatchObject({ code: 'ECONNRESET' });
  });

  test('leaving an `await using` block closes', async () => {
    let url = '';
    {
      await using management = await startManagement({ port: 0 });
      url = management.url;
    }
    await expect(ask(url, '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('requests and writes are told on channels, and a write is logged without its values', async () => {
  const heard: [string, unknown][] = [];
  for (const name of managementChannels) {
    const listener = (event: unknown): void => void heard.push([name, event]);
    subscribe(name, listener);
    afterwards(() => unsubscribe(name, listener));
  }
  const info = vi.fn<(fields: object, message: string) => void>();
  const management = await start({ ...createApp().options, token, logger: { info, error() {} } });
  await post(management, '/loggers/app', '{"configuredLevel":"debug"}');
  await post(management, '/loggers/app', '{"configuredLevel":"loud"}');
  await ask(management.url, '/nowhere');
  const durationMs: unknown = expect.any(Number);
  const write = { path: '/loggers/app', remote: '127.0.0.1' };
  const request = { endpoint: 'loggers', method: 'POST', durationMs };
  expect(heard).toEqual([
    ['seaworthy:management:write-made', { ...write, status: 204, outcome: 'ok' }],
    ['seaworthy:management:request-answered', { ...request, status: 204 }],
    ['seaworthy:management:write-made', { ...write, status: 400, outcome: 'error' }],
    ['seaworthy:management:request-answered', { ...request, status: 400 }],
    ['seaworthy:management:request-answered', { endpoint: 'unknown', method: 'GET', status: 401, durationMs }],
  ]);
  expect(info.mock.calls.map(([fields]) => fields)).toEqual([
    { ...write, status: 204, outcome: 'ok' },
    { ...write, status: 400, outcome: 'error' },
  ]);
});
