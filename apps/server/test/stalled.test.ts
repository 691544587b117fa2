// A client that asks for much and takes nothing.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createHttp, type Http } from '../src/http/app.ts';
import { listen } from '../src/http/listen.ts';
import { silentLogger } from './support/silent-logger.ts';

const megabyte = Buffer.alloc(1_048_576);
let http: Http;
let port: number;
let closed: Promise<unknown>;
let finish: () => void;

beforeEach(async () => {
  http = createHttp({
    logger: silentLogger,
    bodyLimitBytes: 1_024,
    stalledMs: 100,
    withContext: (_fields, next) => next(),
    onProblem: () => undefined,
  });
  await http.mount([
    {
      register(app) {
        app.get('/stream', (_request, reply) => {
          const source = Readable.from(endless(), { objectMode: false });
          closed = once(source, 'close');
          return reply.send(source);
        });
        app.get('/whole', (_request, reply) => {
          closed = once(reply.raw, 'close');
          return reply.send(Buffer.alloc(64 * megabyte.length));
        });
        app.get('/late', async () => {
          await new Promise<void>((resolve) => (finish = resolve));
          return 'at last';
        });
      },
    },
  ]);
  ({ port } = await listen(http.app.server, { host: '127.0.0.1', port: 0 }));
});
afterEach(() => http.app.close());

function* endless(): Generator<Buffer> {
  for (;;) yield megabyte;
}

async function ask(path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`);
  return socket;
}

for (const path of ['/stream', '/whole']) {
  test(`it is cut off, and what it was sent from is closed: ${path}`, async () => {
    const socket = await ask(path);
    await once(socket, 'readable');
    await closed;
    await expect
      .poll(() => new Promise((resolve) => http.app.server.getConnections((_error, count) => resolve(count))))
      .toBe(0);
  });
}

test('whoever waits for an answer that takes long gets it', async () => {
  const socket = await ask('/late');
  // The time after which a client that takes nothing would be cut off has passed for both when the server has told of this one.
  const other = await ask('/stream');
  await once(other, 'readable');
  await closed;
  finish();
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain('at last');
});
