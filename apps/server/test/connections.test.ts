import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp, type Http } from '../src/http/app.ts';
import { listen } from '../src/http/listen.ts';
import { answeredLogger, type Answered } from './support/silent-logger.ts';

const context = new AsyncLocalStorage<{ readonly requestId: string }>();
let http: Http;
let port: number;
let done: Answered[];
let problems: string[];
const sockets: Socket[] = [];

beforeEach(async () => {
  done = [];
  problems = [];
  http = createHttp({
    logger: answeredLogger(done),
    bodyLimitBytes: 1_000_000,
    requestTimeoutMs: 400,
    withContext: (fields, next) => context.run(fields, next),
    onProblem: ({ code }) => problems.push(code),
  });
  await http.mount([
    {
      register(app) {
        app.post('/things', () => ({ seen: context.getStore()?.requestId }));
        app.get('/slow', async () => {
          await wait(200);
          return 'late';
        });
        app.get('/begun', (_request, reply) => reply.send(Readable.from(inTwoParts())));
      },
    },
  ]);
  ({ port } = await listen(http.app.server, { host: '127.0.0.1', port: 0 }));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await http.app.close();
});

async function* inTwoParts(): AsyncGenerator<string> {
  yield 'first part, ';
  await wait(200);
  yield 'second part';
}

function open(text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  socket.write(text);
  return socket;
}

/** Sends the text and gives everything that comes back until the server ends the connection. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = open(text);
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.once('close', () => resolve(answer));
  });
}

const post = 'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

const malformed: readonly { title: string; text: string; status: number; code: string }[] = [
  { title: 'words that are no request', text: 'HELLO\r\n\r\n', status: 400, code: 'BAD_REQUEST' },
  {
    title: 'headers without an end',
    text: `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
    status: 431,
    code: 'HEADERS_TOO_LARGE',
  },
  {
    title: 'two ways to tell where the body ends',
    text: `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    title: 'a line break inside a header',
    text: 'GET / HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    title: 'a body that does not end',
    text: `${post}content-length: 100\r\n\r\n{`,
    status: 408,
    code: 'REQUEST_TOO_SLOW',
  },
  { title: 'headers that do not end', text: 'GET / HTTP/1.1\r\nhost: x\r\n', status: 408, code: 'REQUEST_TOO_SLOW' },
];

for (const { title, text, status, code } of malformed) {
  test(`${title}: ${status}, a problem document, and the connection ends`, async () => {
    const answer = await exchange(text);
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ status, code: `seaworthy.server.${code}` });
    expect(problems).toContain(`seaworthy.server.${code}`);
  });
}

test('what comes behind a request whose answer has begun is never written into that answer', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = open('GET /begun HTTP/1.1\r\nhost: x\r\n\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      if (text === '') socket.write('HELLO\r\n\r\n');
      text += chunk.toString();
    });
    socket.once('close', () => resolve(text));
  });
  expect(answer).toContain('first part');
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  expect(problems).toEqual(['seaworthy.server.BAD_REQUEST']);
});

test('a connection that its client resets is no problem: nothing on it was wrong', async () => {
  const connected = (): Promise<number> =>
    new Promise((resolve) => http.app.server.getConnections((_error, count) => resolve(count)));
  const socket = open('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await expect.poll(connected).toBe(0);
  expect(problems).toEqual([]);
});

test('a client that leaves while it sends is told apart in the measurements, and others are served', async () => {
  open(`${post}content-length: 100\r\n\r\n{`).once('connect', function (this: Socket) {
    setTimeout(() => this.destroy(), 50);
  });
  await expect.poll(() => done).toMatchObject([{ route: '/things', aborted: true }]);
  expect(await exchange('GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain('late');
});

test('a client that leaves before its answer is measured as aborted', async () => {
  const socket = open('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  setTimeout(() => socket.destroy(), 50);
  await expect.poll(() => done).toMatchObject([{ route: '/slow', aborted: true }]);
});

test('a whole answer is not measured as aborted', async () => {
  await exchange('GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  expect(done).toMatchObject([{ route: '/slow', status: 200, aborted: false }]);
});

test('a handler knows its request id, also when the body came in pieces', async () => {
  const answer = new Promise<string>((resolve) => {
    const socket = open(`${post}x-request-id: caller-7\r\nconnection: close\r\ncontent-length: 7\r\n\r\n{"a"`);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('close', () => resolve(text));
    setTimeout(() => socket.write(':1}'), 50);
  });
  expect(await answer).toContain('{"seen":"caller-7"}');
});
