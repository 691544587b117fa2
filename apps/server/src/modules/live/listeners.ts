// Who listens for new reports.
// (1) A listener counts from its handshake to the close of its socket, for all and for its address.
// (2) Nobody is waited for: who does not read, or does not answer a ping before the next one, is cut.
// (3) What a listener sends ends its connection.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { ServerErrors } from '../../errors.ts';
import type { Upgrade } from '../../http/upgrades.ts';
import type { ListeningAccount, MayHear } from './audience.ts';
import type { LiveMessage } from './message.ts';

export interface ListenersOptions {
  /** The most at one time. */
  readonly limit: number;
  /** The most of one address. */
  readonly limitPerAddress: number;
  /** The time between two pings, in milliseconds: as long as an answer may take. @default 30000 */
  readonly pingMs?: number;
  /** Who has not read this much is cut, in bytes. @default 1048576 */
  readonly unreadBytes?: number;
  /** Told of each connection, to log it. @default nobody is */
  readonly onOpened?: (socket: WebSocket) => void;
}

export interface Listener {
  /** Of whom it counts. */
  readonly address: string;
  /** Hears of this project alone. @default all */
  readonly project?: string | undefined;
  /** Whose it is. @default nobody's */
  readonly account?: ListeningAccount | undefined;
}

export interface TellOptions {
  /** @default everybody */
  readonly mayHear?: MayHear | undefined;
  /** Sends, and counts what is sent. */
  readonly send?: (socket: WebSocket, text: string) => void;
}

export interface Listeners {
  /** What the lifecycle drains, and telemetry measures. */
  readonly sockets: WebSocketServer;
  readonly count: number;
  /** The accounts that listen. */
  accounts(): readonly ListeningAccount[];
  /** @throws ServerErrors.LISTENERS_FULL, LISTENERS_OF_ADDRESS */
  expectRoom(address: string): void;
  /** Shakes hands; a handshake that is malformed is answered with 400. */
  accept(request: IncomingMessage, upgrade: Upgrade, listener: Listener): void;
  tell(message: LiveMessage, options?: TellOptions): void;
}

/** What a client may send before the connection ends, in bytes; more is closed with 1009. */
const maxPayload = 1_024;

/** 1003 "unsupported data" (RFC 6455, section 7.4.1). */
const unsupported = 1_003;

export function createListeners(options: ListenersOptions): Listeners {
  const { limit, limitPerAddress, pingMs = 30_000, unreadBytes = 1_048_576, onOpened = () => undefined } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  const listeners = new Map<WebSocket, Listener>();
  const ofAddress = new Map<string, number>();
  const count = (address: string, change: number): void => {
    const left = (ofAddress.get(address) ?? 0) + change;
    if (left === 0) ofAddress.delete(address);
    else ofAddress.set(address, left);
  };
  const stopPings = pingRegularly(listeners, pingMs);
  sockets.on('wsClientError', refuseHandshake).on('close', stopPings);

  const open = (socket: WebSocket, listener: Listener): void => {
    listeners.set(socket, listener);
    count(listener.address, 1);
    // A socket that fails is closed as well.
    socket.on('error', () => undefined);
    socket.on('message', () => socket.close(unsupported, 'nothing is expected'));
    socket.once('close', () => {
      listeners.delete(socket);
      count(listener.address, -1);
    });
    onOpened(socket);
  };
  return {
    sockets,
    get count() {
      return listeners.size;
    },
    accounts: () => [...listeners.values()].flatMap(({ account }) => account ?? []),
    expectRoom(address) {
      if (listeners.size >= limit) throw new ServerErrors.LISTENERS_FULL({ limit });
      if ((ofAddress.get(address) ?? 0) >= limitPerAddress) {
        throw new ServerErrors.LISTENERS_OF_ADDRESS({ limit: limitPerAddress });
      }
    },
    accept(request, { socket, head }, listener) {
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        open(accepted, listener);
        sockets.emit('connection', accepted, request);
      });
    },
    tell(message, { mayHear = () => true, send = (socket: WebSocket, text: string) => socket.send(text) } = {}) {
      const text = JSON.stringify(message);
      for (const [socket, { project, account }] of listeners) {
        if (!mayHear(account)) continue;
        if (message.type === 'report' && project !== undefined && project !== message.report.project) continue;
        if (socket.readyState !== WebSocket.OPEN) continue;
        if (socket.bufferedAmount > unreadBytes) socket.terminate();
        else send(socket, text);
      }
    },
  };
}

/** Answers with what ends it. */
function pingRegularly(listeners: ReadonlyMap<WebSocket, unknown>, pingMs: number): () => void {
  const waiting = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of listeners.keys()) {
      if (waiting.has(socket)) {
        socket.terminate();
        continue;
      }
      waiting.add(socket);
      socket.once('pong', () => waiting.delete(socket));
      socket.ping();
    }
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Once anybody listens to this event, as telemetry does, the library leaves the answer to us. */
function refuseHandshake(_error: Error, socket: Duplex): void {
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}
