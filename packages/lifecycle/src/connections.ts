// (1) Every open connection that is still HTTP/1 is in `open`; one that another protocol took over is not.
// (2) A connection of a TLS server is in `greeting` until its handshake is done: it will send a request soon.
// (3) A request counts once, whichever of the server's events brought it and however often.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server as TlsServer } from 'node:tls';
import { isTlsServer } from './tls.ts';

/** One open connection of an HTTP/1 server. */
export interface Connection {
  readonly socket: Socket;
  /** Requests given to the application whose answers have not ended. */
  pending: number;
  /** The newest unfinished answer: the only one that may announce the end of the connection. */
  newest: ServerResponse | undefined;
  /** Taken over by another protocol; no longer ours. */
  isUpgraded: boolean;
  /** Nothing that still arrives is given to the application. */
  isClosing: boolean;
}

/** Counts a request of one of the server's events. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** Notices that another protocol takes a connection over. */
export type TakeOverListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The open connections of one server, and what happens to them. */
export interface Connections {
  readonly open: ReadonlyMap<Duplex, Connection>;
  /** Connections whose TLS handshake is under way. */
  readonly greeting: ReadonlySet<Socket>;
  /** How many came in all. */
  readonly accepted: number;
  /** Counts a request; runs for every request while the server is ready, so it does next to nothing. */
  readonly onRequest: RequestListener;
  readonly onTakeOver: TakeOverListener;
  /** The hooks are set while draining. */
  onOpened: ((connection: Connection) => void) | undefined;
  onAnswered: ((connection: Connection, response: ServerResponse) => void) | undefined;
  onGone: (() => void) | undefined;
}

/** Events that bring a request, when the application listens to them. */
export const requestEvents = ['request', 'checkContinue', 'checkExpectation'] as const;
/** Events after which a connection belongs to the application. */
export const takeOverEvents = ['upgrade', 'connect'] as const;

/** Watches a server from now on; connections accepted before are not known. */
export function watchConnections(server: Server): Connections {
  const open = new Map<Duplex, Connection>();
  const greeting = new Set<Socket>();
  let counted: WeakSet<ServerResponse> | undefined;
  let accepted = 0;

  const connections: Connections = {
    open,
    greeting,
    get accepted() {
      return accepted;
    },
    onRequest(request, response) {
      const connection = open.get(request.socket);
      if (!connection || counted?.has(response)) return;
      counted?.add(response);
      connection.pending += 1;
      connection.newest = response;
      response.once('close', onAnswered);
    },
    onTakeOver(_, socket) {
      const connection = open.get(socket);
      if (!connection) return;
      connection.isUpgraded = true;
      open.delete(socket);
      connections.onGone?.();
    },
    onOpened: undefined,
    onAnswered: undefined,
    onGone: undefined,
  };
  function onAnswered(this: ServerResponse): void {
    const connection = open.get(this.req.socket);
    if (!connection) return;
    connection.pending -= 1;
    if (connection.newest === this) connection.newest = undefined;
    connections.onAnswered?.(connection, this);
  }
  function onClosed(this: Socket): void {
    open.delete(this);
    connections.onGone?.();
  }
  const watchEvents = createEventWatch(server, connections, () => (counted ??= new WeakSet()));
  const onOpened = (socket: Socket): void => {
    // A TLS server of node:http2 accepts both; HTTP/2 has sessions of its own.
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
    watchEvents();
    const connection = { socket, pending: 0, newest: undefined, isUpgraded: false, isClosing: false };
    open.set(socket, connection);
    socket.once('close', onClosed);
    connections.onOpened?.(connection);
  };

  server.prependListener('request', connections.onRequest);
  const opens = isTlsServer(server) ? watchHandshakes(server, greeting, connections, onOpened) : onOpened;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    opens(socket);
  });
  return connections;
}

/** Node acts otherwise once somebody listens to these events, so they are watched only when the application does. */
function createEventWatch(server: Server, connections: Connections, onExpect: () => void): () => void {
  const watched = new Set<string>();
  const watch = (event: string, listener: RequestListener | TakeOverListener): boolean => {
    if (watched.has(event) || server.listenerCount(event) === 0) return false;
    watched.add(event);
    server.prependListener(event, listener);
    return true;
  };
  return () => {
    for (const event of takeOverEvents) watch(event, connections.onTakeOver);
    // The application may hand such a request on as a `request` event.
    for (const event of requestEvents.slice(1)) if (watch(event, connections.onRequest)) onExpect();
  };
}

/** Keeps the connections of a TLS server until their handshake is done or they end; answers what takes a new one. */
function watchHandshakes(
  server: TlsServer,
  greeting: Set<Socket>,
  connections: Connections,
  onOpened: (socket: Socket) => void,
): (socket: Socket) => void {
  const done = (socket: Socket): void => {
    if (greeting.delete(socket)) connections.onGone?.();
  };
  server.on('secureConnection', (socket: Socket) => {
    onOpened(socket);
    for (const raw of greeting) {
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress) return done(raw);
    }
  });
  return (socket) => {
    greeting.add(socket);
    socket.once('close', () => done(socket));
  };
}

/** Takes the idle timer of node:http from a connection; what the application emits as one need not be a socket. */
export function stopIdleTimer(socket: Socket): void {
  if ('setTimeout' in socket) socket.setTimeout(0);
}
