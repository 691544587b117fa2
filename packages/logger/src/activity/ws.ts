import { randomUUID } from 'node:crypto';
import { expectLog, expectOptions, expectType } from '../expect-option.ts';
import type { ActivityLog } from './http.ts';

/** The part of a WebSocket of the `ws` package that is listened to. */
export interface WebSocketLike {
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: (code: number, reason: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface WsLoggerOptions {
  readonly log: ActivityLog;
  /** @default a random UUID */
  readonly createConnectionId?: () => string;
}

/**
 * Logs the life of WebSocket connections: opened, each message at `debug` by its size alone, errors, and closed with
 * what went through.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 * @returns a function for the `connection` event, which gives the connection's id.
 */
export function wsLogger(options: WsLoggerOptions): (socket: WebSocketLike, fields?: object) => string {
  expectOptions<WsLoggerOptions>('options', options, { log: true, createConnectionId: true });
  const { log, createConnectionId = randomUUID } = options;
  expectLog(log, ['info', 'warn', 'error', 'debug']);
  expectType('createConnectionId', createConnectionId, 'function');
  return (socket, fields = {}) => {
    const connectionId = createConnectionId();
    const about = { connectionId, ...fields };
    const startedAt = performance.now();
    const counts = { messages: 0, bytes: 0 };
    log.info(about, 'websocket opened');
    socket.on('message', (data, isBinary) => {
      const bytes = byteLength(data);
      counts.messages += 1;
      counts.bytes += bytes;
      log.debug({ ...about, bytes, isBinary }, 'websocket message');
    });
    socket.on('error', (err) => void log.error({ ...about, err }, 'websocket failed'));
    socket.on('close', (code, reason) => {
      const durationMs = Math.round(performance.now() - startedAt);
      const level = normalCodes.has(code) ? 'info' : 'warn';
      log[level]({ ...about, code, reason: String(reason), durationMs, ...counts }, 'websocket closed');
    });
    return connectionId;
  };
}

// Done, going away, and no code given: how browsers leave.
const normalCodes: ReadonlySet<number> = new Set([1000, 1001, 1005]);

function byteLength(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  if (Array.isArray(data)) return data.reduce<number>((sum, part) => sum + byteLength(part), 0);
  const { byteLength: length } = data as { byteLength?: unknown };
  return typeof length === 'number' ? length : 0;
}
