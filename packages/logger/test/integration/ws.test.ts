import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { wsLogger } from '../../src/index.ts';
import { logToMemory } from '../records.ts';

test('the life of a connection of the real ws package is logged, and never what was said', async () => {
  const { log, sink } = logToMemory({ level: 'debug' });
  const watch = wsLogger({ log, createConnectionId: () => 'c1' });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  try {
    await once(server, 'listening');
    const closed = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        watch(socket, { path: '/chat' });
        socket.on('close', () => resolve());
      });
    });
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(client, 'open');
    client.send('a secret word');
    client.send(new Uint8Array([1, 2, 3]));
    client.close(1000, 'bye');
    await closed;
  } finally {
    server.close();
  }
  expect(sink.records).toMatchObject([
    { message: 'websocket opened', connectionId: 'c1', path: '/chat' },
    { message: 'websocket message', bytes: 13, isBinary: false },
    { message: 'websocket message', bytes: 3, isBinary: true },
    { message: 'websocket closed', code: 1000, reason: 'bye', messages: 2, bytes: 16 },
  ]);
  expect(JSON.stringify(sink.records)).not.toContain('secret');
});
