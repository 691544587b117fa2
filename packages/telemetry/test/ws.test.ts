import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { measureWebSockets, startTelemetry, type Telemetry, type WebSocketMeasurements } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

let telemetry: Telemetry;
let server: WebSocketServer;
let measurements: WebSocketMeasurements;

const active = 'websocket_server_connections_active';
const messages = 'websocket_server_messages_total';
const bytes = 'websocket_server_io_bytes_total';
const errors = 'websocket_server_errors_total';
const closed = 'websocket_server_connection_duration_seconds_count';

beforeEach(async () => {
  telemetry = await startTelemetry({ service: 'ws', runtime: false });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1_000 });
  measurements = measureWebSockets(server, { endpoint: '/events' });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => measurements.send(socket, `echo ${data.toString()}`));
  });
  await once(server, 'listening');
});

afterEach(async () => {
  measurements[Symbol.dispose]();
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
  await telemetry.close();
});

async function connected(): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, 'open');
  return client;
}

test('connections, messages and bytes are counted in both directions', async () => {
  const clients = await Promise.all([connected(), connected()]);
  for (const client of clients) {
    client.send('hello');
    await once(client, 'message');
  }
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, active, { websocket_endpoint: '/events' })).toBe(2);
  expect(sumOf(samples, messages, { network_io_direction: 'received' })).toBe(2);
  expect(sumOf(samples, messages, { network_io_direction: 'sent' })).toBe(2);
  expect(sumOf(samples, bytes, { network_io_direction: 'received' })).toBe(10);
  expect(sumOf(samples, bytes, { network_io_direction: 'sent' })).toBe(20);
  clients[0]?.close(4_123);
  clients[1]?.terminate();
  await expect.poll(async () => sumOf(await samplesOf(telemetry), active)).toBe(0);
  const after = await samplesOf(telemetry);
  expect(sumOf(after, closed, { websocket_close_code: '4000' })).toBe(1);
  expect(sumOf(after, closed, { websocket_close_code: '1006' })).toBe(1);
});

test('a message that is too large is an error by its code, and the connection is over', async () => {
  const client = await connected();
  client.send('x'.repeat(2_000));
  await once(client, 'close');
  await expect.poll(async () => sumOf(await samplesOf(telemetry), errors)).toBe(1);
  expect(sumOf(await samplesOf(telemetry), errors, { error_type: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' })).toBe(1);
  await expect.poll(async () => sumOf(await samplesOf(telemetry), active)).toBe(0);
});

test('a message to a socket that has closed is an error and no message', async () => {
  const client = await connected();
  const [socket] = server.clients;
  client.terminate();
  await expect.poll(() => server.clients.size).toBe(0);
  if (socket !== undefined) measurements.send(socket, 'late');
  await expect.poll(async () => sumOf(await samplesOf(telemetry), errors)).toBe(1);
  expect(sumOf(await samplesOf(telemetry), messages, { network_io_direction: 'sent' })).toBe(0);
});

test('after disposing nothing is counted', async () => {
  measurements[Symbol.dispose]();
  await connected();
  expect(sumOf(await samplesOf(telemetry), active)).toBe(0);
});
