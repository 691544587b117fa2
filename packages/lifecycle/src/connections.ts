import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

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

/** The open connections of one server, and what happens to them. */
export interface Connections {
  readonly open: ReadonlyMap<Socket, Connection>;
  /** How many came in all. */
  accepted: number;
  /** Counts a request; runs for every request while the server is ready, so it does next to nothing. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** The hooks are set while draining. */
  onAccepted: ((connection: Connection) => void) | undefined;
  onAnswered: ((connection: Connection, response: ServerResponse) => void) | undefined;
  onClosed: (() => void) | undefined;
}

/** Watches a server from now on; connections accepted before are not known. */
export function watchConnections(server: Server): Connections {
  const open = new Map<Socket, Connection>();
  let watchesUpgrades = false;

  const connections: Connections = {
    open,
    accepted: 0,
    onRequest(request, response) {
      const connection = open.get(request.socket);
      if (!connection) return;
      connection.pending += 1;
      connection.newest = response;
      response.once('close', onAnswered);
    },
    onAccepted: undefined,
    onAnswered: undefined,
    onClosed: undefined,
  };
  function onAnswered(this: ServerResponse): void {
    const connection = open.get(this.req.socket);
    if (!connection) return;
    connection.pending -= 1;
    if (connection.newest === this) connection.newest = undefined;
    connections.onAnswered?.(connection, this);
  }
  function onSocketClosed(this: Socket): void {
    open.delete(this);
    connections.onClosed?.();
  }
  // Listening for upgrades before the application does would make node:http treat every upgrade as handled.
  const watchUpgrades = (): void => {
    if (watchesUpgrades || server.listenerCount('upgrade') === 0) return;
    watchesUpgrades = true;
    server.prependListener('upgrade', (request: IncomingMessage) => {
      const connection = open.get(request.socket);
      if (connection) connection.isUpgraded = true;
      connections.onClosed?.();
    });
  };

  server.prependListener('request', connections.onRequest);
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.accepted += 1;
    // A TLS server of node:http2 accepts both; HTTP/2 has sessions of its own.
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
    watchUpgrades();
    const connection = { socket, pending: 0, newest: undefined, isUpgraded: false, isClosing: false };
    open.set(socket, connection);
    socket.once('close', onSocketClosed);
    connections.onAccepted?.(connection);
  });
  return connections;
}
