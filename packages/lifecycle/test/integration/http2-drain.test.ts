import { connect, createServer, type ClientHttp2Session, type Http2Server, type OutgoingHttpHeaders } from 'node:http2';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTestLifecycle } from '../../src/testing.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((run) => run()));
});

interface Served {
  readonly stop: () => Promise<unknown>;
  readonly client: ClientHttp2Session;
  /** Opens one more session. */
  readonly join: () => Promise<ClientHttp2Session>;
}

async function serve(server: Http2Server, timeoutMs = 8_000): Promise<Served> {
  const { life } = createTestLifecycle({ graceMs: 60_000 });
  life.http('api', server, {
    timeoutMs,
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  });
  await life.start();
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const join = async (): Promise<ClientHttp2Session> => {
    const client = connect(`http://127.0.0.1:${port}`);
    undo.push(() => client.destroy());
    await new Promise((resolve, reject) => client.once('remoteSettings', resolve).once('error', reject));
    client.on('error', () => {});
    return client;
  };
  const client = await join();
  undo.push(() => life.stop());
  return { stop: () => life.stop(), client, join };
}

function ask(client: ClientHttp2Session, headers: OutgoingHttpHeaders): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = client.request(headers);
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (text += chunk));
    stream.once('end', () => resolve(text));
    stream.once('error', reject);
  });
}

test('streams that are on their way when the drain begins are answered', async () => {
  const { stop, client } = await serve(createServer((_, response) => response.end('hello')));
  const answers = Promise.all(['/a', '/b', '/c'].map((path) => ask(client, { ':path': path })));
  const stopped = stop();
  expect(await answers).toEqual(['hello', 'hello', 'hello']);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('streams that had begun end whole, and an idle session goes at once', async () => {
  let arrived = 0;
  const server = createServer((_, response) => {
    arrived += 1;
    response.write('begin ');
    setTimeout(() => response.end('end'), 100);
  });
  const { stop, client } = await serve(server);
  const answers = Promise.all([ask(client, { ':path': '/a' }), ask(client, { ':path': '/b' })]);
  await expect.poll(() => arrived).toBe(2);
  const stopped = stop();
  expect(await answers).toEqual(['begin end', 'begin end']);
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});

test('an idle session does not hold up the stop', async () => {
  const { stop, client } = await serve(createServer());
  const closed = new Promise((resolve) => client.once('close', resolve));
  expect(await stop()).toMatchObject({ exitCode: 0 });
  await closed;
});

test('a stream that never ends is cut when the time is over, and the session counted', async () => {
  let arrived = 0;
  const { stop, client } = await serve(
    createServer(() => (arrived += 1)),
    100,
  );
  const answer = ask(client, { ':path': '/' });
  await expect.poll(() => arrived).toBe(1);
  expect(await stop()).toMatchObject({ exitCode: 1, active: { connections: { api: 1 } } });
  expect(await answer).toBe('');
});

test('the client is told by GOAWAY without an error before its session closes', async () => {
  const server = createServer((_, response) => void setTimeout(() => response.end('hello'), 50));
  const { stop, client } = await serve(server);
  const told = new Promise<number>((resolve) => client.once('goaway', resolve));
  const answer = ask(client, { ':path': '/' });
  const stopped = stop();
  expect(await told).toBe(0);
  expect(await answer).toBe('hello');
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('20 sessions with 10 streams each in flight lose none', async () => {
  let arrived = 0;
  const server = createServer((request, response) => {
    arrived += 1;
    setTimeout(() => response.end(request.url), 20 + (arrived % 10) * 20);
  });
  const { stop, client, join } = await serve(server, 5_000);
  const clients = [client, ...(await Promise.all(Array.from({ length: 19 }, join)))];
  const paths = clients.flatMap((one, session) =>
    Array.from({ length: 10 }, (_, stream) => ({ one, path: `/${session}/${stream}` })),
  );
  const answers = Promise.all(paths.map(({ one, path }) => ask(one, { ':path': path })));
  await expect.poll(() => arrived).toBeGreaterThan(0);
  const stopped = stop();
  expect(await answers).toEqual(paths.map(({ path }) => path));
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});

test('connections that wait in the queue of the kernel when the drain begins are accepted and answered', async () => {
  const { stop, client } = await serve(createServer((_, response) => response.end('hello')));
  const { remotePort } = client.socket;
  // On loopback the kernel completes a connection inside of the call; this process has not accepted one of them yet.
  const waiting = Array.from({ length: 30 }, () => connect(`http://127.0.0.1:${remotePort}`));
  undo.push(() => waiting.forEach((one) => one.destroy()));
  const answers = Promise.all(waiting.map((one) => ask(one, { ':path': '/' })));
  const stopped = stop();
  expect(await answers).toEqual(waiting.map(() => 'hello'));
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});

test('a session that opens while draining is answered, told as well, and not cut', async () => {
  const server = createServer((_, response) => void setTimeout(() => response.end('hello'), 100));
  const { stop, client } = await serve(server);
  // The drained server does not listen any more; what it had accepted before reaches it like this.
  const front = createNetServer((socket) => server.emit('connection', socket));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  undo.push(() => front.close());
  const answer = ask(client, { ':path': '/' });
  const stopped = stop();
  const late = connect(`http://127.0.0.1:${(front.address() as AddressInfo).port}`);
  undo.push(() => late.destroy());
  const told = new Promise<number>((resolve) => late.once('goaway', resolve));
  expect(await ask(late, { ':path': '/' })).toBe('hello');
  expect(await told).toBe(0);
  expect(await answer).toBe('hello');
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});
