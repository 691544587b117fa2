import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createTestLifecycle } from '../../src/testing.ts';
import type { Lifecycle } from '../../src/index.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((run) => run()));
});

interface Live {
  readonly life: Lifecycle;
  readonly server: Server;
  readonly sockets: WebSocketServer;
  readonly join: () => Promise<WebSocket>;
  readonly port: () => number;
}

async function serve(spreadMs: number, timeoutMs = 2_000): Promise<Live> {
  const { life } = createTestLifecycle({ graceMs: 60_000 });
  const server = createServer((_, response) => response.end('hello'));
  const sockets = new WebSocketServer({ server });
  life.http('api', server, {
    idle: 'prompt',
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  });
  life.websocket('live', sockets, { after: ['api'], spreadMs, timeoutMs });
  await life.start();
  const port = (): number => (server.address() as AddressInfo).port;
  undo.push(() => life.stop());
  const join = async (): Promise<WebSocket> => {
    const client = new WebSocket(`ws://127.0.0.1:${port()}`);
    undo.push(() => client.terminate());
    await once(client, 'open');
    return client;
  };
  return { life, server, sockets, join, port };
}

interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly atMs: number;
}

async function closed(client: WebSocket): Promise<Closed> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { code, reason: reason.toString(), atMs: performance.now() };
}

test('every client gets 1001 in its turn, over the whole time, and the port is free afterwards', async () => {
  const { life, server, join } = await serve(400);
  const clients = await Promise.all(Array.from({ length: 8 }, join));
  const beganAt = performance.now();
  const closes = Promise.all(clients.map(closed));
  const report = await life.stop();
  const all = await closes;
  expect(all.map(({ code, reason }) => `${code} ${reason}`)).toEqual(Array(8).fill('1001 going away'));
  const times = all.map(({ atMs }) => atMs - beganAt).toSorted((a, b) => a - b);
  // The last is told after seven eighths of the time, the first at once; what lies between is not all at one moment.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
  expect(report).toMatchObject({ exitCode: 0, active: { connections: {} } });
  expect(server.listening).toBe(false);
});

test('messages that a client sends while it waits for its turn still arrive', async () => {
  const { life, sockets, join } = await serve(300);
  const heard: string[] = [];
  sockets.on('connection', (socket) => socket.on('message', (data: Buffer) => heard.push(data.toString())));
  const clients = [await join(), await join(), await join()];
  const closes = Promise.all(clients.map(closed));
  const stopped = life.stop();
  clients[2]?.send('one more thing');
  await stopped;
  await closes;
  expect(heard).toEqual(['one more thing']);
});

test('a client that never answers the close is cut when the time is over, counted, and the others go well', async () => {
  const { life, join, port } = await serve(0, 300);
  const polite = closed(await join());
  const deaf = connect(port(), '127.0.0.1');
  undo.push(() => deaf.destroy());
  deaf.write(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(deaf, 'data');
  const gone = once(deaf, 'close');
  const report = await life.stop();
  await gone;
  expect(await polite).toMatchObject({ code: 1001 });
  expect(report).toMatchObject({
    exitCode: 1,
    resources: [
      { name: 'live', outcome: 'hung' },
      { name: 'api', outcome: 'ok' },
    ],
    active: { connections: { live: 1 } },
  });
});

test('a client that joins while others are sent away is sent away as well', async () => {
  const { life, join } = await serve(400);
  await Promise.all([join(), join()]);
  const stopped = life.stop();
  const late = closed(await join());
  expect(await stopped).toMatchObject({ exitCode: 0 });
  expect(await late).toMatchObject({ code: 1001 });
});

test('a server without clients and with a port of its own lets go of the port', async () => {
  const { life } = createTestLifecycle({ graceMs: 60_000 });
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  life.websocket('live', sockets);
  await life.start();
  expect(await life.stop()).toMatchObject({ exitCode: 0 });
  const refused = connect(port, '127.0.0.1');
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
});

test('nothing of the drain is left on the WebSocket server', async () => {
  const { life, sockets, join } = await serve(10);
  await join();
  const before = sockets.listenerCount('connection');
  await life.stop();
  expect(sockets.listenerCount('connection')).toBe(before);
});
