import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { httpCheck, tcpCheck } from '../../src/index.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

const { signal } = new AbortController();

describe('tcp', () => {
  test('is up when something accepts', async () => {
    const port = await serve(() => {});
    await expect(tcpCheck('127.0.0.1', port)(signal)).resolves.toBeUndefined();
  });

  test('is down when nothing does', async () => {
    const port = await serve(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(tcpCheck('127.0.0.1', port)(signal)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('gives up with its signal', async () => {
    await expect(tcpCheck('192.0.2.1', 9)(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('http', () => {
  const statuses: { status: number; isUp: boolean }[] = [
    { status: 200, isUp: true },
    { status: 204, isUp: true },
    { status: 302, isUp: false },
    { status: 404, isUp: false },
    { status: 503, isUp: false },
  ];
  for (const { status, isUp } of statuses) {
    test(`${status} is ${isUp ? 'up' : 'down'}`, async () => {
      const port = await serve((_, response) => response.writeHead(status, { location: '/' }).end());
      const outcome = Promise.resolve(httpCheck(`http://127.0.0.1:${port}/health`)(signal)).catch(
        (error: unknown) => error,
      );
      expect(await outcome).toMatchObject(isUp ? { status } : { code: 'seaworthy.lifecycle.UNEXPECTED_STATUS' });
    });
  }

  test('gives up with its signal when no answer comes', async () => {
    const port = await serve(() => {});
    const late = new AbortController();
    const answer = httpCheck(`http://127.0.0.1:${port}`)(late.signal);
    late.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    servers[0]?.closeAllConnections();
  });
});
