// (1) A connection counts from the server's `connection` to the socket's `close`, once.
// (2) The process does not die of a socket error because of us, and does not survive one because of us: only a monitor listens.
import { errorMonitor, type EventEmitter } from 'node:events';
import { defineMetrics } from './define.ts';
import { expectKnown, expectOption } from './expect-option.ts';
import type { Instruments } from './types.ts';

const direction = ['received', 'sent'] as const;

const definitions = {
  'websocket.server.connections.active': {
    type: 'updowncounter',
    unit: '{connection}',
    description: 'WebSocket connections that are open.',
    attributes: { 'websocket.endpoint': 'string' },
  },
  'websocket.server.connection.duration': {
    type: 'histogram',
    unit: 's',
    description: 'How long WebSocket connections were open.',
    attributes: { 'websocket.endpoint': 'string', 'websocket.close.code': 'number' },
    buckets: [0.1, 1, 10, 60, 300, 1_800, 7_200, 28_800],
  },
  'websocket.server.messages': {
    type: 'counter',
    unit: '{message}',
    description: 'WebSocket messages, without pings and pongs.',
    attributes: { 'websocket.endpoint': 'string', 'network.io.direction': direction },
  },
  'websocket.server.io': {
    type: 'counter',
    unit: 'By',
    description: 'Bytes in WebSocket messages, before compression and framing.',
    attributes: { 'websocket.endpoint': 'string', 'network.io.direction': direction },
  },
  'websocket.server.errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Errors of WebSocket connections, by code.',
    attributes: { 'websocket.endpoint': 'string', 'error.type': 'string' },
  },
} as const;

/** The part of a socket of `ws` that is used. */
export interface WebSocketLike extends EventEmitter {
  send(data: string | Uint8Array, callback?: (error?: Error) => void): void;
}

export interface WebSocketOptions {
  /** Names the endpoint in the metrics: a pattern, not a path. @default '/' */
  readonly endpoint?: string;
}

export interface WebSocketMeasurements extends Disposable {
  /** Sends a message and counts it; what the socket refuses counts as an error instead. */
  send(socket: WebSocketLike, data: string | Uint8Array): void;
}

let defined: Instruments<typeof definitions> | undefined;

/**
 * Counts connections, messages and errors of a WebSocket server in the shape of `ws`.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function measureWebSockets(server: EventEmitter, options: WebSocketOptions = {}): WebSocketMeasurements {
  expectKnown('', options, ['endpoint']);
  const { endpoint = '/' } = options;
  expectOption('server', typeof (server as EventEmitter | undefined)?.on === 'function', 'a server of `ws`', server);
  expectOption('endpoint', typeof endpoint === 'string', 'a pattern, such as "/chat"', endpoint);
  const of = { 'websocket.endpoint': endpoint };
  defined ??= defineMetrics({ name: 'seaworthy.websocket' }, definitions);
  const instruments = defined;
  const received = { ...of, 'network.io.direction': 'received' } as const;
  const sent = { ...of, 'network.io.direction': 'sent' } as const;
  const fail = (error: unknown): void => {
    instruments['websocket.server.errors'].add(1, { ...of, 'error.type': codeOf(error) });
  };

  const connected = (socket: WebSocketLike): void => {
    const openedAt = performance.now();
    instruments['websocket.server.connections.active'].add(1, of);
    socket.on('message', (data: unknown) => {
      instruments['websocket.server.messages'].add(1, received);
      instruments['websocket.server.io'].add(bytesOf(data), received);
    });
    socket.on(errorMonitor, fail);
    socket.once('close', (code: number) => {
      instruments['websocket.server.connections.active'].add(-1, of);
      const seconds = (performance.now() - openedAt) / 1_000;
      instruments['websocket.server.connection.duration'].record(seconds, {
        ...of,
        'websocket.close.code': closeCode(code),
      });
    });
  };
  server.on('connection', connected);
  // A handshake that fails has no socket of its own yet.
  server.on('wsClientError', fail);
  return {
    send(socket, data) {
      const bytes = bytesOf(data);
      socket.send(data, (error) => {
        if (error) {
          fail(error);
          return;
        }
        instruments['websocket.server.messages'].add(1, sent);
        instruments['websocket.server.io'].add(bytes, sent);
      });
    },
    [Symbol.dispose]() {
      server.off('connection', connected);
      server.off('wsClientError', fail);
    },
  };
}

/** Codes of applications (3000 to 4999) are theirs to choose; they share one series for each thousand. */
function closeCode(code: number): number {
  return code < 3_000 ? code : code - (code % 1_000);
}

function bytesOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  if (Array.isArray(data)) return data.reduce<number>((sum, part) => sum + bytesOf(part), 0);
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) return data.byteLength;
  return 0;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
