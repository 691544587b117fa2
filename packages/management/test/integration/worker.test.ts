import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { startManagement } from '../../src/index.ts';
import { createApp } from '../app.ts';
import { ask, token, withToken } from '../client.ts';
import { afterwards, post, start } from '../started.ts';

/** The workers that are started from now on. */
function watchWorkers(): Worker[] {
  const workers: Worker[] = [];
  const listener = (message: unknown): void => void workers.push((message as { readonly worker: Worker }).worker);
  subscribe('worker_threads', listener);
  afterwards(() => unsubscribe('worker_threads', listener));
  return workers;
}

test('a worker that dies is started again on the same port, and the log says so', async () => {
  const workers = watchWorkers();
  const error = vi.fn<(fields: object, message: string) => void>();
  const { url } = await start({ worker: true, logger: { info() {}, error } });
  await workers[0]?.terminate();
  await vi.waitFor(async () => expect((await ask(url, '/health')).status).toBe(200), { timeout: 60_000 });
  expect(error.mock.calls).toEqual([[expect.objectContaining({ restarts: 1 }), 'the management worker ended']]);
  expect(workers).toHaveLength(2);
});

test('closing ends the worker for good, also one that waits for its restart', async () => {
  const workers = watchWorkers();
  const management = await startManagement({ port: 0, worker: true });
  await workers[0]?.terminate();
  await management.close();
  await management.close();
  await expect(ask(management.url, '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
});

test('a port that is in use is told as in process', async () => {
  const { port } = await start();
  await expect(startManagement({ port, worker: true })).rejects.toMatchObject({
    code: 'seaworthy.management.LISTEN_FAILED',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test('an application asks and changes as in process, with every event in the thread of the application', async () => {
  const heard: unknown[] = [];
  const listener = (event: unknown): void => void heard.push(event);
  for (const name of ['request-answered', 'write-made']) {
    subscribe(`seaworthy:management:${name}`, listener);
    afterwards(() => unsubscribe(`seaworthy:management:${name}`, listener));
  }
  const { options, writes } = createApp();
  const management = await start({ ...options, token, worker: true });
  expect((await post(management, '/loggers/app', '{"configuredLevel":"debug"}')).status).toBe(204);
  expect(writes).toEqual([['level', 'app', 'debug', {}]]);
  const write = { path: '/loggers/app', remote: '127.0.0.1', status: 204, outcome: 'ok' };
  const request = { endpoint: 'loggers', method: 'POST', status: 204, durationMs: expect.any(Number) as unknown };
  await vi.waitFor(() => expect(heard).toEqual([write, request]), { timeout: 20_000 });
});

test('a contributor that throws or hangs hurts nobody else', async () => {
  const { url, endpoint } = await start({ worker: true, timeoutMs: 4_000 });
  endpoint('broken', {
    read() {
      throw new Error('secret reason');
    },
  });
  endpoint('hanging', { read: () => new Promise(() => {}) });
  endpoint('fine', { read: () => 1 });
  const [broken, hanging, fine] = await Promise.all(['/broken', '/hanging', '/fine'].map((path) => ask(url, path)));
  expect(broken?.json).toMatchObject({ status: 500, code: 'seaworthy.management.CONTRIBUTOR_FAILED' });
  expect(hanging?.json).toMatchObject({ status: 504, code: 'seaworthy.management.CONTRIBUTOR_HUNG' });
  expect(fine?.json).toBe(1);
});

test('closing lets a request that was accepted end', async () => {
  const management = await startManagement({ port: 0, worker: true, token });
  let release = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    management.endpoint('slow', {
      read() {
        resolve();
        return new Promise((done) => (release = () => done('done')));
      },
    });
  });
  const asked = ask(management.url, '/slow', { headers: withToken });
  await arrived;
  const closed = management.close();
  release();
  expect((await asked).json).toBe('done');
  await closed;
});

test('the signal of an endpoint aborts when the client goes away', async () => {
  const { url, endpoint } = await start({ worker: true });
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const aborted = new Promise<void>((resolve) => {
    endpoint('slow', {
      read({ signal }) {
        arrived();
        return new Promise(() => signal.addEventListener('abort', () => resolve()));
      },
    });
  });
  const gone = new AbortController();
  const asked = fetch(new URL('/slow', url), { signal: gone.signal });
  await arrival;
  gone.abort();
  await expect(asked).rejects.toThrow('aborted');
  await aborted;
});
