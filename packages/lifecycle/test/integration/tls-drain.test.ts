import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { connect, type ConnectionOptions, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ServerLike } from '../../src/index.ts';
import { createTestLifecycle } from '../../src/testing.ts';
import { createReader } from './raw-client.ts';

// A key that both sides know needs no certificate.
const psk = Buffer.from('0123456789abcdef');
const cipher = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
const serverSide: TlsOptions = { ...cipher, pskCallback: () => psk };
const clientSide: ConnectionOptions = {
  ...cipher,
  pskCallback: () => ({ psk, identity: 'test' }),
  checkServerIdentity: () => undefined,
};

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((run) => run()));
});

async function serve(server: Server & ServerLike): Promise<{ port: number; stop: () => Promise<unknown> }> {
  const { life } = createTestLifecycle({ graceMs: 60_000 });
  life.http('api', server, { start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)) });
  await life.start();
  undo.push(() => life.stop());
  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : 0, stop: () => life.stop() };
}

async function dial(port: number, protocols: string[]): Promise<TLSSocket> {
  const socket = connect({ ...clientSide, port, host: '127.0.0.1', ALPNProtocols: protocols });
  undo.push(() => socket.destroy());
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

const servers = [
  { kind: 'https', create: () => createServer(serverSide, (request, response) => response.end(request.url)) },
  {
    kind: 'http2 with HTTP/1 allowed',
    create: () =>
      createSecureServer({ ...serverSide, allowHTTP1: true }, (request, response) => {
        response.end(request.url);
      }),
  },
];
for (const { kind, create } of servers) {
  test(`a pipelined batch on a keep-alive connection of ${kind} is answered whole while draining`, async () => {
    const server = create();
    const { port, stop } = await serve(server);
    const socket = await dial(port, ['http/1.1']);
    const reader = createReader(socket);
    socket.write(get('/first'));
    await reader.next();
    const stopped = stop();
    await expect.poll(() => server.listening, { interval: 1 }).toBe(false);
    socket.write(get('/a') + get('/b'));
    expect([await reader.next(), await reader.next()]).toMatchObject([
      { body: '/a', closes: false },
      { body: '/b', closes: true },
    ]);
    expect(await reader.next()).toBe('end');
    expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
  });
}

test('a session of HTTP/2 over TLS is drained by its protocol, not as an idle connection', async () => {
  const server = createSecureServer({ ...serverSide, allowHTTP1: true }, (_, response) => {
    response.write('begin ');
    setTimeout(() => response.end('end'), 1_200);
  });
  Object.assign(server, { keepAliveTimeout: 100, keepAliveTimeoutBuffer: 100 });
  const { port, stop } = await serve(server);
  const socket = await dial(port, ['h2']);
  const client = connectHttp2('https://localhost', { createConnection: () => socket });
  undo.push(() => client.destroy());
  const text = new Promise((resolve, reject) => {
    let all = '';
    const stream = client.request({ ':path': '/' }).setEncoding('utf8');
    stream.on('data', (chunk: string) => (all += chunk));
    stream.once('end', () => resolve(all)).once('error', reject);
  });
  await new Promise((resolve) => server.once('stream', resolve));
  const stopped = stop();
  expect(await text).toBe('begin end');
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});
