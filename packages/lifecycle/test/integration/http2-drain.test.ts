import { connect, createServer, type ClientHttp2Session, type Http2Server, type OutgoingHttpHeaders } from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import { createTestLifecycle } from '../../src/testing.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((run) => run()));
});

async function serve(
  server: Http2Server,
  timeoutMs = 1_500,
): Promise<{ stop: () => Promise<unknown>; client: ClientHttp2Session }> {
  const { life } = createTestLifecycle();
  life.http('api', server, {
    timeoutMs,
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  });
  await life.start();
  const address = server.address();
  const client = connect(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`);
  undo.push(
    () => client.destroy(),
    () => life.stop(),
  );
  await new Promise((resolve) => client.once('remoteSettings', resolve));
  return { stop: () => life.stop(), client };
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
